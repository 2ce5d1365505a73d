package lsp

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/sourcegraph/jsonrpc2"

	"kartei/decks/check"
	"kartei/decks/syntax"
)

// A citation is a place where a fact, a row or an author names a source.
type citation struct {
	name string
	at   syntax.Span // of the name
}

// citations returns every place that names a source of the header.
func (d *document) citations() (all []citation) {
	add := func(v syntax.Value) {
		name, _, _ := strings.Cut(v.Text, " ")
		if name = strings.TrimRight(name, ","); d.source(name) != nil {
			all = append(all, citation{name, v.Range(0, len(name))})
		}
	}
	for _, b := range d.file.Blocks {
		switch b := b.(type) {
		case *syntax.Fact:
			if f := b.Get(syntax.Source); f != nil {
				add(f.Value)
			}
		case *syntax.Table:
			if i := b.Role(syntax.RowSource, ""); i >= 0 {
				for _, row := range b.Rows {
					if i < len(row.Cells) {
						add(row.Cells[i])
					}
				}
			}
		}
	}
	return all
}

// citationAt returns the citation whose source line or cell holds the offset.
func (d *document) citationAt(offset int) *citation {
	for _, c := range d.citations() {
		if c.at.Start <= offset && offset <= c.at.End {
			return &c
		}
	}
	return nil
}

// source returns the header's entry for a source, or nil.
func (d *document) source(name string) *syntax.Entry {
	if d.file.Header == nil || name == "" {
		return nil
	}
	for i := range d.file.Header.Entries {
		if e := &d.file.Header.Entries[i]; e.Key == "source" && e.Name == name {
			return e
		}
	}
	return nil
}

// nameSpan is where a source's name stands in the header.
func (d *document) nameSpan(e *syntax.Entry) syntax.Span {
	i := strings.Index(d.file.Slice(e.Span), e.Name)
	return syntax.Span{Start: e.Start + i, End: e.Start + i + len(e.Name)}
}

// A thing is what a name at a place stands for: a source, an id or a column,
// with every place of its file that writes the name.
type thing struct {
	kind   string // "source", "id" or "column"
	name   string
	here   syntax.Span   // the place that was asked about
	home   syntax.Span   // where it is declared
	others []syntax.Span // where it is used
}

// thingAt finds what the name at an offset stands for, or nil.
func (d *document) thingAt(offset int) *thing {
	for _, find := range []func(int) *thing{d.sourceAt, d.idAt, d.columnAt} {
		if t := find(offset); t != nil {
			return t
		}
	}
	return nil
}

func (d *document) sourceAt(offset int) *thing {
	t := &thing{kind: "source"}
	if c := d.citationAt(offset); c != nil {
		t.name, t.here = c.name, c.at
	} else if d.file.Header != nil {
		for i := range d.file.Header.Entries {
			e := &d.file.Header.Entries[i]
			if e.Key == "source" && e.Name != "" && e.Start <= offset && offset <= e.End {
				t.name, t.here = e.Name, d.nameSpan(e)
			}
		}
	}
	if t.name == "" {
		return nil
	}
	t.home = d.nameSpan(d.source(t.name))
	for _, c := range d.citations() {
		if c.name == t.name {
			t.others = append(t.others, c.at)
		}
	}
	return t
}

// idAt finds the id that stands at the offset: of a fact, or of a row.
func (d *document) idAt(offset int) *thing {
	at := func(v syntax.Value) *thing {
		if v.Text != "" && v.Start <= offset && offset <= v.End {
			return &thing{kind: "id", name: v.Text, here: v.Span, home: v.Span}
		}
		return nil
	}
	if fact := d.file.FactAt(offset); fact != nil {
		if f := fact.Get(syntax.ID); f != nil {
			return at(f.Value)
		}
		return nil
	}
	if table := d.tableAt(offset); table != nil {
		if i := table.Role(syntax.RowID, ""); i >= 0 {
			for _, row := range table.Rows {
				if i < len(row.Cells) {
					if t := at(row.Cells[i]); t != nil {
						return t
					}
				}
			}
		}
	}
	return nil
}

// columnAt finds the column whose head or placeholder stands at the offset.
func (d *document) columnAt(offset int) *thing {
	table, name, here := d.columnNamed(offset)
	if table == nil {
		return nil
	}
	t := &thing{kind: "column", name: name, here: here}
	for i := range table.Columns {
		c := &table.Columns[i]
		if j := strings.Index(c.Text, name); j >= 0 && c.Name == name {
			at := c.Range(j, j+len(name))
			if c.Role == syntax.Accepts || c.Role == syntax.Rejects {
				t.others = append(t.others, at)
			} else {
				t.home = at
			}
		}
	}
	for _, template := range table.Templates {
		for _, slot := range slotsOf(template) {
			if slot.name == name {
				t.others = append(t.others, slot.at)
			}
		}
	}
	return t
}

// columnNamed returns the table of a column that is named at the offset.
func (d *document) columnNamed(offset int) (*syntax.Table, string, syntax.Span) {
	if fact := d.file.FactAt(offset); fact != nil && fact.Table != nil {
		for _, slot := range slotsOf(fact) {
			if slot.at.Start-1 <= offset && offset <= slot.at.End+1 && fact.Table.Column(slot.name) >= 0 {
				return fact.Table, slot.name, slot.at
			}
		}
	}
	if table := d.tableAt(offset); table != nil && len(table.Templates) > 0 {
		for i := range table.Columns {
			c := &table.Columns[i]
			if j := strings.Index(c.Text, c.Name); c.Start <= offset && offset <= c.End && c.Name != "" && j >= 0 {
				return table, c.Name, c.Range(j, j+len(c.Name))
			}
		}
	}
	return nil, "", syntax.Span{}
}

// A slotAt is a column's name within the braces of a template.
type slotAt struct {
	name string
	at   syntax.Span
}

func slotsOf(fact *syntax.Fact) (all []slotAt) {
	read := func(v syntax.Value) {
		for _, slot := range syntax.Slots(v.Text) {
			if j := strings.Index(v.Text[slot.Start:slot.End], slot.Name); j >= 0 {
				from := slot.Start + j
				all = append(all, slotAt{slot.Name, v.Range(from, from+len(slot.Name))})
			}
		}
	}
	for i := range fact.Fields {
		read(fact.Fields[i].Value)
		for j := range fact.Fields[i].Items {
			read(fact.Fields[i].Items[j].Value)
		}
	}
	return all
}

// definition goes to where a source or a column is declared.
func (s *Server) definition(_ context.Context, d *document, p placeParams) (any, error) {
	t := d.thingAt(d.text.offset(p.Position))
	if t == nil {
		return nil, nil
	}
	return location{d.uri, d.text.textRange(t.home.Start, t.home.End)}, nil
}

// references lists where a source or a column is used.
func (s *Server) references(_ context.Context, d *document, p referenceParams) (any, error) {
	all := []location{}
	t := d.thingAt(d.text.offset(p.Position))
	if t == nil {
		return all, nil
	}
	spans := t.others
	if p.Context.IncludeDeclaration {
		spans = append([]syntax.Span{t.home}, spans...)
	}
	for _, span := range spans {
		all = append(all, location{d.uri, d.text.textRange(span.Start, span.End)})
	}
	return all, nil
}

func (s *Server) prepareRename(_ context.Context, d *document, p placeParams) (any, error) {
	t := d.thingAt(d.text.offset(p.Position))
	if t == nil {
		return nil, nil
	}
	return prepareRenameResult{d.text.textRange(t.here.Start, t.here.End), t.name}, nil
}

// rename writes another name wherever a source, a column or an id has the old
// one. Learners keep their histories: what keeps its text keeps its history.
func (s *Server) rename(_ context.Context, d *document, p renameParams) (any, error) {
	t := d.thingAt(d.text.offset(p.Position))
	if t == nil {
		return nil, failed("nothing here has a name: put the cursor on a source, a column or an id")
	}
	if err := d.fits(t, p.NewName); err != nil {
		return nil, err
	}
	var edits []check.Edit
	for _, span := range append([]syntax.Span{t.home}, t.others...) {
		edits = append(edits, check.Edit{Span: span, Text: p.NewName})
	}
	if why := d.spoiled(edits); why != "" {
		return nil, failed("%q can not be the name: %s", p.NewName, why)
	}
	return d.edit(edits), nil
}

// spoiled says what would be wrong after edits that is not wrong now; "" if nothing.
func (d *document) spoiled(edits []check.Edit) string {
	edits = slices.SortedFunc(slices.Values(edits), func(a, b check.Edit) int { return a.Start - b.Start })
	after := syntax.Parse(d.file.Name, []byte(check.Apply(d.text.content, edits)))
	rules := map[string]int{}
	for _, p := range d.file.Problems {
		rules[p.Rule]++
	}
	for _, p := range after.Problems {
		if rules[p.Rule]--; rules[p.Rule] < 0 {
			return p.Message
		}
	}
	if !slices.Equal(rolesOf(d.file), rolesOf(after)) {
		return "a column of this name means something of its own"
	}
	return ""
}

// rolesOf are the roles of all columns of a file's tables.
func rolesOf(f *syntax.File) (all []syntax.Role) {
	for _, b := range f.Blocks {
		if t, ok := b.(*syntax.Table); ok {
			for i := range t.Columns {
				all = append(all, t.Columns[i].Role)
			}
		}
	}
	return all
}

// fits refuses a name that the language would not take, or that is taken.
func (d *document) fits(t *thing, name string) error {
	switch t.kind {
	case "id":
		if !syntax.IsID(name) {
			return failed("an id has up to 64 of the letters a to z, digits and \"-\", not %q", name)
		}
		if name != t.name && slices.Contains(d.file.IDs(), name) {
			return failed("another fact of this file has the id %s", name)
		}
	case "source":
		if name == "" || strings.ContainsAny(name, " \t\r\n:,|") {
			return failed("a source has one short word for a name, not %q", name)
		}
		if name != t.name && d.source(name) != nil {
			return failed("the header has a source %s already", name)
		}
	case "column":
		if name == "" || strings.TrimSpace(name) != name || strings.ContainsAny(name, "{}|\\\r\n") {
			return failed("a column's name has no braces, bars, backslashes or spaces around it, unlike %q", name)
		}
	}
	return nil
}

func failed(format string, args ...any) error {
	return &jsonrpc2.Error{Code: codeRequestFailed, Message: fmt.Sprintf(format, args...)}
}

// deckSymbols finds decks of the folders by name.
func (w *workspace) deckSymbols(query string) (found []symbolInformation) {
	for _, f := range w.folders {
		for _, name := range sortedKeys(f.decks) {
			state := f.decks[name]
			if strings.Contains(strings.ToLower(name), query) && len(state.files) > 0 {
				uri := uriOf(filepath.Join(f.root, filepath.FromSlash(state.files[0])))
				found = append(found, symbolInformation{name, symbolModule, location{URI: uri}, "deck"})
			}
		}
	}
	return found
}
