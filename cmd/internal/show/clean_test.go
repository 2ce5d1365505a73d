package show_test

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"kartei/cmd/internal/show"
)

var cleaned = []struct{ name, in, want string }{
	{"plain", "Article 5\n\tNATO", "Article 5\n\tNATO"},
	{"escape", "\x1b[31mred", "␛[31mred"},
	{"title", "\x1b]0;owned\x07", "␛]0;owned␇"},
	{"unterminated title", "a\x1b]52;c;", "a␛]52;c;"},
	{"carriage return", "good\rbad\r\nnext", "good␍bad\nnext"},
	{"backspace, null and delete", "a\b\x00\x7f", "a␈␀␡"},
	{"C1 as a character", "a\u009b31m", "a\ufffd31m"},
	{"C1 as a byte", "a\x9b31m", "a\ufffd31m"},
	{"broken UTF-8", "a\xc3(", "a\ufffd("},
	{"bidi override", "a\u202ecba\u202c", "a\ufffdcba\ufffd"},
	{"bidi isolate", "\u2067a\u2069", "\ufffda\ufffd"},
	{"direction marks", "א\u200f (a)\u200e", "א\u200f (a)\u200e"},
	{"line separator", "a\u2028b", "a\nb"},
	{"tags", "a\U000e0041\U000e0042b", "ab"},
	{"a flag with tags", "\U0001f3f4\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f!", "\U0001f3f4\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f!"},
	{"no flag, but tags", "\U0001f3f4\U000e0067\U000e0062\U000e007f", "\U0001f3f4"},
	{"invisible", "pass\u200bword\ufeff\u00ad\u2060", "password"},
	{"private use", "\ue000\U0010eeee", "\ufffd\ufffd"},
	{"accent", "e\u0301", "e\u0301"},
	{"accent on nothing", "\u0301a\n\u0301b", "◌\u0301a\n◌\u0301b"},
	{"flood of accents", "e" + strings.Repeat("\u0301", 200) + "!", "e" + strings.Repeat("\u0301", 8) + "!"},
	{"family", "👩‍👩‍👧‍👦 ❤️", "👩‍👩‍👧‍👦 ❤️"},
	{"chain of joiners", strings.Repeat("a\u200d", 3) + "\u200d\u200db", "a\u200da\u200da\u200db"},
	{"joiner on nothing", "\u200da", "a"},
	{"Devanagari", "क्\u200dष", "क्\u200dष"},
	{"Persian", "می\u200cخواهم", "می\u200cخواهم"},
	{"new emoji", "\U0001fae9", "\U0001fae9"},
}

func TestClean(t *testing.T) {
	for _, test := range cleaned {
		t.Run(test.name, func(t *testing.T) {
			if got := show.Clean(test.in); got != test.want {
				t.Errorf("Clean(%+q) = %+q, want %+q", test.in, got, test.want)
			}
		})
	}
}

func TestCleanBoundsJoinedEmoji(t *testing.T) {
	long := strings.Repeat("👩‍", 1000)
	if longest := strings.Repeat("👩‍", 7); strings.Contains(show.Clean(long), longest) {
		t.Errorf("more than six emoji are joined")
	}
}

func TestLine(t *testing.T) {
	if got, want := show.Line("  two\nlines\t\x1b "), "two lines ␛"; got != want {
		t.Errorf("Line = %q, want %q", got, want)
	}
}

func FuzzClean(f *testing.F) {
	for _, test := range cleaned {
		f.Add(test.in)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := show.Clean(s)
		if !utf8.ValidString(got) {
			t.Errorf("%q is no UTF-8", got)
		}
		if again := show.Clean(got); again != got {
			t.Errorf("not idempotent: %+q, then %+q", got, again)
		}
		for i, r := range got {
			if forbidden(r) && !inFlag(got, i) {
				t.Errorf("Clean(%+q) lets %U through", s, r)
			}
		}
		if strings.ContainsAny(show.Line(s), "\n\t") {
			t.Errorf("Line(%+q) is more than a line", s)
		}
	})
}

// forbidden is written down apart from the allow-list that it checks.
func forbidden(r rune) bool {
	switch {
	case r == '\n', r == '\t':
		return false
	case unicode.IsControl(r):
		return true
	case unicode.In(r, unicode.Bidi_Control) && r != '\u200e' && r != '\u200f' && r != '\u061c':
		return true
	case unicode.In(r, unicode.Co, unicode.Cs, unicode.Noncharacter_Code_Point, unicode.Zl, unicode.Zp):
		return true
	}
	return r == '\u200b' || r == '\ufeff' || r >= 0xe0000 && r <= 0xe0fff
}

// inFlag reports whether byte i of s is a tag of one of the three flags that are
// written with tags.
func inFlag(s string, i int) bool {
	start := strings.LastIndex(s[:i], "\U0001f3f4")
	return start >= 0 && i-start < len("\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f")
}

func BenchmarkClean(b *testing.B) {
	for _, bench := range []struct{ name, text string }{
		{"ascii", "Which treaty article did NATO invoke after 11 September 2001?"},
		{"german", "Welchen Vertragsartikel zog die NATO nach dem 11. September 2001 heran? Größe, Übung, äußerst."},
		{"hostile", strings.Repeat("\x1b[31m\u202ee\u0301\u0301", 10)},
	} {
		b.Run(bench.name, func(b *testing.B) {
			b.SetBytes(int64(len(bench.text)))
			for b.Loop() {
				show.Clean(bench.text)
			}
		})
	}
}
