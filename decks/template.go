package decks

import (
	"fmt"
	"slices"
	"strings"

	"kartei/decks/syntax"
)

// table makes a fact of each row, with a card for each of the templates that
// the row has the cells for. The name tells the tables of a compilation apart.
func (b *builder) table(t *syntax.Table, name string) {
	templates := make([]*template, 0, len(t.Templates))
	for _, fact := range t.Templates {
		if sound(fact) && !fact.IsDraft() {
			templates = append(templates, newTemplate(t, fact, name))
		}
	}
	b.checkNames(t, templates)
	for i := range t.Rows {
		if row := &t.Rows[i]; len(row.Cells) == len(t.Columns) {
			if !b.row(t, row, templates) {
				return
			}
		}
	}
}

// row makes the fact of a row; false if the file has grown too large.
func (b *builder) row(t *syntax.Table, row *syntax.Row, templates []*template) bool {
	key, ok := t.RowKey(row)
	if !ok {
		return true
	}
	id := t.Role(syntax.RowID, "")
	fact := Fact{Key: key, Written: true, File: b.path, Line: b.file.LineAt(row.Start) + 1, Section: b.sectionTitles()}
	fact.Cell = id < 0 || row.Cells[id].Text == ""
	r := newRowFiller(t, row)
	var cards []Card
	var origins []Origin
	for _, tp := range templates {
		r.template = tp
		made := (&cardMaker{builder: b, fact: tp.fact, row: r}).write()
		if r.overflows {
			b.problems = append(b.problems, syntax.Problem{Span: syntax.Span{Start: row.Start, End: row.Start + 1},
				Severity: Error, Rule: "text-too-long",
				Message: fmt.Sprintf("this row makes a text of more than %d KiB", maxCardText>>10),
				Hint:    "shorten the cells, or name them less often"})
			return true
		}
		for range made {
			origins = append(origins, Origin{b.file, tp.fact, t, row})
		}
		cards = append(cards, made...)
	}
	if b.add(fact, cards, Origin{}); len(cards) > 0 {
		b.from[len(b.from)-1] = origins
	}
	if b.written > maxFileText {
		b.problems = append(b.problems, syntax.Problem{Span: row.Span, Severity: Error, Rule: "too-many-cards",
			Message: fmt.Sprintf("up to this row the file makes cards of more than %d MiB", maxFileText>>20),
			Hint:    "split the table, or let its questions name fewer cells"})
		return false
	}
	return b.cards <= MaxCards
}

// checkNames reports templates whose cards have one name, by which histories
// would be mixed.
func (b *builder) checkNames(t *syntax.Table, templates []*template) {
	taken := map[string]bool{}
	cells := make([]string, len(t.Columns))
	for i := range cells {
		cells[i] = "x" // so that every template writes all its cards
	}
	for _, tp := range templates {
		r := &rowFiller{template: tp, row: &syntax.Row{Cells: make([]syntax.Value, len(t.Columns))}, cells: cells}
		for _, c := range (&cardMaker{builder: b, fact: tp.fact, row: r}).write() {
			if taken[c.Name] {
				b.problems = append(b.problems, syntax.Problem{Span: tp.fact.Fields[0].Name(), Severity: Error,
					Rule:    "template-name",
					Message: fmt.Sprintf("another question of this table has the name %q too", c.Name),
					Hint:    `give each of them a name of its own: "Id: …"`})
				break
			}
			taken[c.Name] = true
		}
	}
}

// A template is a fact that writes cards for the rows of its table.
type template struct {
	fact     *syntax.Fact
	table    *syntax.Table
	pool     string              // what the names of its pools begin with
	patterns map[string]pattern  // by text
	names    map[string][]string // the columns that a text names, by text
}

func newTemplate(t *syntax.Table, fact *syntax.Fact, name string) *template {
	return &template{fact: fact, table: t, pool: name + "/", patterns: map[string]pattern{},
		names: map[string][]string{}}
}

func (tp *template) pattern(text string) pattern {
	p, ok := tp.patterns[text]
	if !ok {
		p = readPattern(text, tp.table)
		tp.patterns[text] = p
	}
	return p
}

// columns returns the columns that a text names, in order, each once.
func (tp *template) columns(text string) []string {
	names, ok := tp.names[text]
	if !ok {
		for _, s := range syntax.Slots(text) {
			if tp.table.Column(s.Name) >= 0 && !slices.Contains(names, s.Name) {
				names = append(names, s.Name)
			}
		}
		tp.names[text] = names
	}
	return names
}

// A rowFiller writes a row into the texts of a template.
type rowFiller struct {
	*template
	row       *syntax.Row
	cells     []string   // as a learner reads them; a list's items joined by ", "
	lists     [][]string // by column: the items of a list
	overflows bool       // a text has grown too long
}

func newRowFiller(t *syntax.Table, row *syntax.Row) *rowFiller {
	r := &rowFiller{row: row, cells: make([]string, len(row.Cells))}
	for i, cell := range row.Cells {
		if !t.Columns[i].List {
			r.cells[i] = syntax.CellText(cell.Text)
			continue
		}
		if r.lists == nil {
			r.lists = make([][]string, len(row.Cells))
		}
		for _, p := range syntax.Split(cell.Text, ';') {
			r.lists[i] = append(r.lists[i], syntax.CellText(cell.Text[p.Start:p.End]))
		}
		r.cells[i] = strings.Join(r.lists[i], ", ")
	}
	return r
}

func (r *rowFiller) fill(text string) (out string, whole bool) {
	if text == "" {
		return "", true
	}
	out, whole = r.pattern(text).fill(r.cells)
	r.overflows = r.overflows || len(out) > maxCardText
	return out, whole
}

// list returns the items of a text that is one column of lists and nothing else.
func (r *rowFiller) list(text string) []string {
	parts := r.pattern(text).parts
	if r.lists == nil || len(parts) != 1 || parts[0].column < 0 {
		return nil
	}
	return r.lists[parts[0].column]
}

// poolOf names the pool of an answer: the same text of the template in the
// other rows.
func (r *rowFiller) poolOf(text string) string {
	if len(r.columns(text)) == 0 {
		return ""
	}
	return r.pool + text
}

// cell returns the row's text in the column with the role, or nothing.
func (r *rowFiller) cell(role syntax.Role) string {
	if i := r.table.Role(role, ""); i >= 0 {
		return r.cells[i]
	}
	return ""
}

// keys takes over what the row says for itself; it goes before what its
// template says for all rows.
func (r *rowFiller) keys(c *Card) {
	for role, text := range map[syntax.Role]*string{
		syntax.RowHint: &c.Hint, syntax.RowNote: &c.Note, syntax.RowSource: &c.Source,
		syntax.RowEvidence: &c.Evidence, syntax.RowAsOf: &c.AsOf,
	} {
		if cell := r.cell(role); cell != "" {
			*text = cell
		}
	}
	if tags := r.cell(syntax.RowTags); tags != "" {
		c.Tags = joinTags(c.Tags, syntax.SplitTags(tags))
	}
}

// call names a card by its template's id, else by the columns of its answer,
// and adds what the row accepts and rejects for those columns.
func (r *rowFiller) call(c *Card, texts []string) {
	var names []string
	for _, text := range texts {
		for _, name := range r.columns(text) {
			if !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	id := r.fact.Text(syntax.ID)
	switch single := r.fact.Fields[0].Key == syntax.Question; {
	case id != "" && single:
		c.Name = id
	case id != "":
		c.Name = id + "-" + c.Name
	case len(names) > 0:
		c.Name = strings.Join(names, "+")
	}
	for _, name := range names {
		r.alternatives(c, name)
	}
}

// alternatives adds the row's cells of "accept NAME" and "not NAME".
func (r *rowFiller) alternatives(c *Card, name string) {
	if i := r.table.Role(syntax.Accepts, name); i >= 0 {
		c.Accept = slices.Concat(c.Accept, syntax.SplitCell(r.row.Cells[i].Text))
	}
	if i := r.table.Role(syntax.Rejects, name); i >= 0 {
		c.Options = slices.Clone(c.Options)
		for _, cell := range syntax.SplitCell(r.row.Cells[i].Text) {
			text, why := syntax.CutReason(cell)
			c.Options = append(c.Options, Option{Text: text, Why: why})
		}
	}
}
