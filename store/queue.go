package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"math/rand/v2"
	"slices"

	"kartei/scheduler"
	"kartei/scheduler/session"
	"kartei/store/journal"
	"kartei/store/sqlite"
	"kartei/store/table"
)

// Source gives a session its cards: those that carry one of the tags, or all if
// there are none.
func (s *Store) Source(tags ...string) session.Source { return &source{s, tags} }

type source struct {
	s    *Store
	tags []string
}

// Done implements [session.Source] from the log.
func (q *source) Done(ctx context.Context, day scheduler.Day) ([]session.Answered, error) {
	var done []session.Answered
	index := map[string]int{} // one more than that in done
	rows, err := q.query(ctx, `SELECT c.card, c.fact, c.deck, c.retired, l.kind, l.state, l.grade
		FROM log l JOIN cards c ON c.card = `+table.PresentName+`
		WHERE l.day = ? AND (l.kind = 'grade' AND l.mode = 'review' OR l.kind = 'reset') AND `+stands+`
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
func (q *source) candidates(ctx context.Context, query string, args ...any) ([]session.Candidate, error) {
	return q.whole(ctx, `SELECT `+candidateColumns+table.Memory.Names("m.")+query, args...)
}

// candidatesAll is candidates where some have no memory yet.
func (q *source) candidatesAll(ctx context.Context, query string, args ...any) ([]session.Candidate, error) {
	return q.whole(ctx, `SELECT `+candidateColumns+table.Memory.OrEmpty("m.")+query, args...)
}

func (q *source) whole(ctx context.Context, query string, args ...any) ([]session.Candidate, error) {
	rows, err := q.query(ctx, query, args...)
	all, err := sqlite.Collect(rows, err, scanCandidate)
	if err == nil {
		err = q.siblings(ctx, all)
	}
	return all, sqlite.Explain("find cards", err)
}

func (q *source) query(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	return q.s.db.Query(ctx, query, args...)
}

// limited ends a query. SQLite plans a query anew for each value of "LIMIT ?",
// which takes longer than reading a page.
const limited = ` LIMIT 0 + ?`

// Cards implements [session.Source].
func (q *source) Cards(ctx context.Context, day scheduler.Day, ids []string) ([]session.Candidate, error) {
	list, err := json.Marshal(ids)
	if err != nil {
		return nil, err
	}
	tagged, tags := q.tagged()
	return q.candidatesAll(ctx, ` FROM json_each(?) j JOIN cards c ON c.card = j.value LEFT JOIN memory m ON m.card = c.id
		WHERE c.retired = 0 AND coalesce(m.hidden, 0) = 0 AND coalesce(m.buried, 0) < ?`+tagged, append([]any{string(list), day}, tags...)...)
}

// tagged is the condition that cards c carry one of the tags.
func (q *source) tagged() (condition string, args []any) {
	if len(q.tags) == 0 {
		return "", nil
	}
	for i, tag := range q.tags {
		if i > 0 {
			condition += ` OR `
		}
		condition += `instr(c.tags, ?) > 0`
		args = append(args, " "+tag+" ")
	}
	return ` AND (` + condition + `)`, args
}

// Learning implements [session.Source].
func (q *source) Learning(ctx context.Context, ask session.Query) ([]session.Candidate, error) {
	tagged, tags := q.tagged()
	args := append([]any{ask.Deck, ask.Until, ask.Now, ask.Far, ask.Day}, tags...)
	return q.candidates(ctx, ` FROM memory m JOIN cards c ON c.id = m.card
		WHERE m.deck = ? AND `+table.Steps("m.")+` AND (m.due_day <= ? OR m.last > ? AND m.due > ?) AND m.buried < ?`+tagged+`
		ORDER BY m.due, m.card`+limited, append(args, ask.Limit)...)
}

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
func (q *source) Due(ctx context.Context, ask session.Query) ([]session.Candidate, error) {
	if ask.Order == session.Urgent && len(q.tags) == 0 {
		if many, err := q.manyDue(ctx, ask); err != nil || many {
			return q.mostUrgent(ctx, ask, err)
		}
	}
	return q.due(ctx, ask)
}

// due looks at all cards that are due.
func (q *source) due(ctx context.Context, ask session.Query) ([]session.Candidate, error) {
	var args []any
	switch ask.Order {
	case session.Urgent:
		args = append(args, ask.Day)
	case session.Shuffled:
		args = append(args, multiplier(ask.Seed))
	}
	tagged, tags := q.tagged()
	args = append(append(args, ask.Deck, ask.Until, ask.Day), tags...)
	from := `memory m`
	if tagged != "" {
		from = `memory m JOIN cards c ON c.id = m.card`
	}
	rows, err := q.query(ctx, `SELECT m.card, m.stability, m.last_day, m.due_day, `+reviewOrders[ask.Order]+` AS rank FROM `+from+`
		WHERE m.deck = ? AND `+table.Reviews("m.")+` AND m.due_day <= ? AND m.buried < ?`+tagged+`
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
func (q *source) reviews(ctx context.Context, ask session.Query, found []reviewRow) ([]session.Candidate, error) {
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
	rows, err := q.query(ctx, `SELECT o.key, c.card, c.fact, c.position
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

// multiplier is a factor that scatters small numbers over the 31-bit ones.
func multiplier(seed uint64) int64 {
	return rand.New(rand.NewPCG(seed, 1)).Int64N(1<<31-2) + 1
}

// New implements [session.Source].
func (q *source) New(ctx context.Context, ask session.Query) ([]session.Candidate, error) {
	if ask.Order == session.Shuffled {
		return q.shuffledNew(ctx, ask)
	}
	return q.newFrom(ctx, ask, 0, ask.Limit)
}

// newFrom gives new cards in authored order from a position on.
func (q *source) newFrom(ctx context.Context, ask session.Query, position int64, limit int) ([]session.Candidate, error) {
	return q.newBy(ctx, ask, ` AND c.position >= ?`, `c.position`, position, limit)
}

// newBy gives new cards that meet a condition, in an order; one of them takes an
// argument. Of a new card's memory nothing is known, partial or not.
func (q *source) newBy(ctx context.Context, ask session.Query, condition, order string, arg any, limit int) ([]session.Candidate, error) {
	tagged, tags := q.tagged()
	args := append(append([]any{ask.Deck, ask.Day}, tags...), arg, limit)
	rows, err := q.query(ctx, `SELECT c.card, c.fact, c.position FROM cards c LEFT JOIN memory m ON m.card = c.id
		WHERE c.deck = ? AND c.fresh = 1 AND coalesce(m.buried, 0) < ?`+tagged+condition+`
		ORDER BY `+order+limited, args...)
	all, err := sqlite.Collect(rows, err, func(rows *sql.Rows) (session.Candidate, error) {
		c := session.Candidate{Deck: ask.Deck, Partial: ask.Partial}
		return c, rows.Scan(&c.Card, &c.Fact, &c.Position)
	})
	if err == nil && !ask.Partial {
		err = q.siblings(ctx, all)
	}
	return all, sqlite.Explain("find cards", err)
}

// fewNew is how many new cards are worth looking at all to draw from them.
const fewNew = 1000

// shuffledNew draws new cards by random positions: to look at all cards of a
// large deck to give twenty would keep the learner waiting.
func (q *source) shuffledNew(ctx context.Context, ask session.Query) ([]session.Candidate, error) {
	enough := max(fewNew, ask.Limit)
	waiting, err := q.Waiting(ctx, session.Query{Deck: ask.Deck, Day: ask.Day, Until: ask.Day, Limit: enough + 1})
	if err != nil {
		return nil, err
	}
	if waiting.Unseen <= enough {
		return q.newBy(ctx, ask, ``, `(c.id * ?) % 2147483647, c.id`, multiplier(ask.Seed), ask.Limit)
	}
	dice := rand.New(rand.NewPCG(ask.Seed, uint64(ask.Deck)))
	var last int64
	err = q.s.db.QueryRowContext(ctx, `SELECT max(position) FROM cards WHERE deck = ? AND fresh = 1`, ask.Deck).Scan(&last)
	if err != nil {
		return nil, sqlite.Explain("find cards", err)
	}
	var drawn []session.Candidate
	taken := map[string]bool{}
	take := func(cards []session.Candidate) {
		for _, c := range cards {
			if len(drawn) < ask.Limit && !taken[c.Card] {
				taken[c.Card] = true
				drawn = append(drawn, c)
			}
		}
	}
	for tries := 0; len(drawn) < ask.Limit && tries < 4*ask.Limit; tries++ {
		one, err := q.newFrom(ctx, ask, dice.Int64N(last+1), 1)
		if err != nil {
			return nil, err
		}
		take(one)
	}
	if missing := ask.Limit - len(drawn); missing > 0 {
		first, err := q.newFrom(ctx, ask, 0, ask.Limit)
		if err != nil {
			return nil, err
		}
		take(first)
	}
	return drawn, nil
}

// Any implements [session.Source].
func (q *source) Any(ctx context.Context, ask session.Query) ([]session.Candidate, error) {
	tagged, tags := q.tagged()
	args := append([]any{ask.Deck, ask.Day}, tags...)
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
		WHERE c.deck = ? AND c.retired = 0 AND coalesce(m.hidden, 0) = 0 AND coalesce(m.buried, 0) < ?`+tagged+`
		ORDER BY `+order+limited, append(args, ask.Limit)...)
}

// unshelved leaves out of table load the decks that were put away.
const unshelved = `deck NOT IN (SELECT id FROM decks WHERE shelved = 1)`

// Waiting implements [session.Source].
func (q *source) Waiting(ctx context.Context, ask session.Query) (w scheduler.Waiting, err error) {
	tagged, tags := q.tagged()
	reviews := `memory m`
	if tagged != "" {
		reviews = `memory m JOIN cards c ON c.id = m.card`
	}
	for _, part := range []struct {
		target *int
		from   string
		args   []any
	}{
		{&w.Unseen, `cards c WHERE c.deck = ? AND c.fresh = 1
			AND c.id NOT IN (SELECT card FROM memory WHERE buried > 0 AND buried >= ?)` + tagged, []any{ask.Deck, ask.Day}},
		{&w.Due, reviews + ` WHERE m.deck = ? AND ` + table.Reviews("m.") + ` AND m.due_day <= ? AND m.buried < ?` + tagged,
			[]any{ask.Deck, ask.Until, ask.Day}},
	} {
		query := `SELECT count(*) FROM (SELECT 1 FROM ` + part.from + limited + `)`
		if err := q.one(ctx, "count what waits", []any{part.target}, query, append(append(part.args, tags...), ask.Limit)...); err != nil {
			return w, err
		}
	}
	return w, nil
}

// Related implements [session.Source]. The live facts and cards of a deck stand
// at the positions from 0 on: if there are as many of both, each has its own.
func (q *source) Related(ctx context.Context, deck int64) (related bool, err error) {
	return related, q.one(ctx, "look for siblings", []any{&related}, `SELECT
		coalesce((SELECT position FROM cards WHERE deck = ?1 AND retired = 0 ORDER BY position DESC LIMIT 1), 0) >
		coalesce((SELECT position FROM facts WHERE deck = ?1 AND retired = 0 ORDER BY position DESC LIMIT 1), 0)`, deck)
}

// Next implements [session.Source].
func (q *source) Next(ctx context.Context, ask session.Query) (next scheduler.Day, err error) {
	tagged, tags := q.tagged()
	from := `memory m`
	if tagged != "" {
		from = `memory m JOIN cards c ON c.id = m.card`
	}
	for _, state := range []string{table.Reviews("m."), table.Steps("m.")} {
		var day scheduler.Day
		err := q.one(ctx, "look for the next day", []any{&day}, `SELECT coalesce(min(m.due_day), 0) FROM `+from+`
			WHERE m.deck = ? AND `+state+` AND m.due_day > ?`+tagged, append([]any{ask.Deck, ask.Day}, tags...)...)
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
func (q *source) one(ctx context.Context, what string, targets []any, query string, args ...any) error {
	rows, err := q.query(ctx, query, args...)
	err = sqlite.Each(rows, err, func(rows *sql.Rows) error { return rows.Scan(targets...) })
	return sqlite.Explain(what, err)
}

// Load implements [session.Source].
func (q *source) Load(ctx context.Context, first scheduler.Day, days int) ([]int, error) {
	load := make([]int, days)
	rows, err := q.query(ctx, `SELECT day, sum(cards) FROM load WHERE day >= ? AND day < ? AND `+unshelved+` GROUP BY day`, first, int64(first)+int64(days))
	err = sqlite.Each(rows, err, func(rows *sql.Rows) error {
		var day scheduler.Day
		var cards int
		err := rows.Scan(&day, &cards)
		load[day-first] = cards
		return err
	})
	return load, sqlite.Explain("count the days ahead", err)
}
