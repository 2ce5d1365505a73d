package show

import (
	"strings"

	"github.com/clipperhouse/displaywidth"
)

// A Page lays text out for a window.
type Page struct {
	Width   int // columns; less than 10 counts as 10
	Palette Palette
	Bare    bool // words alone, for ears: no marks for what styles cannot show
}

func (p Page) width() int { return max(p.Width, 10) }

// Text wraps text without Markdown; runs of space become one.
func (p Page) Text(style Style, text string) []string {
	return p.fill([]span{{text, style}}, "", "")
}

// A span is text of one style; "\n" in it ends a line.
type span struct {
	text  string
	style Style
}

// A glyph is a grapheme on its way to the screen.
type glyph struct {
	text  string
	width uint8
	style Style
}

// fill wraps spans. Lines begin with first, and with rest from the second on.
// This is where text of cards is cleaned: after all decoding, before printing.
func (p Page) fill(spans []span, first, rest string) []string {
	var lines []string
	size := 0
	for _, s := range spans {
		size += len(s.text)
	}
	glyphs := make([]glyph, 0, size)
	prefix := first
	end := func() {
		for i, line := range wrap(glyphs, max(p.width()-Width(prefix), 8)) {
			if i > 0 {
				prefix = rest
			}
			lines = append(lines, strings.TrimRight(prefix+p.paint(line), " "))
		}
		prefix, glyphs = rest, glyphs[:0]
	}
	for _, s := range spans {
		for i, part := range strings.Split(Clean(s.text), "\n") {
			if i > 0 {
				end()
			}
			glyphs = appendGlyphs(glyphs, part, s.style)
		}
	}
	end()
	return lines
}

// appendGlyphs appends one line of clean text; runs of space become one.
func appendGlyphs(glyphs []glyph, text string, style Style) []glyph {
	for g := displaywidth.StringGraphemes(text); g.Next(); {
		v, width := g.Value(), g.Width()
		if v == "\t" { // which has no width of its own
			v, width = " ", 1
		}
		if v == " " && (len(glyphs) == 0 || glyphs[len(glyphs)-1].text == " ") {
			continue
		}
		glyphs = append(glyphs, glyph{v, uint8(min(width, 2)), style})
	}
	return glyphs
}

// paint gives a line its styles, one sequence for each run of one style.
func (p Page) paint(line []glyph) string {
	var out strings.Builder
	for len(line) > 0 {
		n := 1
		for n < len(line) && line[n].style == line[0].style {
			n++
		}
		var run strings.Builder
		for _, g := range line[:n] {
			run.WriteString(g.text)
		}
		out.WriteString(p.Palette.Paint(line[0].style, run.String()))
		line = line[n:]
	}
	return out.String()
}
