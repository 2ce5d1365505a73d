package reimport

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"kartei/decks/syntax"
)

// A row is one of a fact table.
type row struct {
	span  syntax.Span // its line
	line  int         // from 1
	id    string
	cells map[string]string // by the names of columns, as they are written; without the id
	front string
	back  string
}

func (r *row) said() string  { return r.front + " → " + r.back }
func (r *row) whole() string { return r.front + "\x00" + r.back }

// A rowTable is a fact table whose rows have ids.
type rowTable struct {
	*syntax.Table
	file  *syntax.File
	names []string // of the columns
	rows  []*row
}

// rowTables are the fact tables with ids of a file.
func rowTables(f *syntax.File) (all []*rowTable) {
	for _, b := range f.Blocks {
		t, ok := b.(*syntax.Table)
		if !ok || len(t.Templates) == 0 || t.Role(syntax.RowID, "") < 0 {
			continue
		}
		r := &rowTable{Table: t, file: f}
		for i := range t.Columns {
			r.names = append(r.names, t.Columns[i].Text)
		}
		r.read()
		all = append(all, r)
	}
	return all
}

func (t *rowTable) read() {
	id := t.Role(syntax.RowID, "")
	front, back := t.side(syntax.Question), t.side(syntax.Answer)
	for i := range t.Rows {
		source := &t.Rows[i]
		r := &row{span: source.Span, line: t.file.LineAt(source.Start) + 1, cells: map[string]string{}}
		for j := range source.Cells[:min(len(source.Cells), len(t.names))] {
			switch text := source.Cells[j].Text; j {
			case id:
				r.id = text
			default:
				r.cells[t.names[j]] = text
			}
			if j == front {
				r.front = oneLine(source.Cells[j].Text)
			}
			if j == back {
				r.back = oneLine(source.Cells[j].Text)
			}
		}
		t.rows = append(t.rows, r)
	}
}

// side is the column that the first template asks with, or answers with: -1 without
// one.
func (t *rowTable) side(key syntax.Key) int {
	slots := syntax.Slots(t.Templates[0].Text(key))
	if len(slots) == 0 {
		return -1
	}
	return t.Column(slots[0].Name)
}

// sums are hashes of a row's cells, by column.
func (r *row) sums(names []string) Sums {
	var words []string
	for _, name := range names {
		if text := r.cells[name]; text != "" {
			words = append(words, columnWord(name)+"="+hashOf(text))
		}
	}
	slices.Sort(words)
	return Sums(strings.Join(words, " "))
}

func columnWord(name string) string {
	return "|" + strings.Join(strings.Fields(strings.ReplaceAll(name, "=", "_")), "_")
}

// cell is the hash of one cell.
func (s Sums) cell(name string) string {
	for word := range strings.FieldsSeq(string(s)) {
		if sum, ok := strings.CutPrefix(word, columnWord(name)+"="); ok {
			return sum
		}
	}
	return ""
}

// addRows adds what rows say to a base.
func (b Base) addRows(f *syntax.File) {
	for _, t := range rowTables(f) {
		for _, r := range t.rows {
			b[r.id] = r.sums(t.names)
		}
	}
}

// A rowMerger brings the table of a deck up to date with that of a source.
type rowMerger struct {
	deck, source *rowTable
	base         Base
	names        *syntax.Names
	pairs        map[*row]*row // the deck's by the source's
	edits        []edit
	result       *Result
}

// mergeRows brings the rows of result.Text up to date with the table of a source,
// which has at most one.
func mergeRows(result *Result, source *syntax.File, base Base) error {
	from := rowTables(source)
	if len(from) == 0 {
		return nil
	}
	deck := syntax.Parse("", result.Text)
	m := &rowMerger{source: from[0], base: base, result: result, pairs: map[*row]*row{},
		names: syntax.NewNames(deck.IDs()...)}
	for _, t := range rowTables(deck) {
		has := func(name string) bool { return slices.Contains(t.names, name) }
		if !slices.ContainsFunc(m.source.names, func(name string) bool { return !has(name) }) {
			m.deck = t
			break
		}
	}
	if m.deck == nil {
		return fmt.Errorf("the deck has no table with the columns %s", strings.Join(m.source.names, ", "))
	}
	m.match()
	m.take()
	m.drop()
	canonical, err := syntax.Format(result.Text)
	aligned := err == nil && bytes.Equal(canonical, result.Text)
	result.Text = (&merger{deck: &sheet{File: deck}, edits: m.edits}).splice()
	if aligned {
		if result.Text, err = syntax.Format(result.Text); err != nil {
			return err
		}
	}
	return nil
}

// match finds the rows of the source in the deck, by what is surest first.
func (m *rowMerger) match() {
	taken := map[*row]bool{}
	for _, key := range []func(*row) string{
		func(r *row) string { return r.id + "\x00" + r.whole() },
		(*row).whole,
		func(r *row) string { return r.id },
		func(r *row) string { return r.front },
		func(r *row) string { return r.back },
	} {
		have, wanted := map[string][]*row{}, map[string]int{}
		for _, now := range m.source.rows {
			if m.pairs[now] == nil {
				wanted[key(now)]++
			}
		}
		for _, r := range m.deck.rows {
			if !taken[r] {
				have[key(r)] = append(have[key(r)], r)
			}
		}
		for _, now := range m.source.rows {
			if found := have[key(now)]; m.pairs[now] == nil && len(found) == 1 && wanted[key(now)] == 1 {
				m.pairs[now], taken[found[0]] = found[0], true
			}
		}
	}
}

// take brings what the source says into the table.
func (m *rowMerger) take() {
	last := m.deck.Rule.End // a row goes behind the one that it follows in the source
	for _, now := range m.source.rows {
		old := m.pairs[now]
		if old == nil {
			id := m.names.New(now.id)
			m.result.Base[id] = now.sums(m.source.names)
			m.result.Changes = append(m.result.Changes, Change{Kind: Added, ID: id, New: now.said()})
			m.edits = append(m.edits, edit{syntax.Span{Start: last, End: last}, "\n" + m.deck.write(id, now.cells)})
			continue
		}
		m.update(old, now)
		last = old.span.End
	}
}

// update brings one row up to date, cell by cell.
func (m *rowMerger) update(old, now *row) {
	sums, known := m.base[old.id]
	m.result.Base[old.id] = now.sums(m.source.names)
	cells, changed, why := map[string]string{}, false, ""
	for name, mine := range old.cells {
		theirs, there := now.cells[name]
		switch {
		case !there || mine == theirs || known && hashOf(theirs) == sums.cell(name):
		case known && hashOf(mine) == sums.cell(name):
			mine, changed = theirs, true
		case !known && theirs == "":
		case known:
			why = bothChanged
		default:
			why = unknownBase
		}
		cells[name] = mine
	}
	if changed {
		m.edits = append(m.edits, edit{old.span, m.deck.write(old.id, cells)})
	}
	switch {
	case why != "":
		m.result.Changes = append(m.result.Changes, Change{Kept, old.id, old.line, old.said(), now.said(), why})
	case changed:
		m.result.Changes = append(m.result.Changes, Change{Changed, old.id, old.line, old.said(), now.said(), ""})
	default:
		m.result.Same++
	}
}

// drop takes out the rows that the source has no more, unless the author edited them.
func (m *rowMerger) drop() {
	taken := map[*row]bool{}
	for _, old := range m.pairs {
		taken[old] = true
	}
	for _, r := range m.deck.rows {
		sums, known := m.base[r.id]
		if taken[r] || !known {
			continue
		}
		if sums != r.sums(m.source.names) {
			m.result.Changes = append(m.result.Changes, Change{Kept, r.id, r.line, r.said(), "", goneButOwn})
			continue
		}
		m.result.Changes = append(m.result.Changes, Change{Gone, r.id, r.line, r.said(), "", ""})
		m.edits = append(m.edits, edit{syntax.Span{Start: r.span.Start, End: min(r.span.End+1, len(m.deck.file.Text))},
			""})
	}
}

// write writes a row with the columns of the table.
func (t *rowTable) write(id string, cells map[string]string) string {
	var out strings.Builder
	for i, name := range t.names {
		cell := cells[name]
		if i == t.Role(syntax.RowID, "") {
			cell = id
		}
		out.WriteString("| " + cell + " ")
	}
	return out.String() + "|"
}
