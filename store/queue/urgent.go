package queue

import (
	"cmp"
	"container/heap"
	"context"
	"database/sql"
	"math"
	"slices"

	"kartei/scheduler/session"
	"kartei/store/sqlite"
	"kartei/store/table"
)

// The urgency of a review is the days since its last answer over its
// stability. It changes every day, and differently for each card, so no index
// has it. Within a narrow band of stability, though, the card that was
// answered first is nearly the most urgent. So the most urgent of all are found
// by reading each band in order of the last answer, always the band that may
// still hold the highest urgency, until no band may hold a higher one than
// those found: the threshold algorithm of Fagin, Lotem and Naor (2001).

// manyReviews is from how many due reviews on that pays.
const manyReviews = 500

// urgency orders reviews; the SQL of reviewOrders computes the same.
func urgency(today, last int64, stability float64) float64 {
	return float64(today-last) / stability
}

// manyDue reports whether a deck has so many due reviews, by far more than it is
// asked for, that finding the most urgent without looking at all of them pays.
func (q *Queue) manyDue(ctx context.Context, ask session.Query) (bool, error) {
	enough := max(manyReviews, 4*ask.Limit)
	rows, err := q.db.Query(ctx, `SELECT count(*) FROM (SELECT 1 FROM memory
		WHERE deck = ? AND `+table.Reviews("")+` AND due_day <= ? LIMIT 0 + ?)`, ask.Deck, ask.Until, enough)
	counts, err := sqlite.Collect(rows, err, func(rows *sql.Rows) (due int, err error) { return due, rows.Scan(&due) })
	return err == nil && counts[0] == enough, sqlite.Explain("count due cards", err)
}

// An urgentCard is a review with its rank.
type urgentCard struct {
	reviewRow
	at      int64 // of the last answer, Unix milliseconds
	buried  int64
	urgency float64
}

// mostUrgent is Due for the order Urgent.
func (q *Queue) mostUrgent(ctx context.Context, ask session.Query, err error) ([]session.Candidate, error) {
	if err != nil {
		return nil, err
	}
	readers, err := q.bands(ctx, ask)
	if err != nil {
		return nil, sqlite.Explain("find cards", err)
	}
	found := &urgentCards{}
	for len(readers) > 0 && (found.Len() < ask.Limit || compareUrgency(readers[0].bound, (*found)[0]) > 0) {
		page, err := readers.next(ctx)
		if err != nil {
			return nil, sqlite.Explain("find cards", err)
		}
		for _, card := range page {
			if card.due <= int64(ask.Until) && card.buried < int64(ask.Day) {
				heap.Push(found, card)
				if found.Len() > ask.Limit {
					heap.Pop(found)
				}
			}
		}
	}
	slices.SortFunc(*found, func(a, b urgentCard) int { return -compareUrgency(a, b) })
	rows := make([]reviewRow, len(*found))
	for i, card := range *found {
		rows[i] = card.reviewRow
	}
	return q.reviews(ctx, ask, rows)
}

// compareUrgency sorts the less urgent first; of equals the one that was
// answered later.
func compareUrgency(a, b urgentCard) int {
	return cmp.Or(cmp.Compare(a.urgency, b.urgency), cmp.Compare(b.at, a.at), cmp.Compare(b.card, a.card))
}

// urgentCards is a heap with the least urgent on top.
type urgentCards []urgentCard

func (u urgentCards) Len() int           { return len(u) }
func (u urgentCards) Less(i, j int) bool { return compareUrgency(u[i], u[j]) < 0 }
func (u urgentCards) Swap(i, j int)      { u[i], u[j] = u[j], u[i] }
func (u *urgentCards) Push(x any)        { *u = append(*u, x.(urgentCard)) }
func (u *urgentCards) Pop() any {
	last := (*u)[len(*u)-1]
	*u = (*u)[:len(*u)-1]
	return last
}

// A bandReader reads the reviews of one band, the earliest answered first and
// of one day's those of the lowest stability.
type bandReader struct {
	q     *Queue
	ask   session.Query
	band  int
	end   urgentCard // read up to here
	day   bool       // read only the rest of the day of end
	size  int        // of of the next page
	bound urgentCard // no card that is still to be read is more urgent
}

var (
	// The bands that a deck has, each found by one step in the index, with
	// the earliest last answer in it.
	findBands = `WITH RECURSIVE classes (class) AS (
			SELECT min(class) FROM memory WHERE deck = ?1 AND ` + table.Reviews("") + `
			UNION ALL
			SELECT (SELECT min(class) FROM memory WHERE deck = ?1 AND ` + table.Reviews("") + ` AND class > classes.class)
			FROM classes WHERE classes.class IS NOT NULL)
		SELECT class, (SELECT min(last_day) FROM memory m WHERE deck = ?1 AND ` + table.Reviews("") + ` AND m.class = classes.class)
		FROM classes WHERE class IS NOT NULL`
	urgentPage = `SELECT last_day, stability, last, card, due_day, buried FROM memory
		WHERE deck = ? AND ` + table.Reviews("") + ` AND class = ? AND `
	bandPage = urgentPage + `(last_day, stability, last, card) > (?, ?, ?, ?) ORDER BY last_day, stability, last, card` + limited
	dayPage  = urgentPage + `last_day = ? AND (stability, last, card) > (?, ?, ?) ORDER BY stability, last, card` +
		limited
)

// firstPage is how many rows are read of a band at first.
const firstPage = 16

// bands finds every band that a deck has.
func (q *Queue) bands(ctx context.Context, ask session.Query) (bandReaders, error) {
	rows, err := q.db.Query(ctx, findBands, ask.Deck)
	all, err := sqlite.Collect(rows, err, func(rows *sql.Rows) (*bandReader, error) {
		c := &bandReader{q: q, ask: ask}
		var first int64
		err := rows.Scan(&c.band, &first)
		c.begin(first)
		return c, err
	})
	readers := bandReaders(all)
	heap.Init(&readers)
	return readers, err
}

// begin makes the reader read from a day on.
func (c *bandReader) begin(day int64) {
	c.end = urgentCard{reviewRow: reviewRow{last: day - 1, stability: math.Inf(1)}}
	c.size = firstPage
	c.bound = c.ceiling(day, table.LowestOf(c.band))
}

// ceiling is no less urgent than any card last answered on a day or later whose
// stability is at least so much, up to where the band ends.
func (c *bandReader) ceiling(day int64, stability float64) urgentCard {
	today := int64(c.ask.Day)
	return urgentCard{at: math.MinInt64, urgency: max(urgency(today, day, stability),
		urgency(today, day, table.LowestOf(c.band+1)))}
}

// next reads the next page of the band that may hold the most urgent.
func (r *bandReaders) next(ctx context.Context) ([]urgentCard, error) {
	c := (*r)[0]
	page, err := c.page(ctx)
	if err != nil {
		return nil, err
	}
	if len(page) < c.size {
		heap.Pop(r)
		return page, nil
	}
	c.end = page[len(page)-1]
	c.size = min(2*c.size, 4*firstPage)
	// A day with many answers is read on by itself: what comes on later days may
	// be more urgent than the rest of it.
	split := !c.day && page[0].last == c.end.last
	c.day = c.day || split
	c.bound = c.rest()
	heap.Fix(r, 0)
	if split {
		later := *c
		later.day = false
		later.begin(c.end.last + 1)
		heap.Push(r, &later)
	}
	return page, nil
}

// rest is the bound of what lies behind the end.
func (c *bandReader) rest() urgentCard {
	bound := c.ceiling(c.end.last, c.end.stability)
	if c.day {
		if bound.urgency == c.end.urgency {
			return c.end
		}
		return bound
	}
	if later := c.ceiling(c.end.last+1, table.LowestOf(c.band)); later.urgency > bound.urgency {
		return later
	}
	return bound
}

func (c *bandReader) page(ctx context.Context) ([]urgentCard, error) {
	query := bandPage
	if c.day {
		query = dayPage
	}
	rows, err := c.q.db.Query(ctx, query, c.ask.Deck, c.band, c.end.last, c.end.stability, c.end.at, c.end.card, c.size)
	return sqlite.Collect(rows, err, func(rows *sql.Rows) (u urgentCard, err error) {
		err = rows.Scan(&u.last, &u.stability, &u.at, &u.card, &u.due, &u.buried)
		u.urgency = urgency(int64(c.ask.Day), u.last, u.stability)
		return u, err
	})
}

// bandReaders is a heap with the one that may hold the most urgent on top.
type bandReaders []*bandReader

func (r bandReaders) Len() int           { return len(r) }
func (r bandReaders) Less(i, j int) bool { return compareUrgency(r[i].bound, r[j].bound) > 0 }
func (r bandReaders) Swap(i, j int)      { r[i], r[j] = r[j], r[i] }
func (r *bandReaders) Push(x any)        { *r = append(*r, x.(*bandReader)) }
func (r *bandReaders) Pop() any {
	last := (*r)[len(*r)-1]
	*r = (*r)[:len(*r)-1]
	return last
}
