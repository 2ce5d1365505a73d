package decks

import (
	"slices"

	"kartei/decks/syntax"
)

// Without returns the deck without the facts that errors are about, and says how
// many blocks of its files those are; false if an error is about something else,
// such as a header, or if nothing is left. A row of a table is left out alone, and
// so are the cards of a template.
func (d *Traced) Without(errors []Diagnostic) (sound *Deck, blocks int, ok bool) {
	faulty := map[any]bool{}
	for _, e := range errors {
		at := d.faulty(e)
		if at == nil {
			return nil, 0, false
		}
		faulty[at] = true
	}
	deck := *d.Deck
	deck.Facts = nil
	for i, f := range d.Deck.Facts {
		var cards []Card
		for j, o := range d.Origins[i] {
			if !faulty[o.Fact] && !faulty[o.Row] && !faulty[o.Table] {
				cards = append(cards, f.Cards[j])
			}
		}
		if f.Cards = cards; len(cards) > 0 {
			deck.Facts = append(deck.Facts, f)
		}
	}
	return &deck, len(faulty), len(deck.Facts) > 0
}

// faulty returns what a diagnostic is about: a *syntax.Fact, a *syntax.Row or a
// *syntax.Table; nil if it is about none of them.
func (d *Traced) faulty(e Diagnostic) any {
	at := slices.IndexFunc(d.Files, func(f *syntax.File) bool { return f.Name == e.File })
	if at < 0 || e.Line == 0 || d.Files[at].Unmerged {
		return nil
	}
	file := d.Files[at]
	has := func(s syntax.Span) bool {
		first, _ := file.Position(s.Start)
		last, _ := file.Position(max(s.Start, s.End-1))
		return first <= e.Line && e.Line <= last
	}
	for _, b := range file.Blocks {
		switch b := b.(type) {
		case *syntax.Fact:
			if has(b.Span) {
				return b
			}
		case *syntax.Table:
			for i := range b.Rows {
				if has(b.Rows[i].Span) {
					return &b.Rows[i]
				}
			}
			if has(b.Span) {
				return b
			}
		}
	}
	return nil
}
