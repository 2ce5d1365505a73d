package syntax

import (
	"fmt"
	"slices"
	"strings"

	"kartei/decks/plural"
)

// tableAt reports whether line i is the head of a table: a row of cells with a
// line of dashes below it.
func (p *parser) tableAt(i int) bool {
	return i+1 < len(p.file.lines) && isRow(p.text(i)) && isRule(p.text(i+1))
}

// isRow reports whether a line is a row of cells: it begins with a bar.
func isRow(line string) bool {
	bare := strings.TrimLeft(line, " ")
	return len(line)-len(bare) <= 3 && strings.HasPrefix(bare, "|")
}

// isRule recognises a line of dashes: |---|:--:|.
func isRule(line string) bool {
	if !isRow(line) || strings.Trim(line, "|-: \t") != "" {
		return false
	}
	cells := splitCells(line)
	for _, c := range cells {
		dashes := strings.TrimSuffix(strings.TrimPrefix(line[c.Start:c.End], ":"), ":")
		if dashes == "" || strings.Trim(dashes, "-") != "" {
			return false
		}
	}
	return len(cells) > 0
}

// splitCells cuts a row at its bars; "\|" is not a bar, not even in code.
func splitCells(line string) []Part {
	from := strings.IndexByte(line, '|') + 1
	var cells []Part
	for i := from; i < len(line); i++ {
		switch line[i] {
		case '\\':
			i++
		case '|':
			cells = append(cells, trimPart(line, from, i))
			from = i + 1
		}
	}
	if rest := trimPart(line, from, len(line)); rest.Start < rest.End {
		cells = append(cells, rest)
	}
	return cells
}

func (p *parser) cells(i int) []Value {
	line, at := p.text(i), p.span(i)
	parts := splitCells(line)
	cells := make([]Value, len(parts))
	for j, c := range parts {
		span := Span{at.Start + c.Start, at.Start + c.End}
		cells[j] = Value{Span: span, Text: p.normal(p.file.Slice(span))}
	}
	return cells
}

// table reads a table. Whether it holds facts is not known before its section
// has been read.
func (p *parser) table() {
	first := p.line
	t := &Table{Rule: p.span(first + 1)}
	rule := p.text(first + 1)
	aligns := splitCells(rule)
	for i, cell := range p.cells(first) {
		c := column(cell)
		if i < len(aligns) {
			c.Align = alignment(rule[aligns[i].Start:aligns[i].End])
		}
		t.Columns = append(t.Columns, c)
	}
	for p.line = first + 2; p.line < len(p.file.lines) && isRow(p.text(p.line)); p.line++ {
		t.Rows = append(t.Rows, Row{Span: p.span(p.line), Cells: p.cells(p.line)})
	}
	t.Span = p.lines(first, p.line)
	p.add(t)
}

func alignment(dashes string) Align {
	left, right := strings.HasPrefix(dashes, ":"), strings.HasSuffix(dashes, ":")
	switch {
	case left && right:
		return AlignCenter
	case left:
		return AlignLeft
	case right:
		return AlignRight
	}
	return AlignNone
}

var columnRoles = map[string]Role{
	"id": RowID, "source": RowSource, "evidence": RowEvidence, "hint": RowHint,
	"note": RowNote, "tags": RowTags, "as-of": RowAsOf,
}

// column reads a header cell by its role.
func column(cell Value) Column {
	c := Column{Value: cell, Name: Plain(cell.Text)}
	lower := strings.ToLower(c.Name)
	if role, ok := columnRoles[lower]; ok {
		c.Role, c.Name = role, lower
		return c
	}
	for _, prefix := range []struct {
		word string
		role Role
	}{{"accept ", Accepts}, {"not ", Rejects}} {
		if strings.HasPrefix(lower, prefix.word) {
			c.Role, c.Name = prefix.role, strings.TrimSpace(c.Name[len(prefix.word):])
			c.Name = strings.TrimSpace(strings.TrimSuffix(c.Name, "[]"))
			return c
		}
	}
	if name, ok := strings.CutSuffix(c.Name, "[]"); ok {
		c.Name, c.List = strings.TrimSpace(name), true
	}
	return c
}

// Column returns the index of the column that a slot names, or -1.
func (t *Table) Column(name string) int {
	for i := range t.Columns {
		if c := &t.Columns[i]; c.Name == name && c.Role != Accepts && c.Role != Rejects {
			return i
		}
	}
	return -1
}

// Role returns the index of the first column with the role (for Accepts and
// Rejects: that speaks of the named column), or -1.
func (t *Table) Role(role Role, name string) int {
	for i := range t.Columns {
		if c := &t.Columns[i]; c.Role == role && (role != Accepts && role != Rejects || c.Name == name) {
			return i
		}
	}
	return -1
}

// names returns what templates may name.
func (t *Table) names() []string {
	var names []string
	for i := range t.Columns {
		if c := &t.Columns[i]; c.Role != Accepts && c.Role != Rejects && c.Name != "" {
			names = append(names, c.Name)
		}
	}
	return names
}

// resolve finds the templates of each table: the facts below it, in its
// section, that name columns in braces.
func (p *parser) resolve() {
	var table *Table
	var above []*Fact // the facts of the section before its table
	for _, b := range p.file.Blocks {
		switch b := b.(type) {
		case *Heading:
			table, above = nil, nil
		case *Table:
			p.checkAbove(above, b)
			table, above = b, nil
		case *Fact:
			if table == nil {
				above = append(above, b)
			} else {
				p.template(table, b)
			}
		}
	}
	for _, b := range p.file.Blocks {
		if t, ok := b.(*Table); ok {
			p.checkTable(t)
		}
	}
}

// template ties a fact to the table above it if it names anything in braces.
func (p *parser) template(t *Table, fact *Fact) {
	p.eachSlot(fact, func(v Value, s Slot) {
		if t.Column(s.Name) >= 0 {
			fact.Table = t
			return
		}
		if s.Quoted {
			return
		}
		fact.Table = t
		p.error(v.Range(s.Start, s.End), "absent-column",
			fmt.Sprintf("the table above has no column %s", quote(s.Name)),
			suggest(s.Name, t.names())+`, or "\{" for a brace as such`)
	})
	if fact.Table != nil {
		t.Templates = append(t.Templates, fact)
	}
}

// eachSlot calls yield for every slot of a fact.
func (p *parser) eachSlot(fact *Fact, yield func(Value, Slot)) {
	slots := func(v *Value) {
		for _, s := range Slots(v.String()) {
			yield(*v, s)
		}
	}
	for i := range fact.Fields {
		f := &fact.Fields[i]
		for _, s := range FieldSlots(f) {
			yield(f.Value, s)
		}
		slots(f.Why)
		for j := range f.Items {
			slots(&f.Items[j].Value)
			slots(f.Items[j].Why)
		}
	}
}

// checkAbove reports templates that stand above their table.
func (p *parser) checkAbove(facts []*Fact, t *Table) {
	for _, fact := range facts {
		said := false
		p.eachSlot(fact, func(v Value, s Slot) {
			if !said && !s.Quoted && t.Column(s.Name) >= 0 {
				said = true
				p.error(v.Range(s.Start, s.End), "template-above-table",
					"this fact stands above the table whose column it names", "move it below the table")
			}
		})
	}
}

func (p *parser) checkTable(t *Table) {
	if len(t.Templates) == 0 {
		for i := range t.Columns {
			if t.Columns[i].Role == RowID {
				p.warn(t.Columns[i].Span, "table-without-template",
					"this table has ids but no question names its columns, so it makes no cards",
					`write a question below it: "Q: … {column} …"`)
			}
		}
		return
	}
	p.checkColumns(t)
	if len(t.Rows) == 0 {
		p.warn(t.Rule, "empty-table", "this table has no rows, so it makes no cards", "write one row for each fact")
	}
	for i := range t.Rows {
		p.checkRow(t, &t.Rows[i])
	}
}

func (p *parser) checkColumns(t *Table) {
	if n := len(splitCells(p.file.Slice(t.Rule))); n != len(t.Columns) {
		p.error(t.Rule, "ragged-row", fmt.Sprintf("this line has %s, the head of the table has %d",
			plural.Count(n, "cell"), len(t.Columns)), `write one "---" for each column`)
	}
	names := t.names()
	seen := map[string]bool{}
	for i := range t.Columns {
		c := &t.Columns[i]
		id := fmt.Sprintf("%d %s", max(c.Role, Accepts-1), c.Name)
		switch {
		case c.Name == "":
			p.error(c.Span, "bad-column", "this column has no name",
				"write a name that the questions below can use in braces")
		case strings.ContainsAny(c.Name, "{}\\"):
			p.error(c.Span, "bad-column", fmt.Sprintf("%s is not a column name", quote(c.Name)),
				"write it without braces and backslashes")
		case seen[id]:
			p.error(c.Span, "bad-column", fmt.Sprintf("two columns have the name %s", quote(c.Text)),
				"give one of them another name")
		case (c.Role == Accepts || c.Role == Rejects) && !slices.Contains(names, c.Name):
			p.error(c.Span, "absent-column", fmt.Sprintf("this column speaks of a column %s that the table does not have", quote(c.Name)), suggest(c.Name, names))
		}
		seen[id] = true
	}
}

func (p *parser) checkRow(t *Table, r *Row) {
	if len(r.Cells) != len(t.Columns) {
		p.error(r.Span, "ragged-row", fmt.Sprintf("this row has %s, the table has %s",
			plural.Count(len(r.Cells), "cell"), plural.Count(len(t.Columns), "column")),
			`every row needs as many cells as the head; write "\|" for a bar inside of a cell`)
		return
	}
	for i := range r.Cells {
		if cell := r.Cells[i]; cell.Text != "" {
			p.checkCell(&t.Columns[i], cell)
		}
	}
	if _, ok := t.RowKey(r); !ok {
		p.error(r.Span, "no-row-key", "this row has no id and its first cell is empty",
			"fill in the first cell, or add a column id")
	}
}

func (p *parser) checkCell(c *Column, cell Value) {
	if c.Role == RowID && !IsID(cell.Text) {
		p.error(cell.Span, "bad-id", fmt.Sprintf("%s is not an id", quote(cell.Text)),
			`use up to 64 of the letters a to z, digits and "-"`)
	}
	if c.Role == RowAsOf && !isDate(cell.Text) {
		p.error(cell.Span, "bad-date", fmt.Sprintf("%s is not a date", quote(cell.Text)),
			"write 2025, 2025-06 or 2025-06-30")
	}
	if c.Role == RowTags {
		p.checkTags(cell)
	}
}

// RowKey returns the identity of a row: its id, else the text of its first cell
// that holds one of the facts' data; ok is false if it has neither.
func (t *Table) RowKey(r *Row) (key string, ok bool) {
	if i := t.Role(RowID, ""); i >= 0 && i < len(r.Cells) && r.Cells[i].Text != "" {
		return r.Cells[i].Text, true
	}
	for i := range t.Columns {
		if t.Columns[i].Role == Data && i < len(r.Cells) {
			key = CellText(r.Cells[i].Text)
			return key, key != ""
		}
	}
	return "", false
}
