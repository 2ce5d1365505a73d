package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"maps"
	"slices"

	"kartei/decks"
	"kartei/store/sqlite"
)

// A matching gives compiled facts their keys and tells which cards are renamed.
type matching func(context.Context, *tx, Compiled) (matched, error)

// matched is what a matching found.
type matched struct {
	decks.Matching
	old      []decks.OldFact
	follower *follower
}

// match compares what was compiled with the facts of the decks that take part:
// those compiled, and those that the root no longer holds; and what is left over
// with what earlier compiles retired from others, whatever their root.
func match(ctx context.Context, tx *tx, c Compiled) (m matched, err error) {
	var old []decks.OldFact
	part := map[int64]bool{}
	add := func(id int64, deck string) error {
		facts, err := tx.oldFacts(ctx, id, deck, false)
		old, part[id] = append(old, facts...), true
		return err
	}
	for _, d := range c.Decks {
		var id int64
		err := tx.Scan(ctx, `SELECT coalesce(max(id), 0) FROM decks WHERE deck = ?`, []any{d.ID}, &id)
		if err == nil && id != 0 {
			err = add(id, d.ID)
		}
		if err != nil {
			return m, err
		}
	}
	if c.Whole || len(c.Empty) > 0 {
		gone, err := tx.gone(ctx, c)
		if err != nil {
			return m, err
		}
		for _, d := range gone {
			if err := add(d.id, d.deck); err != nil {
				return m, err
			}
		}
	}
	knows, err := tx.knowOrigins(ctx, c.Decks)
	if err != nil {
		return m, err
	}
	knows(old)
	m.follower = tx.follower(ctx, c)
	m.follower.takeBack(old)
	m.Matching, err = decks.MatchWith(old, c.Decks,
		decks.MatchOptions{ByID: m.follower.byID, Retired: func(unknown []*decks.Fact) ([]decks.OldFact, error) {
			facts, err := tx.retiredFacts(ctx, unknown, part)
			knows(facts)
			m.old = append(m.old, facts...)
			return facts, err
		}})
	m.old = append(m.old, old...)
	return m, errors.Join(err, m.follower.err)
}

// retiredFacts reads the retired facts of the decks, but for those that take part, from
// which a card was retired that is as one of the unknown facts: what moved was
// hardly reworded all at once, and a collection may have retired a lot.
func (tx *readTx) retiredFacts(
	ctx context.Context, unknown []*decks.Fact, part map[int64]bool,
) (facts []decks.OldFact, err error) {
	var some bool
	if err := tx.Scan(ctx, `SELECT EXISTS (SELECT 1 FROM cards WHERE retired = 1)`, nil, &some); err != nil || !some {
		return nil, err
	}
	var hashes []string
	for _, f := range unknown {
		for i := range f.Cards {
			hashes = append(hashes, f.Cards[i].Hash)
		}
	}
	wanted, err := json.Marshal(hashes)
	if err != nil {
		return nil, err
	}
	akin := map[int64]bool{}
	rows, err := tx.QueryContext(ctx, `SELECT deck FROM cards c WHERE retired = 1 AND hash IN (SELECT value FROM json_each(?))
		AND (SELECT retired FROM facts WHERE id = c.fact)`, string(wanted))
	err = sqlite.Each(rows, err, func(rows *sql.Rows) error {
		var deck int64
		if err = rows.Scan(&deck); !part[deck] {
			akin[deck] = true
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	for _, id := range slices.Sorted(maps.Keys(akin)) {
		var deck string
		if err = tx.Scan(ctx, `SELECT deck FROM decks WHERE id = ?`, []any{id}, &deck); err != nil {
			return nil, err
		}
		some, err := tx.oldFacts(ctx, id, deck, true)
		if err != nil {
			return nil, err
		}
		facts = append(facts, some...)
	}
	return facts, err
}

// oldFacts reads what decks.Match needs to know a deck's facts again, with the
// cards that they have and had: of all facts, or of the retired ones.
func (tx *readTx) oldFacts(ctx context.Context, id int64, deck string, retired bool) ([]decks.OldFact, error) {
	type storedFact struct {
		decks.Fact
		position int
		retired  bool
		gone     []bool // by card: it is retired, though the fact is not
	}
	var all []*storedFact
	var last int64
	rows, err := tx.QueryContext(ctx, `SELECT f.id, f.key, f.written, f.cell, f.position, f.retired, c.retired AND NOT f.retired, `+cardColumnList+`
		FROM facts f JOIN cards c ON c.fact = f.id WHERE f.deck = ? AND f.retired >= ? ORDER BY f.id, c.id`, id, retired)
	err = sqlite.Each(rows, err, func(rows *sql.Rows) error {
		var f storedFact
		var row int64
		var gone bool
		card, err := scanCard(rows, &row, &f.Key, &f.Written, &f.Cell, &f.position, &f.retired, &gone)
		if row != last {
			all, last = append(all, &f), row
		}
		fact := all[len(all)-1]
		fact.Cards, fact.gone = append(fact.Cards, card), append(fact.gone, gone)
		return err
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
