package picture

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	_ "image/gif"
	_ "image/jpeg"
	_ "image/png"
	"io"
	"os"
	"path/filepath"

	"kartei/decks/mediafile"
)

// Limits on what is decoded.
const (
	maxBytes  = 8 << 20
	maxPixels = 8 << 20
)

// A File is a picture of a deck.
type File struct {
	root *os.Root
	name string // within root
	data []byte
}

// Open reads the picture that a deck file calls address. The root is the deck's
// folder; what lies outside, behind a link, or is not a picture, is an error.
func Open(root *os.Root, deckFile, address string) (*File, error) {
	name, err := locate(root, deckFile, address)
	if err != nil {
		return nil, err
	}
	info, err := root.Lstat(name)
	switch {
	case err != nil:
		return nil, errors.New("is not there")
	case !info.Mode().IsRegular():
		return nil, errors.New("is not an ordinary file")
	case info.Size() > maxBytes:
		return nil, fmt.Errorf("is larger than %d MiB", maxBytes>>20)
	}
	f, err := root.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxBytes))
	if err != nil {
		return nil, err
	}
	if !isPicture(data) {
		return nil, errors.New("is not a picture of a kind that is shown (PNG, JPEG, GIF, WebP)")
	}
	return &File{root, name, data}, nil
}

// locate returns the file's name within the deck's folder.
func locate(root *os.Root, deckFile, address string) (string, error) {
	name, err := mediafile.Name(deckFile, address)
	if err != nil {
		return "", err
	}
	return filepath.FromSlash(mediafile.Find(root.FS(), name)), nil
}

func isPicture(data []byte) bool {
	for _, begin := range []string{"\x89PNG\r\n\x1a\n", "\xff\xd8\xff", "GIF87a", "GIF89a"} {
		if bytes.HasPrefix(data, []byte(begin)) {
			return true
		}
	}
	return len(data) > 12 && string(data[:4]) == "RIFF" && string(data[8:12]) == "WEBP"
}

// Data is the file's bytes.
func (f *File) Data() []byte { return f.data }

// Path is where the file lies, for a program that shows it.
func (f *File) Path() string { return filepath.Join(f.root.Name(), f.name) }

// Decode returns the pixels, unless there are too many of them.
func (f *File) Decode() (image.Image, error) {
	config, _, err := image.DecodeConfig(bytes.NewReader(f.data))
	if err != nil {
		return nil, fmt.Errorf("cannot be drawn: %w", err)
	}
	if config.Width < 1 || config.Height < 1 || config.Width > maxPixels/config.Height {
		return nil, errors.New("has too many pixels to be drawn")
	}
	img, _, err := image.Decode(bytes.NewReader(f.data))
	if err != nil {
		return nil, fmt.Errorf("cannot be drawn: %w", err)
	}
	return img, nil
}

// Parse takes the bytes of a picture that is in no folder.
func Parse(data []byte) (*File, error) {
	if len(data) > maxBytes {
		return nil, fmt.Errorf("is larger than %d MiB", maxBytes>>20)
	}
	if !isPicture(data) {
		return nil, errors.New("is no picture of a kind that is shown (PNG, JPEG, GIF, WebP)")
	}
	return &File{data: data}, nil
}
