package queue

import (
	"context"
	"database/sql"
	"encoding/json"

	"kartei/scheduler"
	"kartei/scheduler/session"
	"kartei/store/sqlite"
	"kartei/store/table"
)

// reviewOrders rank memory m, the lowest first, from its index alone where
// possible. Equals come in the order of their row ids.
var reviewOrders = map[session.Order]string{
	session.Urgent:   `-((? - m.last_day) / m.stability)`,
	session.Oldest:   `m.due_day`,
	session.Shortest: `m.due_day - m.last_day`,
	session.Longest:  `m.last_day - m.due_day`,
	session.Hardest:  `-m.difficulty`,
	session.Easiest:  `m.difficulty`,
	session.Authored: `(SELECT position FROM cards WHERE id = m.card)`,
	session.Shuffled: `(m.card * ?) % 2147483647`,
}

// Due implements [session.Source].
func (q *Queue) Due(ctx context.Context, ask session.Query) ([]session.Candidate, error) {
	if ask.Order == session.Urgent && q.only.All() {
		if many, err := q.manyDue(ctx, ask); err != nil || many {
			return q.mostUrgent(ctx, ask, err)
		}
	}
	return q.due(ctx, ask)
}

// due looks at all cards that are due.
func (q *Queue) due(ctx context.Context, ask session.Query) ([]session.Candidate, error) {
	var args []any
	switch ask.Order {
	case session.Urgent:
		args = append(args, ask.Day)
	case session.Shuffled:
		args = append(args, multiplier(ask.Seed))
	}
	narrowed, only := q.narrowed()
	args = append(append(args, ask.Deck, ask.Until, ask.Day), only...)
	from := `memory m`
	if narrowed != "" {
		from = `memory m JOIN cards c ON c.id = m.card`
	}
	rows, err := q.db.Query(ctx, `SELECT m.card, m.stability, m.last_day, m.due_day, `+reviewOrders[ask.Order]+` AS rank FROM `+from+`
		WHERE m.deck = ? AND `+table.Reviews("m.")+` AND m.due_day <= ? AND m.buried < ?`+narrowed+`
		ORDER BY rank, `+tieBreak(ask.Order)+limited, append(args, ask.Limit)...)
	found, err := sqlite.Collect(rows, err, func(rows *sql.Rows) (r reviewRow, err error) {
		var rank any
		return r, rows.Scan(&r.card, &r.stability, &r.last, &r.due, &rank)
	})
	if err != nil {
		return nil, sqlite.Explain("find cards", err)
	}
	return q.reviews(ctx, ask, found)
}

// tieBreak is the order of reviews that compare equal. The most urgent are
// found on an index that has the time of the last answer, which is the same on
// every machine.
func tieBreak(o session.Order) string {
	if o == session.Urgent {
		return `m.last, m.card`
	}
	return `m.card`
}

// A reviewRow is as much of a review as the indexes of memory have.
type reviewRow struct {
	card      int64
	stability float64
	last, due int64 // days
}

// reviews reads as much of the cards as is asked for, in their order.
func (q *Queue) reviews(ctx context.Context, ask session.Query, found []reviewRow) ([]session.Candidate, error) {
	if len(found) == 0 {
		return nil, nil
	}
	ids := make([]int64, len(found))
	for i := range found {
		ids[i] = found[i].card
	}
	list, err := json.Marshal(ids)
	if err != nil {
		return nil, err
	}
	if !ask.Partial {
		return q.candidates(ctx, ` FROM json_each(?) o JOIN memory m ON m.card = o.value JOIN cards c ON c.id = o.value ORDER BY o.key`, string(list))
	}
	rows, err := q.db.Query(ctx, `SELECT o.key, c.card, c.fact, c.position
		FROM json_each(?) o CROSS JOIN cards c INDEXED BY cards_place ON c.id = o.value`, string(list))
	all, err := sqlite.Collect(rows, err, func(rows *sql.Rows) (c session.Candidate, err error) {
		var i int
		err = rows.Scan(&i, &c.Card, &c.Fact, &c.Position)
		c.Deck, c.Partial = ask.Deck, true
		c.Memory = scheduler.Memory{State: scheduler.Review, Stability: found[i].stability,
			LastDay: scheduler.Day(found[i].last), DueDay: scheduler.Day(found[i].due)}
		return c, err
	})
	return all, sqlite.Explain("find cards", err)
}
