package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"kartei/scheduler"
	"kartei/store/journal"
	"kartei/store/sqlite"
)

// presentName is the name under which the card of a row l is known now.
const presentName = `coalesce((SELECT a.card FROM aliases a WHERE a.old = l.card AND a.since <= l.clock ORDER BY a.since DESC LIMIT 1), l.card)`

var findHistory = `SELECT ` + rowColumns + ` FROM ` + rowTables + `
	WHERE l.card IN (SELECT ?1 UNION SELECT old FROM aliases WHERE card = ?1) AND ` + presentName + ` = ?1`

// history gives all rows about a card, undone ones too, in the order of a replay.
func history(ctx context.Context, q sqlite.Reader, card string) ([]journal.Row, error) {
	rows, err := q.QueryContext(ctx, findHistory, card)
	all, err := sqlite.Collect(rows, err, scanRow)
	slices.SortFunc(all, func(a, b journal.Row) int { return journal.Compare(&a, &b) })
	return all, err
}

// recall recomputes what the log says of one card.
func (tx *tx) recall(ctx context.Context, card string) error {
	p, _, err := tx.standing(ctx, card)
	if errors.Is(err, ErrNotFound) {
		return nil // the log knows cards that were never compiled here
	}
	if err != nil {
		return err
	}
	policy, err := tx.policy(ctx, p.deck)
	if err != nil {
		return err
	}
	rows, err := history(ctx, tx, p.name)
	if err != nil {
		return err
	}
	var st journal.CardState
	for i := range rows {
		if !rows[i].Undone {
			st.Replay(&rows[i], policy)
		}
	}
	return tx.save(ctx, p, st)
}

// replan recomputes all cards of a deck and the decks below it.
func (tx *tx) replan(ctx context.Context, deck string) error {
	replay, err := tx.fullReplay(ctx, nil, nil)
	if err != nil {
		return err
	}
	return tx.remember(ctx, replay, `c.deck IN (SELECT id FROM decks WHERE ?1 = '' OR name = ?1 OR substr(name, 1, length(?1) + 1) = ?1 || '/')`, deck)
}

// Retrace replays the log, under the present options, and shows its rows in the
// order of the replay. Rows about cards that were never compiled here are left
// out, as are those that were undone. What a step points to is the reader's
// only until show returns. Other methods may be called in between.
func (s *Store) Retrace(ctx context.Context, show func(journal.Step) error) error {
	defer s.config.Progress.Over()
	err := s.readApart(ctx, func(tx *readTx) error {
		_, err := tx.fullReplay(ctx, nil, show)
		return err
	})
	return sqlite.Explain("replay the log", err)
}

// fullReplay replays the whole log: what every table that is a cache must say. Check
// sees every row first, show what the rows do; either may be nil.
func (tx *readTx) fullReplay(ctx context.Context, check func(*journal.Row), show func(journal.Step) error) (*journal.Replay, error) {
	rows, err := tx.QueryContext(ctx, `SELECT `+rowColumns+` FROM `+rowTables+` WHERE l.kind IN ('undo', 'alias')`)
	special, err := sqlite.Collect(rows, err, scanRow)
	if err != nil {
		return nil, err
	}
	policyOf, err := tx.policyOfCard(ctx)
	if err != nil {
		return nil, err
	}
	open := tx.leanCursors
	if check != nil || show != nil {
		open = tx.logCursors
	}
	logs, err := open(ctx)
	if err != nil {
		return nil, err
	}
	total, err := tx.newestID(ctx)
	if err != nil {
		return nil, err
	}
	replay := journal.NewReplay(special, policyOf)
	return replay, journal.Merge(ctx, logs, func(r *journal.Row) error {
		tx.s.config.Progress.Row("replaying the log", int64(replay.Rows), total)
		if check != nil {
			check(r)
		}
		return replay.Take(r, show)
	})
}

// policyOfCard returns what finds the policy of a card; nil if the card was never
// compiled here. The decks of cards that have a memory are read at once.
func (tx *readTx) policyOfCard(ctx context.Context) (func(card string) (*scheduler.Policy, error), error) {
	decks := map[string]int64{}
	rows, err := tx.QueryContext(ctx, `SELECT c.card, c.deck FROM memory m JOIN cards c ON c.id = m.card`)
	err = sqlite.Each(rows, err, func(rows *sql.Rows) error {
		var card string
		var deck int64
		err := rows.Scan(&card, &deck)
		decks[card] = deck
		return err
	})
	return func(card string) (*scheduler.Policy, error) {
		deck, ok := decks[card]
		if !ok {
			err := tx.Scan(ctx, `SELECT deck FROM cards WHERE card = ?`, []any{card}, &deck)
			if errors.Is(err, sql.ErrNoRows) {
				return nil, nil
			}
			if err != nil {
				return nil, err
			}
		}
		return tx.policy(ctx, deck)
	}, err
}

// A logCursor goes through a device's log, some rows at a time.
type logCursor struct {
	tx     *readTx
	device int64
	name   string // of the device
	query  string
	scan   func(*sql.Rows) (journal.Row, error)
	seq    int64         // read up to here
	rows   []journal.Row // that are read
	left   []journal.Row // those of them that are still to come
	end    bool
}

// fetchRows is how many rows of the log are read at a time.
const fetchRows = 2000

// logCursors opens the log of every device, with whole rows.
func (tx *readTx) logCursors(ctx context.Context) ([]journal.Cursor, error) {
	return tx.cursors(ctx, rowColumns, scanRow)
}

// leanCursors opens the logs with what a replay needs, which is read in less than
// half the time: also because what nearly all rows have in common is NULL.
func (tx *readTx) leanCursors(ctx context.Context) ([]journal.Cursor, error) {
	return tx.cursors(ctx, `l.seq, l.clock, l.zone, l.day, l.grade, l.days, l.card, nullif(l.at, l.clock), nullif(l.item, ''),
		nullif(l.kind, 'grade'), nullif(l.mode, 'review'), CASE WHEN l.kind = 'grade' THEN NULL ELSE l.detail END`, leanScan())
}

// leanScan scans rows of leanCursors, all but the name of the device. Values are
// taken as they come: to convert them, database/sql writes each number as text.
func leanScan() func(*sql.Rows) (journal.Row, error) {
	var numbers [6]int64
	var at sql.NullInt64
	var card string
	var item, kind, mode, detail any
	targets := []any{&numbers[0], &numbers[1], &numbers[2], &numbers[3], &numbers[4], &numbers[5], &card, &at, &item, &kind, &mode, &detail}
	text := func(value any, otherwise string) string {
		if text, ok := value.(string); ok {
			return text
		}
		return otherwise
	}
	return func(rows *sql.Rows) (r journal.Row, err error) {
		if err := rows.Scan(targets...); err != nil {
			return r, err
		}
		r.Seq, r.Clock, r.Card, r.Days = numbers[0], numbers[1], card, int(numbers[5])
		r.Moment = scheduler.Moment{At: r.Clock, Zone: int32(numbers[2]), Day: scheduler.Day(numbers[3])}
		if at.Valid {
			r.Moment.At = at.Int64
		}
		r.Grade, r.Item = scheduler.Grade(numbers[4]), text(item, "")
		if m := r.Moment; int64(m.Zone) != numbers[2] || int64(m.Day) != numbers[3] || int64(r.Grade) != numbers[4] {
			return r, fmt.Errorf("%w: log row %d: no such zone, day or grade: %v", ErrDamaged, r.Seq, numbers[2:5])
		}
		r.Kind, r.Mode = journal.Kind(text(kind, string(journal.KindGrade))), journal.Mode(text(mode, string(journal.ModeReview)))
		if detail != nil {
			err = json.Unmarshal([]byte(text(detail, "")), &r.Detail)
		}
		return r, err
	}
}

func (tx *readTx) cursors(ctx context.Context, columns string, scan func(*sql.Rows) (journal.Row, error)) ([]journal.Cursor, error) {
	rows, err := tx.QueryContext(ctx, `SELECT id, name FROM devices ORDER BY name`)
	return sqlite.Collect(rows, err, func(rows *sql.Rows) (journal.Cursor, error) {
		c := &logCursor{tx: tx, scan: scan, query: `SELECT ` + columns + ` FROM ` + rowTables + ` WHERE l.device = ? AND l.seq > ? ORDER BY l.seq LIMIT ?`}
		return c, rows.Scan(&c.device, &c.name)
	})
}

// Next implements [journal.Cursor].
func (c *logCursor) Next(ctx context.Context) (*journal.Row, error) {
	if len(c.left) == 0 && !c.end {
		if err := c.fetch(ctx); err != nil {
			return nil, err
		}
	}
	if len(c.left) == 0 {
		return nil, nil
	}
	r := &c.left[0]
	c.left = c.left[1:]
	return r, nil
}

// fetch reads the next rows over those before.
func (c *logCursor) fetch(ctx context.Context) error {
	rows, err := c.tx.QueryContext(ctx, c.query, c.device, c.seq, fetchRows)
	if err != nil {
		return err
	}
	defer rows.Close()
	c.rows = c.rows[:0]
	for rows.Next() {
		r, err := c.scan(rows)
		if err != nil {
			return err
		}
		r.Device = c.name
		c.rows = append(c.rows, r)
	}
	c.left, c.end = c.rows, len(c.rows) < fetchRows
	if !c.end {
		c.seq = c.left[len(c.left)-1].Seq
	}
	return rows.Err()
}
