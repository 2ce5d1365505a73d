package takequiz

import (
	"fmt"
	"io"
	"strings"

	"kartei/cmd/internal/show"
)

// A Page is where a quiz is shown: lines that scroll, as wide as the terminal
// is at that moment.
type Page struct {
	Out     io.Writer
	Palette show.Palette
	Width   func() int // cells
}

// margin is the space left of all text.
const margin = 2

func (p *Page) layout() show.Page {
	return show.Page{Width: max(20, min(p.Width(), 84)-2*margin), Palette: p.Palette}
}

func (p *Page) blank() { fmt.Fprintln(p.Out) }

// line prints one line that is cut where it is too long.
func (p *Page) line(style show.Style, text string) {
	fmt.Fprintln(p.Out, p.Palette.Paint(style, show.Cut(show.Line(text), p.Width())))
}

// words prints a sentence, wrapped.
func (p *Page) words(style show.Style, text string) { p.print(p.layout().Text(style, text)) }

// text prints a card's Markdown.
func (p *Page) text(markdown string) { p.print(p.layout().Markdown(markdown)) }

func (p *Page) print(lines []string) {
	for _, l := range lines {
		fmt.Fprintln(p.Out, strings.TrimRight(strings.Repeat(" ", margin)+l, " "))
	}
}
