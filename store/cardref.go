package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"kartei/store/journal"
	"kartei/store/sqlite"
	"kartei/store/table"
)

// A cardRef is where the tables keep a card.
type cardRef struct {
	card    int64
	deck    int64
	name    string // decks.Card.ID, present
	retired bool
	fresh   bool
}

var selectCard = `SELECT c.id, c.deck, c.card, c.retired, c.fresh, ` + table.CardState.OrEmpty("m.") + `
	FROM cards c LEFT JOIN memory m ON m.card = c.id WHERE c.card = ?`

// findCard finds a card by its present or an earlier name.
func (tx *readTx) findCard(ctx context.Context, card string) (p cardRef, st journal.CardState, err error) {
	err = tx.Scan(ctx, selectCard, []any{card}, table.CardState.Targets(&st, &p.card, &p.deck, &p.name, &p.retired,
		&p.fresh)...)
	if !errors.Is(err, sql.ErrNoRows) {
		return p, st, err
	}
	var present string
	err = tx.QueryRowContext(ctx, `SELECT card FROM aliases WHERE old = ? ORDER BY since DESC LIMIT 1`,
		card).Scan(&present)
	if errors.Is(err, sql.ErrNoRows) || present == card {
		return p, st, fmt.Errorf("card %s: %w", card, ErrNotFound)
	}
	if err != nil {
		return p, st, err
	}
	return tx.findCard(ctx, present)
}

var saveMemory = `INSERT INTO memory (card, deck, class, hidden, ` + table.CardState.Names("") + `)
	VALUES (` + sqlite.Marks(4+len(table.CardState)) + `)
	ON CONFLICT (card) DO UPDATE SET deck = excluded.deck, class = excluded.class, hidden = excluded.hidden, ` + table.CardState.Each(`% = excluded.%`, `, `)

// save keeps what is known of a card. A card of which nothing is known has no
// row, so that an undone first answer leaves no trace in the caches.
func (tx *tx) save(ctx context.Context, p cardRef, st journal.CardState) error {
	var err error
	if st == (journal.CardState{}) {
		_, err = tx.exec(ctx, `DELETE FROM memory WHERE card = ?`, p.card)
	} else {
		_, err = tx.exec(ctx, saveMemory, table.CardState.Values(&st, p.card, p.deck, table.Band(st.Stability),
			st.Suspended || p.retired)...)
	}
	if err != nil {
		return err
	}
	if fresh := st.Fresh() && !p.retired; fresh != p.fresh {
		_, err = tx.exec(ctx, `UPDATE cards SET fresh = ? WHERE id = ?`, fresh, p.card)
	}
	return err
}
