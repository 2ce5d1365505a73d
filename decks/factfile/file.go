package factfile

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// Limits of a text file of another program.
const (
	MaxFile      = 16 << 20 // bytes
	MaxQuestions = 100_000  // of which each makes up to two cards: no deck has more
)

// ErrTooMany is the error of a file with more questions than a deck may hold. It
// comes before anything is made of them.
var ErrTooMany = fmt.Errorf("more than %d questions are too many for one deck: split the file", MaxQuestions)

// ReadFile reads a text file of another program: UTF-8, with or without a byte
// order mark, with any line ends. Lines end with "\n" in what it returns. It
// refuses a file that is larger than MaxFile or no text.
func ReadFile(name string, r io.Reader) (string, error) {
	data, err := io.ReadAll(io.LimitReader(r, MaxFile+1))
	switch {
	case err != nil:
		return "", fmt.Errorf("read %s: %w", name, err)
	case len(data) > MaxFile:
		return "", fmt.Errorf("%s: the file has more than %d MiB", name, MaxFile>>20)
	case !utf8.Valid(data):
		return "", fmt.Errorf("%s: the file is not UTF-8 text", name)
	}
	return lineEnds.Replace(string(bytes.TrimPrefix(data, []byte("\ufeff")))), nil
}

var lineEnds = strings.NewReplacer("\r\n", "\n", "\r", "\n")
