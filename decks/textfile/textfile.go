// Package textfile makes text of the bytes of a file, whichever program wrote them.
package textfile

import (
	"bytes"
	"errors"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode/utf32"
	"golang.org/x/text/unicode/norm"

	utf16 "golang.org/x/text/encoding/unicode"

	"kartei/decks/plural"
)

// ErrBinary is for files that hold no text, or hardly any.
var ErrBinary = errors.New("this is not a text")

// mostBinary is the share of control characters beyond which a file is not text.
const mostBinary = 0.1

// Decode makes text of bytes: UTF-8, UTF-16 or UTF-32 with its mark, UTF-16 without
// one where each second byte is 0, and for lines that are none of it what old Windows
// programs write. It says what it took for what.
func Decode(data []byte) (text string, remarks []string, err error) {
	switch {
	case bytes.HasPrefix(data, []byte{0xff, 0xfe, 0, 0}), bytes.HasPrefix(data, []byte{0, 0, 0xfe, 0xff}):
		data, err = utf32.UTF32(utf32.BigEndian, utf32.UseBOM).NewDecoder().Bytes(data)
	case bytes.HasPrefix(data, []byte{0xff, 0xfe}), bytes.HasPrefix(data, []byte{0xfe, 0xff}):
		data, err = utf16.UTF16(utf16.BigEndian, utf16.UseBOM).NewDecoder().Bytes(data)
	case halfZero(data, 1):
		data, err = utf16.UTF16(utf16.LittleEndian, utf16.IgnoreBOM).NewDecoder().Bytes(data)
	case halfZero(data, 0):
		data, err = utf16.UTF16(utf16.BigEndian, utf16.IgnoreBOM).NewDecoder().Bytes(data)
	}
	if err != nil {
		return "", nil, ErrBinary
	}
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	if controls(data) > mostBinary*float64(len(data)) {
		return "", nil, ErrBinary
	}
	if !utf8.Valid(data) {
		var lines int
		data, lines = mendLines(data)
		remarks = append(remarks, plural.Count(lines,
			"line")+" not in UTF-8, read as Windows-1252; look for wrong letters")
	}
	return string(data), remarks, nil
}

// halfZero reports whether most bytes at odd, or at even, places of the beginning are
// 0, and hardly any others.
func halfZero(data []byte, odd int) bool {
	head := data[:min(len(data), 1<<10)&^1]
	zeros := [2]int{}
	for i, b := range head {
		if b == 0 {
			zeros[i%2]++
		}
	}
	return len(head) >= 4 && zeros[odd]*5 > len(head) && zeros[1-odd]*20 < len(head)
}

// controls counts the bytes that no text has, in the beginning of a file.
func controls(data []byte) (share float64) {
	const looked = 64 << 10
	head := data[:min(len(data), looked)]
	n := 0
	for _, b := range head {
		if b < ' ' && b != '\n' && b != '\r' && b != '\t' && b != '\f' {
			n++
		}
	}
	if len(head) == 0 {
		return 0
	}
	return float64(n) / float64(len(head)) * float64(len(data))
}

// mendLines reads the lines that are not UTF-8 as Windows-1252, in which every
// byte is a character or none, and counts them.
func mendLines(data []byte) (mended []byte, lines int) {
	out := make([]byte, 0, len(data)+len(data)/8)
	for line := range bytes.Lines(data) {
		if utf8.Valid(line) {
			out = append(out, line...)
			continue
		}
		lines++
		if decoded, err := charmap.Windows1252.NewDecoder().Bytes(line); err == nil {
			out = append(out, decoded...)
		}
	}
	return out, lines
}

// Clean leaves out characters that steer, hide or reorder text, and makes line
// ends alike.
func Clean(text string) string {
	text = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u2028", "\n", "\u2029", "\n").Replace(text)
	text = norm.NFC.String(strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\f' || r == '\t':
			return r
		case r == '\u00ad', r == utf8.RuneError, unicode.IsControl(r), unicode.Is(unicode.Cf, r),
			unicode.Is(unicode.Co, r), r >= 0xe0000 && r <= 0xe007f:
			return -1
		}
		return r
	}, text))
	return thin(text)
}

// thin leaves out the accents beyond the eighth on one character.
func thin(text string) string {
	isMark := func(r rune) bool { return unicode.In(r, unicode.Mn, unicode.Me) }
	if !strings.ContainsFunc(text, isMark) {
		return text
	}
	const most = 8
	marks := 0
	return norm.NFC.String(strings.Map(func(r rune) rune {
		if !isMark(r) {
			marks = 0
			return r
		}
		if marks++; marks > most {
			return -1
		}
		return r
	}, norm.NFD.String(text)))
}
