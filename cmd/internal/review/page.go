package review

import (
	"fmt"
	"io"
	"strings"

	"kartei/cmd/internal/show"
)

// A Page is where a sitting writes: ordinary lines that scroll, as wide as the
// terminal is at that moment.
type Page struct {
	Out     io.Writer
	Palette show.Palette
	Width   func() int // cells; asked anew for every card
}

// margin is the space left of a card's own text.
const margin = 2

// measure is the width of text in cells: lines longer than about 80 are hard
// to read, however wide the window.
func (p *Page) measure() int { return max(20, min(p.Width(), 84)-2*margin) }

func (p *Page) blank() { fmt.Fprintln(p.Out) }

// line prints one line of words from the program or a deck.
func (p *Page) line(style show.Style, format string, args ...any) {
	text := show.Line(fmt.Sprintf(format, args...))
	fmt.Fprintln(p.Out, p.Palette.Paint(style, show.Cut(text, p.Width())))
}

func (p *Page) layout() show.Page { return show.Page{Width: p.measure(), Palette: p.Palette} }

// words prints a sentence, wrapped.
func (p *Page) words(style show.Style, text string) {
	p.print(p.layout().Text(style, text))
}

// note prints a sentence that is no part of the card.
func (p *Page) note(style show.Style, text string) {
	p.words(style, text)
	p.blank()
}

// pairs prints names and what they stand for, in two columns.
func (p *Page) pairs(rows [][2]string) {
	t := show.Table{Columns: make([]show.Column, 2)}
	for _, r := range rows {
		t.Rows = append(t.Rows, []show.Cell{{Text: r[0], Style: show.Dim}, {Text: r[1]}})
	}
	p.print(p.layout().Table(t))
}

// marked prints a card's text on one line after a mark, wrapped beside it.
func (p *Page) marked(style show.Style, mark, text string) {
	layout := p.layout()
	width := show.Width(mark)
	layout.Width -= width
	for i, l := range layout.Text(style, show.Inline(text)) {
		before := strings.Repeat(" ", margin+width)
		if i == 0 {
			before = strings.Repeat(" ", margin) + p.Palette.Paint(style, mark)
		}
		fmt.Fprintln(p.Out, before+l)
	}
}

// text prints a card's Markdown.
func (p *Page) text(markdown string) {
	p.print(p.layout().Markdown(markdown))
}

func (p *Page) print(lines []string) {
	for _, l := range lines {
		fmt.Fprintln(p.Out, strings.TrimRight(strings.Repeat(" ", margin)+l, " "))
	}
}
