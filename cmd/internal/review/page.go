package review

import (
	"fmt"
	"io"
	"strings"

	"kartei/cmd/internal/show"
)

// A Page is where a session is shown: ordinary lines that scroll, as wide as the
// terminal is at that moment.
type Page struct {
	Out     io.Writer
	Palette show.Palette
	Width   func() int // cells; asked anew for every card

	plain bool // for ears: marks are words, and nothing is wrapped
}

// A mark stands before a line and says what became of it.
type mark struct{ sign, word string }

var (
	right   = mark{"✓", "right:"}
	wrong   = mark{"✗", "wrong:"}
	instead = mark{"→", "the answer:"}
	missed  = mark{"✗", "missed:"}
	other   = mark{" ", "not chosen:"}
)

func (p *Page) mark(m mark) string {
	if p.plain {
		return m.word + " "
	}
	return m.sign + " "
}

// margin is the space left of a card's own text.
const margin = 2

// columns is the width of a line. Plain lines are one thing each, however long.
func (p *Page) columns() int {
	if p.plain {
		return 1 << 20
	}
	return p.Width()
}

// measure is the width of text in cells: lines longer than about 80 are hard
// to read, however wide the window.
func (p *Page) measure() int {
	if p.plain {
		return p.columns()
	}
	return max(20, min(p.Width(), 84)-2*margin)
}

func (p *Page) blank() { fmt.Fprintln(p.Out) }

// line prints one line of words from the program or a deck.
func (p *Page) line(style show.Style, format string, args ...any) {
	text := show.Line(fmt.Sprintf(format, args...))
	fmt.Fprintln(p.Out, p.Palette.Paint(style, show.Cut(text, p.columns())))
}

// stressed prints one dim line of the program's own words in which a part stands out.
func (p *Page) stressed(text, part string, stress show.Style) {
	text = show.Cut(text, p.columns())
	before, after, found := strings.Cut(text, part)
	if !found {
		part = ""
	}
	fmt.Fprintln(p.Out, p.Palette.Paint(show.Dim, before)+p.Palette.Paint(stress, part)+p.Palette.Paint(show.Dim, after))
}

func (p *Page) layout() show.Page { return show.Page{Width: p.measure(), Palette: p.Palette} }

// words prints a sentence, wrapped.
func (p *Page) words(style show.Style, text string) {
	p.print(p.layout().Text(style, text))
}

// note prints a sentence that is not part of the card.
func (p *Page) note(style show.Style, text string) {
	p.words(style, text)
	p.blank()
}

// pairs prints names and what they stand for, in two columns.
func (p *Page) pairs(rows [][2]string) {
	names := 0
	for _, r := range rows {
		names = max(names, show.Width(r[0]))
	}
	for _, r := range rows {
		p.beside(show.Dim, show.Pad(r[0], names+2, false), 0, r[1])
	}
}

// marked prints a card's text on one line after a mark, wrapped beside it.
func (p *Page) marked(style show.Style, m mark, text string) {
	p.beside(style, p.mark(m), style, show.Inline(text))
}

// beside prints words, such as typed ones, wrapped beside what stands first.
func (p *Page) beside(firstStyle show.Style, first string, style show.Style, words string) {
	layout := p.layout()
	width := show.Width(first)
	layout.Width -= width
	for i, l := range layout.Text(style, words) {
		before := strings.Repeat(" ", margin+width)
		if i == 0 {
			before = strings.Repeat(" ", margin) + p.Palette.Paint(firstStyle, first)
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
