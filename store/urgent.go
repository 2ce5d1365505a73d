package store

import (
	"cmp"
	"container/heap"
	"context"
	"database/sql"
	"encoding/json"
	"math"
	"slices"

	"kartei/scheduler"
	"kartei/scheduler/session"
)

// The urgency of a review is the days since its last answer over its
// stability. It changes every day, and differently for each card, so no index
// has it. Within a narrow class of stability, though, the card that was
// answered first is nearly the most urgent. So the most urgent of all are found
// by reading each class in order of the last answer, always the class that may
// still hold the highest urgency, until no class may hold a higher one than
// those found: the threshold algorithm of Fagin, Lotem and Naor (2001).

// manyReviews is from how many due reviews on that pays.
const manyReviews = 4000

// classBounds part an octave of stability, as math.Frexp gives it, into four.
var classBounds = [4]float64{0.5, 0.5946035575013605, 0.7071067811865476, 0.8408964152537145}

// class of a stability. It is exact on every machine.
func class(stability float64) int {
	if stability <= 0 {
		return math.MinInt32
	}
	fraction, exponent := math.Frexp(stability)
	i := 3
	for fraction < classBounds[i] {
		i--
	}
	return 4*exponent + i
}

// lowest is the lowest stability of a class.
func lowest(class int) float64 {
	exponent := class >> 2
	return math.Ldexp(classBounds[class-4*exponent], exponent)
}

// urgency orders reviews; the SQL of reviewOrders computes the same.
func urgency(today, last scheduler.Day, stability float64) float64 {
	return float64(int64(today)-int64(last)) / stability
}

// manyDue tells whether a deck has so many due reviews, by far more than it is
// asked for, that finding the most urgent without looking at all of them pays.
func (q *source) manyDue(ctx context.Context, ask session.Query) (many bool, err error) {
	err = q.s.db.QueryRowContext(ctx, `SELECT coalesce(sum(cards), 0) > ? FROM load WHERE deck = ? AND day <= ?`,
		max(manyReviews, 4*ask.Limit), ask.Deck, ask.Until).Scan(&many)
	return many, explain("count due cards", err)
}

// An urgent card is as much of a review as the index has.
type urgentCard struct {
	card      int64
	last, due scheduler.Day
	stability float64
	buried    scheduler.Day
	urgency   float64
}

// mostUrgent is Due for the order Urgent.
func (q *source) mostUrgent(ctx context.Context, ask session.Query, err error) ([]session.Candidate, error) {
	if err != nil {
		return nil, err
	}
	classes, err := q.classes(ctx, ask)
	if err != nil {
		return nil, explain("find cards", err)
	}
	found := &urgentCards{}
	for len(classes) > 0 && (found.Len() < ask.Limit || classes[0].bound >= (*found)[0].urgency) {
		page, err := classes[0].turn(ctx)
		if err != nil {
			return nil, explain("find cards", err)
		}
		for _, card := range page {
			if card.due <= ask.Until && card.buried < ask.Day {
				heap.Push(found, card)
				if found.Len() > ask.Limit {
					heap.Pop(found)
				}
			}
		}
		if math.IsInf(classes[0].bound, -1) {
			heap.Pop(&classes)
		} else {
			heap.Fix(&classes, 0)
		}
	}
	slices.SortFunc(*found, func(a, b urgentCard) int { return -compareUrgency(a, b) })
	ids := make([]int64, len(*found))
	for i, card := range *found {
		ids[i] = card.card
	}
	list, err := json.Marshal(ids)
	if err != nil {
		return nil, err
	}
	return q.candidates(ctx, ` FROM json_each(?) o JOIN memory m ON m.card = o.value JOIN cards c ON c.id = o.value ORDER BY o.key`, string(list))
}

// compareUrgency sorts the less urgent first; of equals the one with the higher id.
func compareUrgency(a, b urgentCard) int {
	return cmp.Or(cmp.Compare(a.urgency, b.urgency), cmp.Compare(b.card, a.card))
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

// A classReader reads the reviews of one class, the earliest answered first.
type classReader struct {
	ask   session.Query
	pages *sql.Stmt
	class int
	last  scheduler.Day // read up to here
	card  int64
	next  int     // size of the next page
	bound float64 // no card that is still to be read is more urgent
}

const (
	// The classes that a deck has, each found by one step in the index, with
	// the earliest last answer in it.
	findClasses = `WITH RECURSIVE classes (class) AS (
			SELECT min(class) FROM memory WHERE deck = ?1 AND state = 2 AND hidden = 0
			UNION ALL
			SELECT (SELECT min(class) FROM memory WHERE deck = ?1 AND state = 2 AND hidden = 0 AND class > classes.class)
			FROM classes WHERE classes.class IS NOT NULL)
		SELECT class, (SELECT min(last_day) FROM memory m WHERE deck = ?1 AND state = 2 AND hidden = 0 AND m.class = classes.class)
		FROM classes WHERE class IS NOT NULL`
	classPage = `SELECT card, last_day, due_day, stability, buried FROM memory
		WHERE deck = ? AND state = 2 AND hidden = 0 AND class = ? AND (last_day, card) > (?, ?) ORDER BY last_day, card LIMIT ?`
)

// classes finds every class that a deck has.
func (q *source) classes(ctx context.Context, ask session.Query) (classReaders, error) {
	find, err := q.s.statement(ctx, findClasses)
	if err != nil {
		return nil, err
	}
	pages, err := q.s.statement(ctx, classPage)
	if err != nil {
		return nil, err
	}
	rows, err := find.QueryContext(ctx, ask.Deck)
	all, err := collect(rows, err, func(rows *sql.Rows) (*classReader, error) {
		c := &classReader{ask: ask, pages: pages, next: 16, last: math.MinInt32}
		var first scheduler.Day
		err := rows.Scan(&c.class, &first)
		c.limit(first)
		return c, err
	})
	readers := classReaders(all)
	heap.Init(&readers)
	return readers, err
}

// limit sets the bound for cards of which the earliest was last answered on a day.
func (c *classReader) limit(first scheduler.Day) {
	c.bound = max(urgency(c.ask.Day, first, lowest(c.class)), urgency(c.ask.Day, first, lowest(c.class+1)))
}

// turn reads the next page. The bound is then that of what lies behind it;
// there is none at the end.
func (c *classReader) turn(ctx context.Context) (page []urgentCard, err error) {
	rows, err := c.pages.QueryContext(ctx, c.ask.Deck, c.class, c.last, c.card, c.next)
	page, err = collect(rows, err, func(rows *sql.Rows) (u urgentCard, err error) {
		err = rows.Scan(&u.card, &u.last, &u.due, &u.stability, &u.buried)
		u.urgency = urgency(c.ask.Day, u.last, u.stability)
		return u, err
	})
	if len(page) < c.next {
		c.bound = math.Inf(-1)
		return page, err
	}
	end := page[len(page)-1]
	c.last, c.card = end.last, end.card
	c.limit(c.last)
	c.next *= 4
	return page, err
}

// classReaders is a heap with the one that may hold the most urgent on top.
type classReaders []*classReader

func (r classReaders) Len() int           { return len(r) }
func (r classReaders) Less(i, j int) bool { return r[i].bound > r[j].bound }
func (r classReaders) Swap(i, j int)      { r[i], r[j] = r[j], r[i] }
func (r *classReaders) Push(x any)        { *r = append(*r, x.(*classReader)) }
func (r *classReaders) Pop() any {
	last := (*r)[len(*r)-1]
	*r = (*r)[:len(*r)-1]
	return last
}
