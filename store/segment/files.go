package segment

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
)

// MaxMedium is how many bytes a picture or a sound that is carried may have.
const MaxMedium = 32 << 20

// A Medium is a picture or a sound of a deck.
type Medium struct {
	Name   string `json:"name"`   // where the deck's files name it, slash-separated
	Digest string `json:"digest"` // SHA-256 in hexadecimal
	Size   int64  `json:"size"`   // in bytes
}

// Files are the pictures and sounds of a deck.
type Files struct {
	Files []Medium `json:"files"`
}

// FilesName is that of the object that lists the files of a deck, by a digest of it.
func FilesName(digest string) string { return "f/" + digest }

// MediumName is that of the object that holds a picture or a sound, as it is.
func MediumName(digest string) string { return "m/" + digest }

// Encode writes a list of files, and returns its digest.
func (f *Files) Encode() (data []byte, digest string, err error) {
	text, err := encode("files", f)
	if err == nil {
		data, err = seal(text)
	}
	return data, DigestOf(text), err
}

// DecodeFiles reads a list of files.
func DecodeFiles(data []byte, digest string) (*Files, error) {
	text, err := open(data, maxText)
	if err != nil {
		return nil, err
	}
	if DigestOf(text) != digest {
		return nil, fmt.Errorf("%w: it is not the list of its name", ErrNotWhole)
	}
	return decode[Files]("files", text)
}

// DigestOf is the SHA-256 of bytes in hexadecimal.
func DigestOf(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}
