package store

import (
	"context"
	"database/sql"
	"slices"

	"kartei/decks"
)

// Known gives what decks.Match needs to know facts again: all facts, retired
// ones too, of the decks in compiled, and of the root's other decks that are
// neither kept nor compiled, as their files are gone. Without whole only those
// of the decks in compiled.
func (s *Store) Known(ctx context.Context, root string, compiled []*decks.Deck, kept []string, whole bool) ([]decks.OldFact, error) {
	all, err := s.Decks(ctx)
	if err != nil {
		return nil, err
	}
	var known []decks.OldFact
	for _, d := range all {
		again := slices.ContainsFunc(compiled, func(c *decks.Deck) bool { return c.ID == d.ID })
		gone := whole && d.Root == root && !slices.Contains(kept, d.Name)
		if !again && !gone {
			continue
		}
		facts, err := s.knownFacts(ctx, d)
		if err != nil {
			return nil, explain("read what is known of deck "+d.Name, err)
		}
		known = append(known, facts...)
	}
	return known, nil
}

func (s *Store) knownFacts(ctx context.Context, d Deck) ([]decks.OldFact, error) {
	var facts []decks.OldFact
	var last int64
	rows, err := s.db.QueryContext(ctx, `SELECT f.id, f.key, f.written, f.position, f.retired, `+cardColumnList+`
		FROM facts f JOIN cards c ON c.fact = f.id WHERE f.deck = ? ORDER BY f.id, c.id`, d.id)
	_, err = collect(rows, err, func(rows *sql.Rows) (none struct{}, err error) {
		var id int64
		var f decks.Fact
		var position int
		var retired bool
		c, err := scanCard(rows, &id, &f.Key, &f.Written, &position, &retired)
		if err != nil {
			return none, err
		}
		f.Cards = []decks.Card{c}
		one := decks.Remember(d.ID, &f, position, retired)
		if id == last {
			at := &facts[len(facts)-1]
			at.Cards = append(at.Cards, one.Cards...)
			return none, nil
		}
		last = id
		facts = append(facts, one)
		return none, nil
	})
	return facts, err
}
