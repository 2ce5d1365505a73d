package store

import (
	"context"
	"database/sql"

	"kartei/decks"
	"kartei/store/sqlite"
)

// Withdrawn returns the facts of a deck with those cards that its author took out:
// facts that are gone, and cards of others but for deletions, whose sentence stays.
func (s *Store) Withdrawn(ctx context.Context, d Deck) ([]decks.Fact, error) {
	var facts []decks.Fact
	rows, err := s.db.QueryContext(ctx, `SELECT f.key, f.file, f.line, `+cardColumnList+`
		FROM cards c JOIN facts f ON f.id = c.fact
		WHERE c.deck = ? AND c.retired = 1 AND (f.retired = 1 OR c.kind <> 'cloze') ORDER BY f.key, c.position`, d.id)
	err = sqlite.Each(rows, err, func(rows *sql.Rows) error {
		var f decks.Fact
		card, err := scanCard(rows, &f.Key, &f.File, &f.Line)
		if n := len(facts); n == 0 || facts[n-1].Key != f.Key {
			facts = append(facts, f)
		}
		last := &facts[len(facts)-1]
		last.Cards = append(last.Cards, card)
		return err
	})
	return facts, sqlite.Explain("read what was taken out of deck "+d.Name, err)
}
