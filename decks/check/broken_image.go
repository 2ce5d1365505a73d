package check

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strings"
	"sync"

	"kartei/decks"
	"kartei/decks/mediafile"
)

// largestImage keeps a deck small enough to hand around: 2 MiB an image.
const largestImage = 2 << 20

var brokenImage = Rule{
	Name:     "broken-image",
	Title:    "an image that cannot be shown: not there, not in the deck's folder, or not an image",
	Severity: decks.Error,
	Text: `
An image is named by its path from the deck file, and must be an ordinary file in the folder that is
compiled: no link, no address on the network (Kartei never opens a connection), nothing outside. It
must hold what its name says (.png, .jpg, .gif, .webp or .svg) and no more than 2 MiB.`,
	card: func(it *item) {
		if it.images == nil {
			return
		}
		for _, img := range cardImages(it.card) {
			if err := it.images.check(it.fact.File, img.address); err != nil {
				it.report(atImage(img.address), fmt.Sprintf("the image %s %v", quote(img.address), err),
					"name an image file by its path from this file")
			}
		}
	},
}

// imageFiles looks images up in the compiled folder, each once.
type imageFiles struct {
	fsys  fs.FS
	mu    sync.Mutex
	known map[string]error
}

// check says what is wrong with the image that a deck file calls address.
func (f *imageFiles) check(deckFile, address string) error {
	name, err := mediafile.Name(deckFile, address)
	if err != nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	err, seen := f.known[name]
	if !seen {
		err = lookAt(f.fsys, mediafile.Find(f.fsys, name))
		f.known[name] = err
	}
	return err
}

// signatures give for a file's ending what the file begins with.
var signatures = map[string][]string{
	".png": {"\x89PNG\r\n\x1a\n"}, ".jpg": {"\xff\xd8\xff"}, ".jpeg": {"\xff\xd8\xff"}, ".gif": {"GIF87a", "GIF89a"},
	".webp": {"RIFF"}, ".svg": {"<svg", "<?xml", "<!--", "<!DOCTYPE svg"},
}

// IsImage reports whether a file is an image that can be shown, by its name.
func IsImage(name string) bool { return signatures[strings.ToLower(path.Ext(name))] != nil }

// ImageProblem says why an image of a name, a size in bytes and so many first
// bytes (64 are enough) cannot be shown; nil if it can.
func ImageProblem(name string, size int64, head []byte) error {
	want, ok := signatures[strings.ToLower(path.Ext(name))]
	switch {
	case !ok:
		return errors.New("is not an image that can be shown: .png, .jpg, .gif, .webp, .svg")
	case size > largestImage:
		return fmt.Errorf("has more than %d MiB", largestImage>>20)
	}
	head = bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\ufeff")), " \t\r\n")
	for _, signature := range want {
		if bytes.HasPrefix(head, []byte(signature)) {
			return nil
		}
	}
	return fmt.Errorf("does not hold what %s says", path.Ext(name))
}

func lookAt(fsys fs.FS, name string) error {
	if !IsImage(name) {
		return ImageProblem(name, 0, nil)
	}
	for i := range name {
		if name[i] == '/' {
			if info, err := fs.Lstat(fsys, name[:i]); err == nil && info.Mode()&fs.ModeSymlink != 0 {
				return errors.New("is behind a link")
			}
		}
	}
	info, err := fs.Lstat(fsys, name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return errors.New("is not there")
	case err != nil:
		return fmt.Errorf("cannot be read: %w", err)
	case info.Mode()&fs.ModeSymlink != 0:
		return errors.New("is a link, not a file")
	case !info.Mode().IsRegular():
		return errors.New("is not an ordinary file")
	}
	head, err := readHead(fsys, name)
	if err != nil {
		return fmt.Errorf("cannot be read: %w", err)
	}
	return ImageProblem(name, info.Size(), head)
}

// readHead reads the first bytes of a file.
func readHead(fsys fs.FS, name string) ([]byte, error) {
	f, err := fsys.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, 64))
}
