package lsp

import (
	"context"
	"fmt"

	"kartei/decks/plural"
	"kartei/decks/syntax"
)

// lenses say above each table how many cards it makes, and at the head of the
// file how many there are in all.
func (s *Server) lenses(ctx context.Context, d *document, _ documentParams) (any, error) {
	all := []codeLens{}
	if !s.lens {
		return all, nil
	}
	for _, c := range s.counts(ctx, d) {
		all = append(all, codeLens{d.text.textRange(c.at.Start, c.at.End), command{Title: c.says}})
	}
	return all, nil
}

// inlays say the same behind the line, for editors that show no lenses.
func (s *Server) inlays(ctx context.Context, d *document, p rangeParams) (any, error) {
	all := []inlayHint{}
	if !s.lens {
		return all, nil
	}
	for _, c := range s.counts(ctx, d) {
		_, end := d.text.line(d.text.position(c.at.Start).Line)
		at := d.text.position(end)
		if at.Line >= p.Range.Start.Line && at.Line <= p.Range.End.Line {
			all = append(all, inlayHint{at, c.says, true})
		}
	}
	return all, nil
}

// A cardCount is a sentence about the cards of a part of a file.
type cardCount struct {
	at   syntax.Span
	says string
}

// counts counts the cards of each table, and of the file at its first line.
func (s *Server) counts(ctx context.Context, d *document) (all []cardCount) {
	standing := s.standing(ctx, d)
	count := func(at syntax.Span, facts ...*syntax.Fact) {
		cards, due := 0, 0
		for _, f := range facts {
			for _, c := range d.parts[f] {
				cards++
				if standing.of(c.card).Due {
					due++
				}
			}
		}
		if cards == 0 {
			return
		}
		says := plural.Count(cards, "card")
		if standing != nil {
			says += fmt.Sprintf(" · %d due", due)
		}
		all = append(all, cardCount{at, says})
	}
	var facts []*syntax.Fact
	for _, b := range d.file.Blocks {
		switch b := b.(type) {
		case *syntax.Fact:
			facts = append(facts, b)
		case *syntax.Table:
			count(syntax.Span{Start: b.Start, End: b.Rule.Start}, b.Templates...)
		}
	}
	count(syntax.Span{}, facts...)
	return all
}
