package show

import (
	"strings"
	"unicode"

	"github.com/clipperhouse/displaywidth"

	"kartei/decks/answer"
)

// maxCompared bounds the part of two answers that is compared letter by
// letter, in graphemes: it takes time in the square of it.
const maxCompared = 400

// A piece is a part of two texts: the same in both, or what stands in one
// instead of what stands in the other.
type piece struct {
	typed, right string
	same         bool
}

// Difference draws a typed answer over the right one, letter by letter: what
// is right in green, what is wrong in bold red, and "-" where letters are missing;
// in the right answer what was missed is underlined. Where the palette writes
// no styles a line of marks stands below each; text that runs from right to left,
// of which nobody knows where a terminal draws it, has brackets in it instead.
// Both answers are one line each, which is wrapped, or cut where it has marks.
func (p Page) Difference(typed, right string) []string {
	typed, right = Line(typed), Line(right)
	if typed == right {
		return p.fill([]span{{typed, Green}}, "", "")
	}
	var above, below []span
	for _, d := range difference(letters(typed, right), letters(right, typed)) {
		if d.same {
			above = append(above, span{d.typed, Green})
			below = append(below, span{d.right, 0})
			continue
		}
		gap := strings.Repeat("-", max(0, Width(d.right)-Width(d.typed)))
		above = append(above, span{d.typed + gap, Bold | Red})
		below = append(below, span{d.right, Bold | Underline})
	}
	if !p.Palette.Escapes() && (rightToLeft(typed) || rightToLeft(right)) {
		return append(p.fill(bracketed(above, Bold|Red), "", ""), p.fill(bracketed(below, Bold|Underline), "", "")...)
	}
	if !p.Palette.Escapes() {
		return append(p.underlined(above, Bold|Red), p.underlined(below, Bold|Underline)...)
	}
	return append(p.fill(above, "", ""), p.fill(below, "", "")...)
}

// rightToLeft reports whether a text has letters of a script that runs so.
func rightToLeft(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool {
		return unicode.In(r, unicode.Hebrew, unicode.Arabic, unicode.Syriac, unicode.Thaana, unicode.Nko, unicode.Adlam)
	})
}

// bracketed puts the spans that look like style between brackets.
func bracketed(spans []span, style Style) []span {
	var out []span
	for _, s := range spans {
		if s.style == style {
			s.text = "[" + s.text + "]"
		}
		out = append(out, span{s.text, 0})
	}
	return out
}

// underlined draws a line and "^" under the spans that look like style.
func (p Page) underlined(spans []span, style Style) []string {
	var text, marks strings.Builder
	for _, s := range spans {
		text.WriteString(s.text)
		mark := " "
		if s.style == style {
			mark = "^"
		}
		marks.WriteString(strings.Repeat(mark, Width(s.text)))
	}
	lines := []string{Cut(text.String(), p.width())}
	if m := strings.TrimRight(marks.String(), " "); m != "" {
		lines = append(lines, Cut(m, p.width()))
	}
	return lines
}

// A letter is a grapheme, and what it is compared by.
type letter struct{ shown, meant string }

// letters divides a text. Where only one of two texts is pointed, as those of
// Hebrew and Arabic may be, points make no letter another.
func letters(s, other string) []letter {
	bare := s == answer.WithoutPoints(s) || other == answer.WithoutPoints(other)
	var out []letter
	for g := displaywidth.StringGraphemes(s); g.Next(); {
		l := letter{g.Value(), g.Value()}
		if bare {
			l.meant = answer.WithoutPoints(l.meant)
		}
		out = append(out, l)
	}
	return out
}

// difference divides a and b into pieces: their common beginning and end
// first, then a longest common subsequence of what is between.
func difference(a, b []letter) []piece {
	start := 0
	for start < len(a) && start < len(b) && a[start].meant == b[start].meant {
		start++
	}
	tail := 0
	for tail < len(a)-start && tail < len(b)-start && a[len(a)-1-tail].meant == b[len(b)-1-tail].meant {
		tail++
	}
	var d pieces
	d.keep(a[:start], b[:start])
	d.between(a[start:len(a)-tail], b[start:len(b)-tail])
	d.keep(a[len(a)-tail:], b[len(b)-tail:])
	return d
}

// pieces grow at their end.
type pieces []piece

// last returns the last piece, a new one if that is of the other kind.
func (d *pieces) last(same bool) *piece {
	if n := len(*d); n == 0 || (*d)[n-1].same != same {
		*d = append(*d, piece{same: same})
	}
	return &(*d)[len(*d)-1]
}

func (d *pieces) keep(typed, right []letter) {
	if len(typed) == 0 {
		return
	}
	p := d.last(true)
	p.typed += joined(typed)
	p.right += joined(right)
}

func joined(letters []letter) string {
	var out strings.Builder
	for _, l := range letters {
		out.WriteString(l.shown)
	}
	return out.String()
}

// between divides what has no common beginning or end.
func (d *pieces) between(a, b []letter) {
	if len(a) > maxCompared || len(b) > maxCompared {
		*d.last(false) = piece{typed: joined(a), right: joined(b)}
		return
	}
	common := commonLengths(a, b)
	i, j := 0, 0
	for i < len(a) || j < len(b) {
		switch {
		case i < len(a) && j < len(b) && a[i].meant == b[j].meant:
			d.keep(a[i:i+1], b[j:j+1])
			i, j = i+1, j+1
		case i < len(a) && (j == len(b) || common[i+1][j] >= common[i][j+1]):
			d.last(false).typed += a[i].shown
			i++
		default:
			d.last(false).right += b[j].shown
			j++
		}
	}
}

// commonLengths returns the lengths of the longest common subsequences of a[i:]
// and b[j:].
func commonLengths(a, b []letter) [][]int16 {
	common := make([][]int16, len(a)+1)
	for i := range common {
		common[i] = make([]int16, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if a[i].meant == b[j].meant {
				common[i][j] = common[i+1][j+1] + 1
			} else {
				common[i][j] = max(common[i+1][j], common[i][j+1])
			}
		}
	}
	return common
}
