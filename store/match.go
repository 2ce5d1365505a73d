package store

import (
	"context"
	"database/sql"

	"kartei/decks"
)

// A matching gives compiled facts their keys and tells which cards are renamed.
type matching func(context.Context, *writer, Compiled) ([]decks.Alias, error)

// match compares what was compiled with the facts of the decks that take part:
// those compiled, and those that the root no longer holds.
func match(ctx context.Context, w *writer, c Compiled) ([]decks.Alias, error) {
	var old []decks.OldFact
	add := func(id int64, deck string) error {
		facts, err := w.oldFacts(ctx, id, deck)
		old = append(old, facts...)
		return err
	}
	for _, d := range c.Decks {
		var id int64
		err := w.scan(ctx, `SELECT coalesce(max(id), 0) FROM decks WHERE deck = ?`, []any{d.ID}, &id)
		if err == nil && id != 0 {
			err = add(id, d.ID)
		}
		if err != nil {
			return nil, err
		}
	}
	if c.Whole {
		gone, err := w.gone(ctx, c)
		if err != nil {
			return nil, err
		}
		for _, d := range gone {
			if err := add(d.id, d.deck); err != nil {
				return nil, err
			}
		}
	}
	return decks.Match(old, c.Decks), nil
}

// oldFacts reads what decks.Match needs to know a deck's facts again, with the
// cards that they have and had.
func (w *writer) oldFacts(ctx context.Context, id int64, deck string) ([]decks.OldFact, error) {
	type storedFact struct {
		decks.Fact
		position int
		retired  bool
		gone     []bool // by card: it is retired, though the fact is not
	}
	var all []*storedFact
	var last int64
	rows, err := w.tx.QueryContext(ctx, `SELECT f.id, f.key, f.written, f.cell, f.position, f.retired, c.retired AND NOT f.retired, `+cardColumnList+`
		FROM facts f JOIN cards c ON c.fact = f.id WHERE f.deck = ? ORDER BY f.id, c.id`, id)
	_, err = collect(rows, err, func(rows *sql.Rows) (none struct{}, err error) {
		var f storedFact
		var row int64
		var gone bool
		card, err := scanCard(rows, &row, &f.Key, &f.Written, &f.Cell, &f.position, &f.retired, &gone)
		if row != last {
			all, last = append(all, &f), row
		}
		fact := all[len(all)-1]
		fact.Cards, fact.gone = append(fact.Cards, card), append(fact.gone, gone)
		return none, err
	})
	old := make([]decks.OldFact, len(all))
	for i, f := range all {
		old[i] = decks.Remember(deck, &f.Fact, f.position, f.retired)
		for j := range old[i].Cards {
			old[i].Cards[j].Gone = old[i].Cards[j].Gone || f.gone[j]
		}
	}
	return old, err
}
