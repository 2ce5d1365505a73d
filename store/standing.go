package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"kartei/scheduler"
	"kartei/store/journal"
)

// A place is where the tables keep a card.
type place struct {
	card    int64
	deck    int64
	name    string // decks.Card.ID, present
	retired bool
	fresh   bool
}

// memoryColumns are a card's memory where there is one, coalescedMemory also
// where there is none.
const (
	memoryColumns = `m.state, m.step, m.lapses, m.reps, m.sessions, m.stability, m.fast, m.difficulty, m.due, m.due_day,
		m.last, m.last_day, m.first_day`
	coalescedMemory = `coalesce(m.state, 0), coalesce(m.step, 0), coalesce(m.lapses, 0), coalesce(m.reps, 0), coalesce(m.sessions, 0),
		coalesce(m.stability, 0), coalesce(m.fast, 0), coalesce(m.difficulty, 0), coalesce(m.due, 0), coalesce(m.due_day, 0),
		coalesce(m.last, 0), coalesce(m.last_day, 0), coalesce(m.first_day, 0)`
)

// columnsOf are the targets of memoryColumns.
func columnsOf(m *scheduler.Memory) []any {
	return []any{&m.State, &m.Step, &m.Lapses, &m.Reps, &m.Sessions, &m.Stability, &m.Fast, &m.Difficulty, &m.Due, &m.DueDay,
		&m.Last, &m.LastDay, &m.FirstDay}
}

const standingColumns = coalescedMemory + `,
	coalesce(m.suspended, 0), coalesce(m.buried, 0), coalesce(m.flag, 0), coalesce(m.seen, '')`

// stateColumns are the targets of standingColumns.
func stateColumns(st *journal.CardState) []any {
	return append(columnsOf(&st.Memory), &st.Suspended, &st.Buried, &st.Flag, &st.Seen)
}

const findStanding = `SELECT c.id, c.deck, c.card, c.retired, c.fresh, ` + standingColumns + `
	FROM cards c LEFT JOIN memory m ON m.card = c.id WHERE c.card = ?`

// standing finds a card by its present or an earlier name.
func (tx *readTx) standing(ctx context.Context, card string) (p place, st journal.CardState, err error) {
	targets := append([]any{&p.card, &p.deck, &p.name, &p.retired, &p.fresh}, stateColumns(&st)...)
	err = tx.Scan(ctx, findStanding, []any{card}, targets...)
	if !errors.Is(err, sql.ErrNoRows) {
		return p, st, err
	}
	var present string
	err = tx.QueryRowContext(ctx, `SELECT card FROM aliases WHERE old = ? ORDER BY since DESC LIMIT 1`, card).Scan(&present)
	if errors.Is(err, sql.ErrNoRows) || present == card {
		return p, st, fmt.Errorf("card %s: %w", card, ErrNotFound)
	}
	if err != nil {
		return p, st, err
	}
	return tx.standing(ctx, present)
}

const saveMemory = `INSERT INTO memory (card, deck, state, step, lapses, reps, sessions, stability, class, fast, difficulty,
		due, due_day, last, last_day, first_day, suspended, buried, flag, seen, hidden)
	VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
	ON CONFLICT (card) DO UPDATE SET deck = excluded.deck, state = excluded.state, step = excluded.step,
		lapses = excluded.lapses, reps = excluded.reps, sessions = excluded.sessions, stability = excluded.stability, class = excluded.class, fast = excluded.fast,
		difficulty = excluded.difficulty, due = excluded.due, due_day = excluded.due_day, last = excluded.last,
		last_day = excluded.last_day, first_day = excluded.first_day, suspended = excluded.suspended,
		buried = excluded.buried, flag = excluded.flag, seen = excluded.seen, hidden = excluded.hidden`

// save keeps what is known of a card. A card of which nothing is known has no
// row, so that an undone first answer leaves no trace in the caches.
func (tx *tx) save(ctx context.Context, p place, st journal.CardState) error {
	var err error
	if st == (journal.CardState{}) {
		_, err = tx.exec(ctx, `DELETE FROM memory WHERE card = ?`, p.card)
	} else {
		_, err = tx.exec(ctx, saveMemory, p.card, p.deck, st.State, st.Step, st.Lapses, st.Reps, st.Sessions, st.Stability, class(st.Stability), st.Fast, st.Difficulty,
			st.Due, st.DueDay, st.Last, st.LastDay, st.FirstDay, st.Suspended, st.Buried, st.Flag, st.Seen, st.Suspended || p.retired)
	}
	if err != nil {
		return err
	}
	if fresh := st.Fresh() && !p.retired; fresh != p.fresh {
		_, err = tx.exec(ctx, `UPDATE cards SET fresh = ? WHERE id = ?`, fresh, p.card)
	}
	return err
}
