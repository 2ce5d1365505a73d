package decks

import (
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"

	"kartei/decks/syntax"
)

// A Passage is something in a deck's files that people read, and that is not a fact:
// a paragraph, a list, a block of code, or a table.
type Passage struct {
	Section []string `json:"section,omitempty"` // the headings above it, outermost first
	Fact    int      `json:"fact"`              // it stands above Facts[Fact]; len(Facts): below all of them
	File    string   `json:"file,omitempty"`    // from which its pictures are looked up
	Text    string   `json:"text,omitempty"`    // Markdown; empty for a table
	Columns []string `json:"columns,omitempty"` // of a table
	Rows    []Row    `json:"rows,omitempty"`
}

// A Row is a line of a table that people read. Its cells are Markdown.
type Row struct {
	Key   string   `json:"key,omitempty"` // of the fact that it is; empty if it is none
	Cells []string `json:"cells"`         // as many as the table has columns
}

// IsTable reports whether the passage is a table.
func (p *Passage) IsTable() bool { return len(p.Columns) > 0 }

// MaxProse is how many bytes of passages a deck keeps; what comes after them is to be
// read in its files.
const MaxProse = 1 << 20

// size is about how many bytes the passage takes.
func (p *Passage) size() int {
	n := len(p.Text)
	for _, r := range p.Rows {
		n += r.size()
	}
	return n
}

func (r *Row) size() int {
	n := len(r.Key)
	for _, cell := range r.Cells {
		n += len(cell) + 1
	}
	return n
}

// paragraph takes a paragraph as a passage. Comments are for the author alone.
func (b *builder) paragraph(block *syntax.Prose) {
	text := norm.NFC.String(strings.ReplaceAll(b.file.Slice(block.Span), "\r\n", "\n"))
	if block.Verbatim && strings.HasPrefix(strings.TrimLeft(text, " "), "<!--") {
		return
	}
	b.pass(Passage{Text: strings.TrimRight(text, " \t\n")})
}

// tableToRead takes a table as a passage: without the columns that are for the
// program, if it makes facts.
func (b *builder) tableToRead(t *syntax.Table) {
	var p Passage
	var shown []int
	rows := 0
	for i, c := range t.Columns {
		if len(t.Templates) == 0 || c.Role == syntax.Data || c.Role == syntax.RowNote {
			shown = append(shown, i)
			title := c.Value.Text
			if len(t.Templates) > 0 {
				title = c.Name // without its "[]"
			}
			p.Columns = append(p.Columns, syntax.CellText(title))
		}
	}
	for i := range t.Rows {
		row := &t.Rows[i]
		if len(row.Cells) != len(t.Columns) {
			continue
		}
		r := Row{Cells: make([]string, len(shown))}
		if len(t.Templates) > 0 {
			r.Key, _ = t.RowKey(row)
		}
		cells := newRowFiller(t, row).cells
		for j, at := range shown {
			r.Cells[j] = cells[at]
		}
		p.Rows = append(p.Rows, r)
		if rows += r.size(); b.prose+rows > MaxProse {
			break // nobody will read it
		}
	}
	b.pass(p)
}

func (b *builder) pass(p Passage) {
	p.Section, p.Fact, p.File = b.sectionTitles(), len(b.facts), b.path
	b.prose += p.size()
	if b.cut = b.cut || b.prose > MaxProse; !b.cut {
		b.passages = append(b.passages, p)
	}
}

// take adds the passages of a file that stand above its fact number i to the deck.
func (j *joiner) take(s *inputFile, i int) {
	for len(s.passages) > 0 && s.passages[0].Fact <= i {
		p := s.passages[0]
		s.passages = s.passages[1:]
		j.prose += p.size()
		if j.deck.Cut = j.deck.Cut || j.prose > MaxProse; j.deck.Cut {
			return
		}
		p.Fact = len(j.deck.Facts)
		j.deck.Passages = append(j.deck.Passages, p)
	}
}

// Introduces reports whether the passage is a part of the introduction of its section,
// whose first fact is given by its index; that may stand in a section below it.
func (p *Passage) Introduces(first int) bool { return p.Fact <= first && !p.ofFacts() }

// ofFacts reports whether the passage is a table of facts.
func (p *Passage) ofFacts() bool {
	return slices.ContainsFunc(p.Rows, func(r Row) bool { return r.Key != "" })
}
