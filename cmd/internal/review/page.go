package review

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"kartei/cmd/internal/show"
)

// A Page is where a session is shown: ordinary lines that scroll, as wide as the
// terminal is at that moment.
type Page struct {
	Out     io.Writer
	Palette show.Palette
	Width   func() int // cells; asked anew for every card
	Height  func() int // rows; nil where nothing leaves the screen

	rows  int  // printed since a question began
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

func (p *Page) blank() { p.println("") }

// println prints one row, and counts it.
func (p *Page) println(row string) {
	p.rows++
	fmt.Fprintln(p.Out, row)
}

// clear empties the screen.
func (p *Page) clear() { io.WriteString(p.Out, "\x1b[H\x1b[2J") }

// scrolled reports whether the rows since the last that was counted from, and more
// below them, are too many for the window.
func (p *Page) scrolled(more int) bool {
	return p.Height != nil && p.rows+more > p.Height()
}

// line prints one line of words from the program or a deck.
func (p *Page) line(style show.Style, format string, args ...any) {
	text := show.Line(fmt.Sprintf(format, args...))
	p.println(p.Palette.Paint(style, show.Cut(text, p.columns())))
}

// stressed prints one dim line of the program's own words in which a part stands out.
func (p *Page) stressed(text, part string, stress show.Style) {
	text = show.Cut(text, p.columns())
	before, after, found := strings.Cut(text, part)
	if !found {
		part = ""
	}
	p.println(p.Palette.Paint(show.Dim, before) + p.Palette.Paint(stress, part) + p.Palette.Paint(show.Dim, after))
}

func (p *Page) layout() show.Page {
	return show.Page{Width: p.measure(), Palette: p.Palette, Bare: p.plain}
}

// apart sets the answer apart from its question.
func (p *Page) apart() {
	if !p.plain {
		p.words(show.Dim, "┄┄┄")
	}
}

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

// columnsOf prints two lists of pairs beside each other, or one below the other where
// that is too wide.
func (p *Page) columnsOf(left, right [][2]string) {
	const gap = 2
	var widths [2][2]int
	for i, list := range [2][][2]string{left, right} {
		for _, r := range list {
			widths[i][0] = max(widths[i][0], show.Width(r[0])+gap)
			widths[i][1] = max(widths[i][1], show.Width(r[1])+gap)
		}
	}
	if widths[0][0]+widths[0][1]+widths[1][0]+widths[1][1]-gap > p.measure() {
		p.pairs(append(slices.Clone(left), right...))
		return
	}
	for i := range max(len(left), len(right)) {
		row := strings.Repeat(" ", margin)
		for side, list := range [2][][2]string{left, right} {
			var r [2]string
			if i < len(list) {
				r = list[i]
			}
			row += p.Palette.Paint(show.Dim, show.Pad(r[0], widths[side][0], false)) + show.Pad(r[1], widths[side][1],
				false)
		}
		p.println(strings.TrimRight(row, " "))
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
		p.println(before + l)
	}
}

// text prints a card's Markdown in a style.
func (p *Page) text(style show.Style, markdown string) {
	p.print(p.layout().Styled(style, markdown))
}

func (p *Page) print(lines []string) {
	for _, l := range lines {
		p.println(strings.TrimRight(strings.Repeat(" ", margin)+l, " "))
	}
}
