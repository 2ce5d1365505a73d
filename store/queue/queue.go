package queue

import (
	"context"
	"database/sql"
	"encoding/json"
	"slices"
	"strings"

	"kartei/scheduler"
	"kartei/scheduler/session"
	"kartei/store/journal"
	"kartei/store/sqlite"
	"kartei/store/table"
)

// A Queue is what sessions read of a collection: a [session.Source].
type Queue struct {
	db   *sqlite.DB
	only Only
}

// Only narrows a queue down. The zero value lets all cards in.
type Only struct {
	Tags  []string // one of which the cards carry; none: whatever they carry
	Found []int64  // rows of the cards that a search found; nil: there was none
}

// All reports whether nothing is left out.
func (o Only) All() bool { return len(o.Tags) == 0 && o.Found == nil }

// New returns the queue of some cards.
func New(db *sqlite.DB, only Only) *Queue { return &Queue{db, only} }

// Done implements [session.Source] from the log.
func (q *Queue) Done(ctx context.Context, day scheduler.Day) ([]session.Answered, error) {
	var done []session.Answered
	index := map[string]int{} // one more than that in done
	rows, err := q.db.Query(ctx, `SELECT c.card, c.fact, c.deck, c.retired, l.kind, l.state, l.grade
		FROM log l JOIN cards c ON c.card = `+table.PresentName+`
		WHERE l.day = ? AND (l.kind = 'grade' AND l.mode = 'review' OR l.kind = 'reset') AND `+table.Stands+`
		ORDER BY l.clock, l.id`, day)
	err = sqlite.Each(rows, err, func(rows *sql.Rows) error {
		var a session.Answered
		var kind journal.Kind
		var grade scheduler.Grade
		if err := rows.Scan(&a.Card, &a.Fact, &a.Deck, &a.Gone, &kind, &a.State, &grade); err != nil {
			return err
		}
		i := index[a.Card]
		switch {
		case kind == journal.KindReset && i > 0:
			done[i-1].Card, index[a.Card] = "", 0
		case kind == journal.KindReset:
		case i == 0:
			a.Missed = grade == scheduler.Again
			done = append(done, a)
			index[a.Card] = len(done)
		default:
			done[i-1].Missed = grade == scheduler.Again
		}
		return nil
	})
	done = slices.DeleteFunc(done, func(a session.Answered) bool { return a.Card == "" })
	return done, sqlite.Explain("count today's answers", err)
}

const candidateColumns = `c.card, c.fact, c.deck, c.position, `

func scanCandidate(rows *sql.Rows) (c session.Candidate, err error) {
	return c, rows.Scan(table.Memory.Targets(&c.Memory, &c.Card, &c.Fact, &c.Deck, &c.Position)...)
}

// candidates runs a query over cards c and memory m, which all of them have.
func (q *Queue) candidates(ctx context.Context, query string, args ...any) ([]session.Candidate, error) {
	return q.whole(ctx, `SELECT `+candidateColumns+table.Memory.Names("m.")+query, args...)
}

// candidatesAll is candidates where some have no memory yet.
func (q *Queue) candidatesAll(ctx context.Context, query string, args ...any) ([]session.Candidate, error) {
	return q.whole(ctx, `SELECT `+candidateColumns+table.Memory.OrEmpty("m.")+query, args...)
}

func (q *Queue) whole(ctx context.Context, query string, args ...any) ([]session.Candidate, error) {
	rows, err := q.db.Query(ctx, query, args...)
	all, err := sqlite.Collect(rows, err, scanCandidate)
	if err == nil {
		err = q.siblings(ctx, all)
	}
	return all, sqlite.Explain("find cards", err)
}

// limited ends a query. SQLite plans a query anew for each value of "LIMIT ?",
// which takes longer than reading a page.
const limited = ` LIMIT 0 + ?`

// Cards implements [session.Source].
func (q *Queue) Cards(ctx context.Context, day scheduler.Day, ids []string) ([]session.Candidate, error) {
	list, err := json.Marshal(ids)
	if err != nil {
		return nil, err
	}
	narrowed, only := q.narrowed()
	return q.candidatesAll(ctx, ` FROM json_each(?) j JOIN cards c ON c.card = j.value LEFT JOIN memory m ON m.card = c.id
		WHERE c.retired = 0 AND coalesce(m.hidden, 0) = 0 AND coalesce(m.buried, 0) < ?`+narrowed, append([]any{string(list), day}, only...)...)
}

// narrowed is the condition of Only on cards c.
func (q *Queue) narrowed() (condition string, args []any) {
	if len(q.only.Tags) > 0 {
		condition = ` AND (instr(c.tags, ?) > 0` + strings.Repeat(` OR instr(c.tags, ?) > 0`, len(q.only.Tags)-1) + `)`
		for _, tag := range q.only.Tags {
			args = append(args, " "+tag+" ")
		}
	}
	if q.only.Found != nil {
		list, _ := json.Marshal(q.only.Found) // numbers cannot fail
		condition += ` AND c.id IN (SELECT value FROM json_each(?))`
		args = append(args, string(list))
	}
	return condition, args
}

// Learning implements [session.Source].
func (q *Queue) Learning(ctx context.Context, ask session.Query) ([]session.Candidate, error) {
	narrowed, only := q.narrowed()
	args := append([]any{ask.Deck, ask.Until, ask.Now, ask.Far, ask.Day}, only...)
	return q.candidates(ctx, ` FROM memory m JOIN cards c ON c.id = m.card
		WHERE m.deck = ? AND `+table.Steps("m.")+` AND (m.due_day <= ? OR m.last > ? AND m.due > ?) AND m.buried < ?`+narrowed+`
		ORDER BY m.due, m.card`+limited, append(args, ask.Limit)...)
}

// Any implements [session.Source].
func (q *Queue) Any(ctx context.Context, ask session.Query) ([]session.Candidate, error) {
	narrowed, only := q.narrowed()
	args := append([]any{ask.Deck, ask.Day}, only...)
	order := `c.position`
	switch ask.Order {
	case session.Urgent:
		order = `coalesce(m.stability, 0) = 0, (? - m.last_day) / m.stability DESC, c.position`
		args = append(args, ask.Day)
	case session.Shuffled:
		order = `(c.id * ?) % 2147483647, c.id`
		args = append(args, multiplier(ask.Seed))
	}
	return q.candidatesAll(ctx, ` FROM cards c LEFT JOIN memory m ON m.card = c.id
		WHERE c.deck = ? AND c.retired = 0 AND coalesce(m.hidden, 0) = 0 AND coalesce(m.buried, 0) < ?`+narrowed+`
		ORDER BY `+order+limited, append(args, ask.Limit)...)
}

// unshelved leaves out of table load the decks that were put away.
const unshelved = `deck NOT IN (SELECT id FROM decks WHERE shelved = 1)`

// Waiting implements [session.Source].
func (q *Queue) Waiting(ctx context.Context, ask session.Query) (w scheduler.Waiting, err error) {
	narrowed, only := q.narrowed()
	reviews := `memory m`
	if narrowed != "" {
		reviews = `memory m JOIN cards c ON c.id = m.card`
	}
	for _, part := range []struct {
		target *int
		from   string
		args   []any
	}{
		{&w.Unseen, `cards c WHERE c.deck = ? AND c.fresh = 1
			AND c.id NOT IN (SELECT card FROM memory WHERE buried > 0 AND buried >= ?)` + narrowed, []any{ask.Deck, ask.Day}},
		{&w.Due, reviews + ` WHERE m.deck = ? AND ` + table.Reviews("m.") + ` AND m.due_day <= ? AND m.buried < ?` +
			narrowed,
			[]any{ask.Deck, ask.Until, ask.Day}},
	} {
		query := `SELECT count(*) FROM (SELECT 1 FROM ` + part.from + limited + `)`
		if err := q.one(ctx, "count what waits", []any{part.target}, query,
			append(append(part.args, only...), ask.Limit)...); err != nil {
			return w, err
		}
	}
	return w, nil
}

// Heads implements [session.Source], with a few steps in indexes for each deck. Its
// live facts and cards stand at the positions from 0 on: if there are as many of both,
// each has its own.
func (q *Queue) Heads(ctx context.Context, decks []int64) (map[int64]session.Head, error) {
	heads := make(map[int64]session.Head, len(decks))
	if len(decks) == 0 { // a list of none is null
		return heads, nil
	}
	list, _ := json.Marshal(decks) // numbers cannot fail
	rows, err := q.db.Query(ctx, `SELECT d.value,
			EXISTS (SELECT 1 FROM memory WHERE deck = d.value AND `+table.Steps("")+`),
			EXISTS (SELECT 1 FROM cards WHERE deck = d.value AND fresh = 1),
			coalesce((SELECT min(due_day) FROM memory WHERE deck = d.value AND `+table.Reviews("")+`), 0),
			coalesce((SELECT position FROM cards WHERE deck = d.value AND retired = 0 ORDER BY position DESC LIMIT 1), 0) >
			coalesce((SELECT position FROM facts WHERE deck = d.value AND retired = 0 ORDER BY position DESC LIMIT 1), 0)
		FROM json_each(?) d`, string(list))
	err = sqlite.Each(rows, err, func(rows *sql.Rows) error {
		var deck int64
		var h session.Head
		err := rows.Scan(&deck, &h.Steps, &h.New, &h.Due, &h.Related)
		heads[deck] = h
		return err
	})
	return heads, sqlite.Explain("look at the decks", err)
}

// Next implements [session.Source].
func (q *Queue) Next(ctx context.Context, ask session.Query) (next scheduler.Day, err error) {
	narrowed, only := q.narrowed()
	from := `memory m`
	if narrowed != "" {
		from = `memory m JOIN cards c ON c.id = m.card`
	}
	for _, state := range []string{table.Reviews("m."), table.Steps("m.")} {
		var day scheduler.Day
		err := q.one(ctx, "look for the next day", []any{&day}, `SELECT coalesce(min(m.due_day), 0) FROM `+from+`
			WHERE m.deck = ? AND `+state+` AND m.due_day > ?`+narrowed, append([]any{ask.Deck, ask.Day}, only...)...)
		if err != nil {
			return 0, err
		}
		if day != 0 && (next == 0 || day < next) {
			next = day
		}
	}
	return next, nil
}

// one reads the one row of a query.
func (q *Queue) one(ctx context.Context, what string, targets []any, query string, args ...any) error {
	rows, err := q.db.Query(ctx, query, args...)
	err = sqlite.Each(rows, err, func(rows *sql.Rows) error { return rows.Scan(targets...) })
	return sqlite.Explain(what, err)
}

// Load implements [session.Source].
func (q *Queue) Load(ctx context.Context, first scheduler.Day, days int) ([]int, error) {
	load := make([]int, days)
	rows, err := q.db.Query(ctx, `SELECT day, sum(cards) FROM load WHERE day >= ? AND day < ? AND `+unshelved+
		` GROUP BY day`, first, int64(first)+int64(days))
	err = sqlite.Each(rows, err, func(rows *sql.Rows) error {
		var day scheduler.Day
		var cards int
		err := rows.Scan(&day, &cards)
		load[day-first] = cards
		return err
	})
	return load, sqlite.Explain("count the days ahead", err)
}
