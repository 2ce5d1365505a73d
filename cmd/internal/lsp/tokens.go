package lsp

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"kartei/decks/syntax"
)

// tokenTypes is the legend of the semantic tokens; the indexes are below.
var tokenTypes = []string{"keyword", "macro", "parameter", "property", "comment"}

const (
	tokenKey      = iota // Q:, Source:, header keys
	tokenDeletion        // {{…}}
	tokenColumn          // {column} and the head of a table
	tokenMark            // [x] of a right option
	tokenAllow           // comments to Kartei
)

// A token is a stretch of text of one type, within one line.
type token struct {
	syntax.Span
	kind uint32
}

// tokens colours keys, deletions, the columns of templates, and what is right.
func (s *Server) tokens(_ context.Context, d *document, _ documentParams) (any, error) {
	var all []token
	add := func(kind uint32, spans ...syntax.Span) {
		for _, span := range spans {
			all = append(all, token{span, kind})
		}
	}
	if d.file.Header != nil {
		for _, e := range d.file.Header.Entries {
			key, _, _ := strings.Cut(d.file.Slice(e.Span), ":")
			add(tokenKey, syntax.Span{Start: e.Start, End: e.Start + len(key)})
		}
	}
	for _, b := range d.file.Blocks {
		switch b := b.(type) {
		case *syntax.Fact:
			for i := range b.Fields {
				f := &b.Fields[i]
				add(tokenKey, f.Name())
				all = append(all, valueTokens(f.Value, f.Key == syntax.Cloze, b.Table != nil)...)
				for j := range f.Items {
					if f.Items[j].Right {
						add(tokenMark, syntax.Span{Start: f.Items[j].Start, End: f.Items[j].Value.Start})
					}
					all = append(all, valueTokens(f.Items[j].Value, false, b.Table != nil)...)
				}
			}
		case *syntax.Table:
			for i := range b.Columns {
				if len(b.Templates) > 0 {
					add(tokenColumn, b.Columns[i].Span)
				}
			}
		}
	}
	for _, a := range d.file.Allows {
		add(tokenAllow, a.Span)
	}
	return semanticTokens{encode(d.text, all)}, nil
}

// valueTokens are the deletions of a sentence and the columns that a template names.
func valueTokens(v syntax.Value, sentence, template bool) (all []token) {
	if sentence {
		for _, del := range syntax.Deletions(v.Text) {
			all = append(all, token{v.Range(del.Start, del.End), tokenDeletion})
		}
	}
	if template {
		for _, slot := range syntax.Slots(v.Text) {
			all = append(all, token{v.Range(slot.Start, slot.End), tokenColumn})
		}
	}
	return all
}

// encode writes tokens as LSP has them: five numbers each, relative to the one
// before. What spans lines, or overlaps with the one before, is left out.
func encode(t *text, all []token) []uint32 {
	slices.SortStableFunc(all, func(a, b token) int { return cmp.Compare(a.Start, b.Start) })
	data := []uint32{}
	last, end := position{}, 0
	for _, tok := range all {
		from, to := t.position(tok.Start), t.position(tok.End)
		if tok.Start < end || from.Line != to.Line || to.Character <= from.Character {
			continue
		}
		end = tok.End
		line, character := from.Line-last.Line, from.Character
		if line == 0 {
			character -= last.Character
		}
		data = append(data, uint32(line), uint32(character), uint32(to.Character-from.Character), tok.kind, 0)
		last = from
	}
	return data
}
