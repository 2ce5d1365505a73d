package anki

import (
	"bufio"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// A rowWriter writes the records that Anki's text import reads.
//
// Every field is quoted. encoding/csv quotes only where RFC 4180 demands it,
// and then a row that begins with "#" is a comment to Anki and a file that
// begins with "tags:" has a header: notes are lost in silence.
type rowWriter struct {
	w *bufio.Writer
}

func (r rowWriter) write(fields ...string) error {
	for i, field := range fields {
		if i > 0 {
			r.w.WriteByte('\t')
		}
		r.w.WriteByte('"')
		r.w.WriteString(strings.ReplaceAll(field, `"`, `""`))
		r.w.WriteByte('"')
	}
	return r.w.WriteByte('\n')
}

// clean makes text what Anki would make of it: valid UTF-8 in NFC without
// control characters but newline and tab. It takes noncharacters out as well,
// which leaves them free to mark places within the package.
func clean(text string) string {
	if plain(text) {
		return text
	}
	text = strings.ReplaceAll(text, "\r\n", "\n")
	text = strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return r
		case r == '\r':
			return '\n'
		case r < 0x20 || r == 0x7f:
			return -1
		case r >= 0xfdd0 && unicode.Is(unicode.Noncharacter_Code_Point, r):
			return utf8.RuneError
		}
		return r
	}, strings.ToValidUTF8(text, "\uFFFD"))
	return norm.NFC.String(text)
}

// plain says that clean has nothing to do: printable ASCII, newlines and tabs.
func plain(text string) bool {
	for i := range len(text) {
		if c := text[i]; c >= 0x7f || c < 0x20 && c != '\n' && c != '\t' {
			return false
		}
	}
	return true
}

// tag makes one Anki tag of a name: Anki splits tags at white space.
func tag(name string) string {
	return strings.Join(strings.Fields(clean(name)), "_")
}
