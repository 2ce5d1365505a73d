package store

import (
	"cmp"
	"context"
	"database/sql"
	"math"

	"kartei/scheduler"
	"kartei/scheduler/session"
)

// A Status is today at a glance.
type Status struct {
	Day      scheduler.Day
	Reviewed int   // answers today
	Streak   int   // days in a row with an answer, up to today or yesterday
	Forecast []int // reviews that fall on today (with all that waits), tomorrow, …
	Decks    []DeckStatus
	All      DeckStatus // without name: what a session of all decks would ask
}

// A DeckStatus counts a deck together with the decks below it. New, Learning
// and Due are what a session of the deck would ask.
type DeckStatus struct {
	Name, Title string
	Cards       int // live ones
	New         int // that today's limits still let in
	Learning    int // in their steps, due today
	Due         int // in review, that today's limits still let in
	Suspended   int
	Retired     int
	Shelved     bool // none of the deck's own cards is asked
}

func (d *DeckStatus) add(other DeckStatus) {
	d.Cards += other.Cards
	d.New += other.New
	d.Learning += other.Learning
	d.Due += other.Due
	d.Suspended += other.Suspended
	d.Retired += other.Retired
}

// Status counts what there is to do.
func (s *Store) Status(ctx context.Context, now scheduler.Moment, forecastDays int) (Status, error) {
	status := Status{Day: now.Day}
	source := &source{s: s}
	all, err := s.Decks(ctx)
	if err != nil {
		return status, err
	}
	room, err := s.room(ctx, all, now.Day)
	if err != nil {
		return status, err
	}
	status.Decks = make([]DeckStatus, len(all))
	for i, d := range all {
		news, reviews := room.left(i)
		if status.Decks[i], err = source.deckStatus(ctx, d, now.Day, news, reviews); err != nil {
			return status, err
		}
	}
	status.All = room.sum(status.Decks)
	if status.Reviewed, err = s.answers(ctx, now.Day); err != nil {
		return status, err
	}
	if status.Streak, err = s.streak(ctx, now.Day); err != nil {
		return status, err
	}
	if status.Forecast, err = source.Load(ctx, now.Day, max(forecastDays, 1)); err != nil {
		return status, err
	}
	var waiting int
	err = s.db.QueryRowContext(ctx, `SELECT coalesce(sum(cards), 0) FROM load WHERE day < ? AND `+unshelved, now.Day).Scan(&waiting)
	status.Forecast[0] += waiting
	return status, explain("count what waits", err)
}

// deckStatus counts a deck's own cards, as far as the limits go. The live ones
// stand at the positions from 0 on: to count them all would take a tenth of a
// second for each million.
func (q *source) deckStatus(ctx context.Context, d Deck, today scheduler.Day, news, reviews int) (DeckStatus, error) {
	one := DeckStatus{Name: d.Name, Title: cmp.Or(d.Title, d.Name), Shelved: d.Shelved}
	type part struct {
		target *int
		query  string
		args   []any
	}
	parts := []part{
		{&one.Retired, `SELECT count(*) FROM cards WHERE deck = ? AND retired = 1`, []any{d.id}},
		{&one.Suspended, `SELECT count(*) FROM memory m WHERE m.suspended = 1 AND m.deck = ?
			AND NOT EXISTS (SELECT 1 FROM cards c WHERE c.id = m.card AND c.retired = 1)`, []any{d.id}},
	}
	if !d.Retired {
		parts = append(parts, part{&one.Cards, `SELECT coalesce((SELECT position + 1 FROM cards
			WHERE deck = ? AND retired = 0 ORDER BY position DESC LIMIT 1), 0)`, []any{d.id}})
	}
	if d.Live() {
		parts = append(parts,
			part{&one.Learning, `SELECT count(*) FROM memory
				WHERE deck = ? AND state IN (1, 3) AND hidden = 0 AND due_day <= ? AND buried < ?`, []any{d.id, today, today}},
			part{&one.New, `SELECT count(*) FROM (SELECT 1 FROM cards c LEFT JOIN memory m ON m.card = c.id
				WHERE c.deck = ? AND c.fresh = 1 AND coalesce(m.buried, 0) < ?` + limited + `)`, []any{d.id, today, news}},
			part{&one.Due, `SELECT count(*) FROM (SELECT 1 FROM memory
				WHERE deck = ? AND state = 2 AND hidden = 0 AND due_day <= ? AND buried < ?` + limited + `)`, []any{d.id, today, today, reviews}})
	}
	for _, p := range parts {
		rows, err := q.query(ctx, p.query, p.args...)
		_, err = collect(rows, err, func(rows *sql.Rows) (none struct{}, err error) { return none, rows.Scan(p.target) })
		if err != nil {
			return one, explain("count deck "+d.Name, err)
		}
	}
	return one, nil
}

// room is what today's limits leave each deck, over all decks in it.
type room struct {
	around        []int // by deck: the live deck around it, or -1
	news, reviews []int
}

// room lays today's limits against what was done, and stretches them by what
// the exams ahead need of the day.
func (s *Store) room(ctx context.Context, all []Deck, today scheduler.Day) (room, error) {
	r := room{around: make([]int, len(all)), news: make([]int, len(all)), reviews: make([]int, len(all))}
	source := s.Source()
	done, err := source.Done(ctx, today)
	if err != nil {
		return r, err
	}
	scopes, err := readScopes(ctx, s.db)
	if err != nil {
		return r, explain("read the options", err)
	}
	needNew, needReviews := make([]int, len(all)), make([]int, len(all))
	options := make([]scheduler.Options, len(all))
	byName := map[string]int64{} // one more than the index
	for i, d := range all {
		r.around[i] = -1
		if !d.Live() {
			continue
		}
		r.around[i] = int(around(byName, d.Name)) - 1
		byName[d.Name] = int64(i + 1)
		if options[i], err = scopes.resolve(d.Name); err != nil {
			return r, err
		}
		if options[i].Exam <= today {
			continue
		}
		waiting, err := source.Waiting(ctx, session.Query{Deck: d.id, Day: today, Limit: math.MaxInt32})
		if err != nil {
			return r, err
		}
		waiting.Unseen += done.New[d.id]
		waiting.Due += done.Reviews[d.id]
		needNew[i], needReviews[i] = options[i].Needs(today, waiting)
	}
	doneNew, doneReviews := make([]int, len(all)), make([]int, len(all))
	for i := len(all) - 1; i >= 0; i-- { // each before the deck around it
		doneNew[i] += done.New[all[i].id]
		doneReviews[i] += done.Reviews[all[i].id]
		r.news[i] = max(0, scheduler.Stretch(options[i].New, needNew[i])-doneNew[i])
		r.reviews[i] = max(0, scheduler.Stretch(options[i].Reviews, needReviews[i])-doneReviews[i])
		if outer := r.around[i]; outer >= 0 {
			doneNew[outer] += doneNew[i]
			doneReviews[outer] += doneReviews[i]
			needNew[outer] += needNew[i]
			needReviews[outer] += needReviews[i]
		}
	}
	return r, nil
}

// left is how many new cards and reviews a deck may still ask today, within the
// limits of the decks around it.
func (r room) left(deck int) (news, reviews int) {
	news, reviews = r.news[deck], r.reviews[deck]
	for outer := r.around[deck]; outer >= 0; outer = r.around[outer] {
		news, reviews = min(news, r.news[outer]), min(reviews, r.reviews[outer])
	}
	return news, reviews
}

// sum adds to each deck what those below it give, as far as its limits go, and
// gives the sum of all.
func (r room) sum(decks []DeckStatus) (all DeckStatus) {
	for i := len(decks) - 1; i >= 0; i-- { // each before the deck around it
		news, reviews := r.left(i)
		decks[i].New, decks[i].Due = min(decks[i].New, news), min(decks[i].Due, reviews)
		if outer := r.around[i]; outer >= 0 {
			decks[outer].add(decks[i])
		} else {
			all.add(decks[i])
		}
	}
	return all
}

// answers counts the answers of a day, undone ones and cramming left out.
func (s *Store) answers(ctx context.Context, day scheduler.Day) (n int, err error) {
	err = s.db.QueryRowContext(ctx, `SELECT count(*) FROM log l WHERE `+answered, day).Scan(&n)
	return n, explain("count the day's answers", err)
}

const (
	answered   = `l.day = ? AND ` + isAnswer
	answeredOn = `EXISTS (SELECT 1 FROM log l WHERE ` + isAnswer + ` AND l.day = `
	isAnswer   = `l.kind = 'grade' AND l.mode = 'review' AND NOT EXISTS (SELECT 1 FROM voided v WHERE v.id = l.id)`
)

// streak looks back day by day, as far as it goes: to yesterday at least.
func (s *Store) streak(ctx context.Context, today scheduler.Day) (days int, err error) {
	err = s.db.QueryRowContext(ctx, `WITH RECURSIVE streak (day, learnt) AS (
			SELECT ?1, `+answeredOn+`?1)
			UNION ALL
			SELECT day - 1, `+answeredOn+`streak.day - 1) FROM streak WHERE learnt OR day = ?1)
		SELECT sum(learnt) FROM streak`, today).Scan(&days)
	return days, explain("count the streak", err)
}
