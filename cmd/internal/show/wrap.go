package show

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/clipperhouse/displaywidth"
)

// wrap breaks a paragraph into lines of at most width columns: at spaces,
// after hyphens and between ideographs; a word that is wider than a line is
// broken where the line ends. There is always one line at least.
func wrap(glyphs []glyph, width int) [][]glyph {
	var lines [][]glyph
	start, chance, used := 0, 0, 0
	for i := 0; i < len(glyphs); i++ {
		g := glyphs[i]
		if used+int(g.width) > width && i > start && g.text != " " {
			if chance <= start {
				chance = i
			}
			lines = append(lines, trimSpace(glyphs[start:chance]))
			start, used = chance, 0
			i = start - 1
			continue
		}
		if g.text == " " && used == 0 {
			start++ // no line begins with a space
			continue
		}
		used += int(g.width)
		if i+1 < len(glyphs) && mayBreak(glyphs, i) {
			chance = i + 1
		}
	}
	return append(lines, trimSpace(glyphs[min(start, len(glyphs)):]))
}

func trimSpace(line []glyph) []glyph {
	for len(line) > 0 && line[len(line)-1].text == " " {
		line = line[:len(line)-1]
	}
	return line
}

// Punctuation that no line begins or ends with (JIS X 4051, the common part).
const (
	notFirst = "、。，．・：；？！）」』】〉》〕］｝ー々ゝゞぁぃぅぇぉっゃゅょァィゥェォッャュョ…‥)]},.;:!?%»”’"
	notLast  = "（「『【〈《〔［｛([{«“‘"
)

// mayBreak reports whether a line may end with glyphs[i], which is not the last.
func mayBreak(glyphs []glyph, i int) bool {
	a, b := glyphs[i], glyphs[i+1]
	switch {
	case a.text == " ":
		return b.text != " "
	case b.text == " ":
		return false
	case a.text == "-" || a.text == "–" || a.text == "—":
		return i > 0 && isLetter(glyphs[i-1]) && isLetter(b)
	case ideographic(a) || ideographic(b):
		return !strings.Contains(notLast, a.text) && !strings.Contains(notFirst, b.text)
	}
	return false
}

func isLetter(g glyph) bool {
	r, _ := utf8.DecodeRuneInString(g.text)
	return unicode.IsLetter(r)
}

// ideographic reports whether lines may break at g without a space: wide
// characters, except those of Korean, which writes spaces.
func ideographic(g glyph) bool {
	r, _ := utf8.DecodeRuneInString(g.text)
	return g.width == 2 && !unicode.Is(unicode.Hangul, r)
}

// joinsWithoutSpace reports whether two lines of a paragraph, one ending with
// before, are joined without a space, as between ideographs.
func joinsWithoutSpace(before, after string) bool {
	a, _ := utf8.DecodeLastRuneInString(before)
	b, _ := utf8.DecodeRuneInString(after)
	wide := func(r rune) bool { return ideographic(glyph{string(r), uint8(Width(string(r))), 0}) }
	return wide(a) && wide(b)
}

const tabStop = 4

// expandTabs replaces the tabs of one line by spaces.
func expandTabs(line string) string {
	if !strings.Contains(line, "\t") {
		return line
	}
	var out strings.Builder
	column := 0
	for i, part := range strings.Split(line, "\t") {
		if i > 0 {
			fill := tabStop - column%tabStop
			out.WriteString(strings.Repeat(" ", fill))
			column += fill
		}
		out.WriteString(part)
		column += Width(part)
	}
	return out.String()
}

// chunks cuts one line of clean text into pieces of at most width columns.
func chunks(line string, width int) []string {
	var pieces []string
	used, start, at := 0, 0, 0
	for g := displaywidth.StringGraphemes(line); g.Next(); {
		if used+g.Width() > width && at > start {
			pieces = append(pieces, line[start:at])
			start, used = at, 0
		}
		used += g.Width()
		at += len(g.Value())
	}
	return append(pieces, line[start:])
}
