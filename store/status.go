package store

import (
	"cmp"
	"context"
	"database/sql"
	"math"
	"slices"

	"kartei/scheduler"
	"kartei/scheduler/session"
)

// A Status is today at a glance.
type Status struct {
	Day      scheduler.Day
	Reviewed int          // answers today
	Streak   int          // days in a row with an answer, up to today or yesterday
	Forecast []int        // reviews that fall on today (with all that waits), tomorrow, …
	Decks    []DeckStatus // by name, with the folders that limit their decks
	All      DeckStatus   // without name: what a session of all decks would ask
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
	scopes, err := readScopes(ctx, s.db)
	if err != nil {
		return status, explain("read the options", err)
	}
	all = scopes.withFolders(all)
	room, err := s.room(ctx, all, scopes, now.Day)
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
	news, reviews quota
}

// A quota is, by deck with all decks in it, how many cards of a kind a day may
// bring, how many it has to bring for the exams ahead, and how many it has brought.
type quota struct{ limit, need, done []int }

func newQuota(decks int) quota {
	return quota{make([]int, decks), make([]int, decks), make([]int, decks)}
}

// left is how many more a deck may bring if exams need so many of the day.
func (q quota) left(deck, need int) int {
	return max(0, scheduler.Stretch(q.limit[deck], need)-q.done[deck])
}

// pass counts what a deck needs and has brought for the deck around it, too.
func (q quota) pass(deck, around int) {
	q.need[around] += q.need[deck]
	q.done[around] += q.done[deck]
}

// room lays today's limits against what was done, and finds what the exams ahead
// need of the day.
func (s *Store) room(ctx context.Context, all []Deck, scopes scopes, today scheduler.Day) (room, error) {
	r := room{around: make([]int, len(all)), news: newQuota(len(all)), reviews: newQuota(len(all))}
	source := s.Source()
	done, err := source.Done(ctx, today)
	if err != nil {
		return r, err
	}
	byName := map[string]int64{} // one more than the index
	for i, d := range all {
		r.around[i] = -1
		r.news.done[i], r.reviews.done[i] = done.New[d.id], done.Reviews[d.id]
		if !d.Live() {
			continue
		}
		r.around[i] = int(around(byName, d.Name)) - 1
		byName[d.Name] = int64(i + 1)
		options, err := scopes.resolve(d.Name)
		if err != nil {
			return r, err
		}
		r.news.limit[i], r.reviews.limit[i] = options.New, options.Reviews
		if options.Exam <= today {
			continue
		}
		waiting, err := source.Waiting(ctx, session.Query{Deck: d.id, Day: today, Limit: math.MaxInt32})
		if err != nil {
			return r, err
		}
		waiting.Unseen += done.New[d.id]
		waiting.Due += done.Reviews[d.id]
		r.news.need[i], r.reviews.need[i] = options.Needs(today, waiting)
	}
	for i, outer := range slices.Backward(r.around) { // each before the deck around it
		if outer >= 0 {
			r.news.pass(i, outer)
			r.reviews.pass(i, outer)
		}
	}
	return r, nil
}

// left is how many new cards and reviews a deck may bring by its own limits.
func (r room) left(deck int) (news, reviews int) {
	return r.news.left(deck, r.news.need[deck]), r.reviews.left(deck, r.reviews.need[deck])
}

// sum adds to each deck what those below it give, as far as its limits go, and
// gives the sum of all. Then it keeps each within the limits of the decks around
// it: a session of a deck stretches them by what its own exams need, not by those
// of the decks beside it.
func (r room) sum(decks []DeckStatus) (all DeckStatus) {
	for i, outer := range slices.Backward(r.around) { // each before the deck around it
		news, reviews := r.left(i)
		decks[i].New, decks[i].Due = min(decks[i].New, news), min(decks[i].Due, reviews)
		if outer >= 0 {
			decks[outer].add(decks[i])
		} else {
			all.add(decks[i])
		}
	}
	for i := range decks {
		for outer := r.around[i]; outer >= 0; outer = r.around[outer] {
			decks[i].New = min(decks[i].New, r.news.left(outer, r.news.need[i]))
			decks[i].Due = min(decks[i].Due, r.reviews.left(outer, r.reviews.need[i]))
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
