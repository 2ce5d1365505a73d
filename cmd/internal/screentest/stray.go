package screentest

import (
	"fmt"
	"regexp"
	"unicode/utf8"
)

// The controls that our programs write: line ends, backspace (of readline),
// and sequences that style, erase, move the cursor by rows and columns, and
// switch autowrap, the cursor and bracketed paste; and the flags that are
// written with tags.
var ours = regexp.MustCompile("^(?:\U0001f3f4\U000e0067\U000e0062[\U000e0061-\U000e007a]{3}\U000e007f|[\r\n\b]|\x1b\\[(?:[0-9;]*m|[0-2]?[JK]|[0-9]*[ABCDH]|\\?(?:7|25|2004)[hl]))")

// Stray returns each control byte or character in raw that our programs never
// write, quoted, with its offset: whatever it is, it came from a deck, a file
// name or the keyboard. Invisible marks that reorder text count as controls.
func Stray(raw []byte) []string {
	var stray []string
	for at := 0; at < len(raw); {
		if n := len(ours.Find(raw[at:])); n > 0 {
			at += n
			continue
		}
		r, n := utf8.DecodeRune(raw[at:])
		if control(r, n) {
			stray = append(stray, fmt.Sprintf("%d: %q", at, raw[at:min(at+12, len(raw))]))
		}
		at += n
	}
	return stray
}

func control(r rune, size int) bool {
	switch {
	case r == utf8.RuneError && size == 1: // a raw byte: C1 on an 8-bit terminal
		return true
	case r < 0x20, r >= 0x7f && r < 0xa0:
		return true
	case r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069, r == 0x2028, r == 0x2029:
		return true
	}
	return r >= 0xe0000 && r <= 0xe0fff
}
