package lsp

import (
	"context"
	"strings"

	"kartei/decks/plural"
	"kartei/decks/syntax"
)

// symbols is the outline: sections with the facts and tables in them.
func (s *Server) symbols(_ context.Context, d *document, _ documentParams) (any, error) {
	b := outliner{d: d}
	return b.level(0), nil
}

// An outliner walks a file's blocks once.
type outliner struct {
	d    *document
	next int
}

// level returns the symbols up to the next heading of that level or above.
func (b *outliner) level(above int) []symbol {
	all := []symbol{}
	blocks := b.d.file.Blocks
	for b.next < len(blocks) {
		switch block := blocks[b.next].(type) {
		case *syntax.Heading:
			if block.Level <= above {
				return all
			}
			b.next++
			children := b.level(block.Level)
			end := block.End
			if b.next > 0 {
				end = max(end, blocks[b.next-1].Extent().End)
			}
			all = append(all, b.symbol(orDots(block.Title),
				"", symbolNamespace, syntax.Span{Start: block.Start, End: end}, block.Span, children))
			continue
		case *syntax.Fact:
			name, kind := factName(block), symbolString
			if block.Table != nil {
				kind = symbolField
			}
			all = append(all, b.symbol(name, block.Text(syntax.ID), kind, block.Span, block.Fields[0].Span, nil))
		case *syntax.Table:
			if len(block.Templates) > 0 {
				all = append(all, b.symbol(tableName(block), plural.Count(len(block.Rows), "row"), symbolArray,
					block.Span, syntax.Span{Start: block.Start, End: block.Rule.Start}, nil))
			}
		}
		b.next++
	}
	return all
}

func (b *outliner) symbol(name, detail string, kind int, whole, head syntax.Span, children []symbol) symbol {
	t := b.d.text
	head.End = max(head.Start, min(head.End, whole.End))
	return symbol{name, detail, kind, t.textRange(whole.Start, whole.End), t.textRange(head.Start, head.End), children}
}

// longName is how much of a question an outline shows, in bytes.
const longName = 120

// factName is what a fact asks, in one line.
func factName(f *syntax.Fact) string {
	return orDots(oneLine(syntax.Plain(f.Fields[0].Value.Text)))
}

func oneLine(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	if len(text) > longName {
		text = strings.ToValidUTF8(text[:longName], "") + "…"
	}
	return text
}

// orDots keeps a name from being empty, which clients refuse.
func orDots(name string) string {
	if name == "" {
		return "…"
	}
	return name
}

func tableName(t *syntax.Table) string {
	var names []string
	for i := range t.Columns {
		if t.Columns[i].Role == syntax.Data {
			names = append(names, t.Columns[i].Name)
		}
	}
	return orDots(strings.Join(names, " | "))
}

// workspaceSymbols finds facts of open documents by what they ask, and decks.
func (s *Server) workspaceSymbols(_ context.Context, p workspaceSymbolParams) (any, error) {
	found := []symbolInformation{}
	query := strings.ToLower(p.Query)
	for _, d := range s.space.inOrder() {
		s.space.analyse(d)
		for _, b := range d.file.Blocks {
			if f, ok := b.(*syntax.Fact); ok && strings.Contains(strings.ToLower(f.Text(syntax.ID)+" "+factName(f)),
				query) && len(found) < mostSymbols {
				found = append(found, symbolInformation{factName(f), symbolString,
					location{d.uri, d.text.textRange(f.Start, f.End)}, d.name})
			}
		}
	}
	return append(found, s.space.deckSymbols(query)...), nil
}

// mostSymbols is more than anyone scrolls through.
const mostSymbols = 500

// folds lets sections, facts, tables and the header be folded.
func (s *Server) folds(_ context.Context, d *document, _ documentParams) (any, error) {
	all := []foldingRange{}
	fold := func(from, to int, kind string) {
		first, last := d.text.position(from).Line, d.text.position(max(from, to)).Line
		if last > first {
			all = append(all, foldingRange{first, last, kind})
		}
	}
	if h := d.file.Header; h != nil {
		fold(h.Start, h.End, "imports")
	}
	blocks := d.file.Blocks
	for i, b := range blocks {
		heading, ok := b.(*syntax.Heading)
		if !ok {
			fold(b.Extent().Start, b.Extent().End, "")
			continue
		}
		end := heading.End
		for _, below := range blocks[i+1:] {
			if h, ok := below.(*syntax.Heading); ok && h.Level <= heading.Level {
				break
			}
			end = below.Extent().End
		}
		fold(heading.Start, end, "region")
	}
	return all, nil
}

// selections widens a selection: value, line of the fact, fact, file.
func (s *Server) selections(_ context.Context, d *document, p selectionParams) (any, error) {
	all := []*selectionRange{}
	for _, at := range p.Positions {
		offset := d.text.offset(at)
		var out *selectionRange
		widen := func(span syntax.Span) {
			if span.Start <= offset && offset <= span.End {
				out = &selectionRange{d.text.textRange(span.Start, span.End), out}
			}
		}
		widen(syntax.Span{End: len(d.text.content)})
		if fact := d.file.FactAt(offset); fact != nil {
			widen(fact.Span)
			for i := range fact.Fields {
				widen(fact.Fields[i].Span)
				widen(fact.Fields[i].Value.Span)
				for j := range fact.Fields[i].Items {
					widen(fact.Fields[i].Items[j].Span)
				}
			}
		}
		if table := d.tableAt(offset); table != nil {
			widen(table.Span)
			for _, row := range table.Rows {
				widen(row.Span)
				for _, cell := range row.Cells {
					widen(cell.Span)
				}
			}
		}
		if out == nil {
			out = &selectionRange{Range: textRange{at, at}}
		}
		all = append(all, out)
	}
	return all, nil
}
