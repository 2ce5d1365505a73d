package store

import (
	"context"

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
}

// A DeckStatus counts a deck's own cards, without those of decks below it.
type DeckStatus struct {
	Name, Title string
	Cards       int // live ones
	New         int // that today's limits still let in
	Learning    int // in their steps, due today
	Due         int // in review, that today's limits still let in
	Suspended   int
	Retired     int
	Shelved     bool // none of the cards is asked
}

// Status counts what there is to do.
func (s *Store) Status(ctx context.Context, now scheduler.Moment, forecastDays int) (Status, error) {
	status := Status{Day: now.Day}
	source := s.Source()
	done, err := source.Done(ctx, now.Day)
	if err != nil {
		return status, err
	}
	all, err := s.Decks(ctx)
	if err != nil {
		return status, err
	}
	scopes, err := readScopes(ctx, s.db)
	if err != nil {
		return status, explain("read the options", err)
	}
	room := room{scopes: scopes, decks: all, done: done}
	if err := room.exams(ctx, source, now.Day); err != nil {
		return status, err
	}
	for _, d := range all {
		one, err := s.deckStatus(ctx, d, now.Day, room)
		if err != nil {
			return status, err
		}
		status.Decks = append(status.Decks, one)
	}
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

func (s *Store) deckStatus(ctx context.Context, d Deck, today scheduler.Day, room room) (DeckStatus, error) {
	one := DeckStatus{Name: d.Name, Title: d.Title, Shelved: d.Shelved}
	if one.Title == "" {
		one.Title = d.Name
	}
	news, reviews, err := room.left(d)
	if err != nil {
		return one, err
	}
	if d.Shelved {
		news, reviews = 0, 0
	}
	for _, part := range []struct {
		target *int
		query  string
		args   []any
	}{
		{&one.Cards, `SELECT count(*) FROM cards WHERE deck = ?`, []any{d.id}},
		{&one.Retired, `SELECT count(*) FROM cards WHERE deck = ? AND retired = 1`, []any{d.id}},
		{&one.Suspended, `SELECT count(*) FROM memory m WHERE m.suspended = 1 AND m.deck = ?
			AND NOT EXISTS (SELECT 1 FROM cards c WHERE c.id = m.card AND c.retired = 1)`, []any{d.id}},
		{&one.Learning, `SELECT count(*) FROM memory WHERE deck = ? AND state IN (1, 3) AND hidden = 0 AND due_day <= ? AND buried < ?`, []any{d.id, today, today}},
		{&one.New, `SELECT count(*) FROM (SELECT 1 FROM cards c LEFT JOIN memory m ON m.card = c.id
			WHERE c.deck = ? AND c.fresh = 1 AND coalesce(m.buried, 0) < ? LIMIT ?)`, []any{d.id, today, news}},
		{&one.Due, `SELECT count(*) FROM (SELECT 1 FROM memory
			WHERE deck = ? AND state = 2 AND hidden = 0 AND due_day <= ? AND buried < ? LIMIT ?)`, []any{d.id, today, today, reviews}},
	} {
		if err := s.db.QueryRowContext(ctx, part.query, part.args...).Scan(part.target); err != nil {
			return one, explain("count deck "+d.Name, err)
		}
	}
	one.Cards -= one.Retired
	return one, nil
}

// room is what today's limits leave.
type room struct {
	scopes scopes
	decks  []Deck
	done   session.Done
	needs  map[int64][2]int // new cards and reviews that an exam needs today, by deck
}

// exams finds what the exams ahead need of the day.
func (r *room) exams(ctx context.Context, source session.Source, today scheduler.Day) error {
	r.needs = map[int64][2]int{}
	for _, d := range r.decks {
		options, err := r.scopes.resolve(d.Name)
		if err != nil {
			return err
		}
		if !d.Live() || options.Exam <= today {
			continue
		}
		waiting, err := source.Waiting(ctx, session.Query{Deck: d.id, Day: today})
		if err != nil {
			return err
		}
		waiting.Unseen += r.done.New[d.id]
		waiting.Due += r.done.Reviews[d.id]
		news, reviews := options.Needs(today, waiting)
		r.needs[d.id] = [2]int{news, reviews}
	}
	return nil
}

// left gives how many new cards and reviews a deck may still ask today: what
// its own limits leave, and those of the decks around it, each counted over all
// decks below.
func (r room) left(d Deck) (news, reviews int, err error) {
	news, reviews = 1<<30, 1<<30
	for _, outer := range r.decks {
		if !outer.Live() || !within(d.Name, outer.Name) {
			continue
		}
		options, err := r.scopes.resolve(outer.Name)
		if err != nil {
			return 0, 0, err
		}
		doneNew, doneReviews, needNew, needReviews := 0, 0, 0, 0
		for _, inner := range r.decks {
			if within(inner.Name, outer.Name) {
				doneNew += r.done.New[inner.id]
				doneReviews += r.done.Reviews[inner.id]
				needNew += r.needs[inner.id][0]
				needReviews += r.needs[inner.id][1]
			}
		}
		news = min(news, scheduler.Stretch(options.New, needNew)-doneNew)
		reviews = min(reviews, scheduler.Stretch(options.Reviews, needReviews)-doneReviews)
	}
	return max(news, 0), max(reviews, 0), nil
}

// answers counts the answers of a day, undone ones and cramming left out.
func (s *Store) answers(ctx context.Context, day scheduler.Day) (n int, err error) {
	err = s.db.QueryRowContext(ctx, `SELECT count(*) FROM log l WHERE `+answered, day).Scan(&n)
	return n, explain("count the day's answers", err)
}

const answered = `l.day = ? AND l.kind = 'grade' AND l.mode = 'review' AND NOT EXISTS (SELECT 1 FROM voided v WHERE v.id = l.id)`

// streak looks back day by day, as far as it goes.
func (s *Store) streak(ctx context.Context, today scheduler.Day) (days int, err error) {
	for day := today; ; day-- {
		var any bool
		err := s.db.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM log l WHERE `+answered+`)`, day).Scan(&any)
		if err != nil {
			return days, explain("count the streak", err)
		}
		switch {
		case any:
			days++
		case day < today:
			return days, nil
		}
	}
}
