package show

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Limits on what may pile up on one character. The longest emoji in use joins
// four; no living script stacks more than a handful of marks.
const (
	maxMarks = 8
	maxJoins = 6
)

// Clean makes text safe to show on a terminal. It is an allow-list: graphic
// characters pass, with line feeds, tabs, and the few invisible characters
// that scripts and emoji need. Other controls become visible (␛ for ESC,
// U+FFFD for those without a picture), among them the C1 controls and the
// marks that reorder text (CVE-2021-42574); characters that show nothing are
// dropped. A carriage return before a line feed is dropped, too.
//
// Clean is idempotent, and its result is valid UTF-8.
func Clean(s string) string {
	if plain(s) {
		return s
	}
	c := cleaner{}
	c.out.Grow(len(s))
	for s != "" {
		r, n := utf8.DecodeRuneInString(s)
		if flag := subdivision(s); flag != "" {
			c.base(r)
			c.out.WriteString(flag[n:])
			n = len(flag)
		} else if r != '\r' || !strings.HasPrefix(s[n:], "\n") {
			c.rune(r)
		}
		s = s[n:]
	}
	return c.out.String()
}

// Line is Clean for text that must stay on one line: runs of white space
// become one space.
func Line(s string) string {
	return strings.Join(strings.Fields(Clean(s)), " ")
}

// plain reports whether s is nothing but printable ASCII, line feeds and tabs.
func plain(s string) bool {
	for i := range len(s) {
		if b := s[i]; b >= 0x7f || b < ' ' && b != '\n' && b != '\t' {
			return false
		}
	}
	return true
}

// A cleaner writes runes and remembers what the last base character carries.
type cleaner struct {
	out   strings.Builder
	open  bool // a base character precedes, on which marks may stand
	marks int  // on it
	joins int  // in the sequence that it ends
	last  rune // written
}

func (c *cleaner) rune(r rune) {
	switch {
	case r >= ' ' && r < 0x7f, r >= 0xa0 && r < 0x300 && r != '\u00ad':
		c.base(r) // the letters of Europe, without a look at any table
	case r == '\n', r == '\t':
		c.space(r)
	case r == '\u2028', r == '\u2029':
		c.space('\n')
	case r < ' ':
		c.base('\u2400' + r)
	case r == 0x7f:
		c.base('\u2421')
	case r == '\u200d', r == '\u200c':
		c.join(r)
	case ignored(r):
	case unicode.In(r, unicode.Mn, unicode.Me):
		c.mark(r)
	case !allowed(r):
		c.base(utf8.RuneError)
	default:
		c.base(r)
	}
}

func (c *cleaner) write(r rune) {
	c.out.WriteRune(r)
	c.last = r
}

func (c *cleaner) space(r rune) {
	c.write(r)
	c.open = false
}

func (c *cleaner) base(r rune) {
	if c.last != '\u200d' {
		c.joins = 0
	}
	c.write(r)
	c.open, c.marks = r != ' ', 0
}

// mark writes a combining mark, on a dotted circle where it would otherwise
// stand on whatever was printed before.
func (c *cleaner) mark(r rune) {
	if !c.open {
		if r >= 0xfe00 && r <= 0xfe0f || r == '\u034f' {
			return // a variation of nothing
		}
		c.base('◌')
	}
	if c.marks++; c.marks <= maxMarks {
		c.write(r)
	}
}

// join writes a joiner or non-joiner, once between two characters.
func (c *cleaner) join(r rune) {
	if !c.open || c.last == '\u200d' || c.last == '\u200c' {
		return
	}
	if c.joins++; c.joins <= maxJoins {
		c.write(r)
	}
}

// allowed reports whether r, which is not a mark, may be shown as it is.
func allowed(r rune) bool {
	switch {
	case unicode.IsGraphic(r):
		return true
	case r == '\u200e', r == '\u200f', r == '\u061c': // directions that reorder nothing
		return true
	case unicode.Is(unicode.Prepended_Concatenation_Mark, r):
		return true
	}
	return r >= 0x1f000 && r <= 0x1faff // emoji newer than our tables
}

// ignored reports whether r shows nothing wherever it stands: soft hyphen, word
// joiner, byte order mark, zero-width space, tag and invisible operator.
func ignored(r rune) bool {
	switch {
	case r == '\u00ad', r == '\u180e', r == '\u200b', r == '\ufeff':
		return true
	case r >= '\u2060' && r <= '\u2064':
		return true
	}
	return r >= 0xe0000 && r <= 0xe0fff
}

// The flags that are written with tags, as Unicode recommends them.
var subdivisions = []string{
	"\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f", // England
	"\U0001f3f4\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f", // Scotland
	"\U0001f3f4\U000e0067\U000e0062\U000e0077\U000e006c\U000e0073\U000e007f", // Wales
}

// subdivision returns the flag that s begins with, if any.
func subdivision(s string) string {
	if strings.HasPrefix(s, "\U0001f3f4\U000e0067") {
		for _, flag := range subdivisions {
			if strings.HasPrefix(s, flag) {
				return flag
			}
		}
	}
	return ""
}
