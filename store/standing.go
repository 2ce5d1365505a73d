package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"kartei/scheduler"
)

// A Standing is all that the log says of one card. The zero value is a card
// that nothing was done to.
type Standing struct {
	scheduler.Memory
	Suspended bool
	Buried    scheduler.Day // not asked through this day; 0 is not buried
	Flag      int
	Seen      string // item hash of the last grade
}

// take is what an entry does to its card. For a grade or a placement, after is the memory
// that it left, live as the session computed it, in a replay as the policy
// recomputes it.
func (st *Standing) take(e *Entry, after scheduler.Memory) {
	switch e.Kind {
	case KindGrade:
		if e.Mode == ModeReview {
			st.Memory, st.Seen = after, e.Item
		}
	case KindSuspend:
		st.Suspended = true
	case KindUnsuspend:
		st.Suspended = false
	case KindBury:
		st.Buried = *e.Detail.Until
	case KindUnbury:
		st.Buried = 0
	case KindFlag:
		st.Flag = e.Detail.Flag
	case KindReset:
		st.Memory = scheduler.Memory{}
	case KindPlace:
		if e.Detail.Placed != nil {
			st.Memory = after
		}
	}
}

// difference says in words in what a stored standing differs from the log's.
func difference(stored, want Standing) string {
	var parts []string
	for _, d := range []struct {
		name   string
		is, to any
	}{
		{"state", stored.State, want.State}, {"step", stored.Step, want.Step}, {"lapses", stored.Lapses, want.Lapses},
		{"answers", stored.Reps, want.Reps}, {"sessions", stored.Sessions, want.Sessions},
		{"stability", stored.Stability, want.Stability}, {"fast stability", stored.Fast, want.Fast}, {"difficulty", stored.Difficulty, want.Difficulty},
		{"due", stored.Due, want.Due}, {"due day", stored.DueDay, want.DueDay},
		{"last answer", stored.Last, want.Last}, {"last day", stored.LastDay, want.LastDay}, {"first day", stored.FirstDay, want.FirstDay},
		{"suspended", stored.Suspended, want.Suspended}, {"buried through", stored.Buried, want.Buried}, {"flag", stored.Flag, want.Flag},
		{"text last seen", stored.Seen, want.Seen},
	} {
		if d.is != d.to {
			parts = append(parts, fmt.Sprintf("%s is %v, by the log %v", d.name, d.is, d.to))
		}
	}
	return strings.Join(parts, "; ")
}

// A place is where the tables keep a card.
type place struct {
	card    int64
	deck    int64
	name    string // decks.Card.ID, present
	retired bool
	fresh   bool
}

// fresh tells whether a live card waits as a new one.
func (st *Standing) fresh() bool { return st.State == scheduler.New && !st.Suspended }

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

// columns are the targets of standingColumns.
func (st *Standing) columns() []any {
	return append(columnsOf(&st.Memory), &st.Suspended, &st.Buried, &st.Flag, &st.Seen)
}

const findStanding = `SELECT c.id, c.deck, c.card, c.retired, c.fresh, ` + standingColumns + `
	FROM cards c LEFT JOIN memory m ON m.card = c.id WHERE c.card = ?`

// standing finds a card by its present or an earlier name.
func (tx *readTx) standing(ctx context.Context, card string) (p place, st Standing, err error) {
	targets := append([]any{&p.card, &p.deck, &p.name, &p.retired, &p.fresh}, st.columns()...)
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
func (tx *tx) save(ctx context.Context, p place, st Standing) error {
	var err error
	if st == (Standing{}) {
		_, err = tx.exec(ctx, `DELETE FROM memory WHERE card = ?`, p.card)
	} else {
		_, err = tx.exec(ctx, saveMemory, p.card, p.deck, st.State, st.Step, st.Lapses, st.Reps, st.Sessions, st.Stability, class(st.Stability), st.Fast, st.Difficulty,
			st.Due, st.DueDay, st.Last, st.LastDay, st.FirstDay, st.Suspended, st.Buried, st.Flag, st.Seen, st.Suspended || p.retired)
	}
	if err != nil {
		return err
	}
	if fresh := st.fresh() && !p.retired; fresh != p.fresh {
		_, err = tx.exec(ctx, `UPDATE cards SET fresh = ? WHERE id = ?`, fresh, p.card)
	}
	return err
}
