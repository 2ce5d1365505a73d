package store

import (
	"cmp"
	"context"
	"slices"

	"kartei/scheduler"
	"kartei/scheduler/session"
	"kartei/store/sqlite"
)

// A Status is today at a glance.
type Status struct {
	Day      scheduler.Day
	Reviewed int                // answers today
	Streak   int                // days in a row with an answer, up to today or yesterday
	Decks    []DeckStatus       // by name, with the folders that limit their decks
	All      DeckStatus         // without name: what a session of all decks would ask
	Forecast []session.Forecast // of all decks: tomorrow, the day after, …
}

// A DeckStatus counts a deck together with the decks below it. Count is what a
// session of the deck would ask.
type DeckStatus struct {
	Name, Title string
	session.Count
	Cards     int // live ones
	Suspended int
	Retired   int
	Shelved   bool // none of the deck's own cards is asked
}

// Status counts what there is to do.
func (s *Store) Status(ctx context.Context, now scheduler.Moment, forecastDays int) (Status, error) {
	status := Status{Day: now.Day}
	all, scopes, err := s.deckTree(ctx)
	if err != nil {
		return status, err
	}
	source := &source{s: s}
	around := aroundEach(all)
	status.Decks = make([]DeckStatus, len(all))
	for i, d := range all {
		if status.Decks[i], err = source.deckStatus(ctx, d); err != nil {
			return status, err
		}
	}
	for i, outer := range slices.Backward(around) { // each before the deck around it
		if outer < 0 {
			status.All.add(status.Decks[i])
		} else {
			status.Decks[outer].add(status.Decks[i])
		}
	}
	if err := s.count(ctx, &status, all, scopes, now, forecastDays); err != nil {
		return status, err
	}
	if status.Reviewed, err = s.answers(ctx, now.Day); err != nil {
		return status, err
	}
	status.Streak, err = s.streak(ctx, now.Day)
	return status, err
}

// count counts what sessions would ask, of each deck, of all, and on the days
// ahead.
func (s *Store) count(ctx context.Context, status *Status, all []Deck, scopes scopes, now scheduler.Moment, days int) error {
	tree, err := s.sessionDecks(all, scopes)
	if err != nil {
		return err
	}
	counter := session.NewCounter(s.Source(), tree, now)
	for i, d := range all {
		if !d.Live() {
			continue
		}
		if status.Decks[i].Count, err = counter.Count(ctx, session.Settings{Decks: []int64{d.id}, Seed: s.config.Seed}); err != nil {
			return err
		}
	}
	if status.All.Count, err = counter.Count(ctx, session.Settings{Seed: s.config.Seed}); err != nil || days == 0 {
		return err
	}
	status.Forecast, err = counter.Ahead(ctx, session.Settings{Seed: s.config.Seed}, days)
	return err
}

func (d *DeckStatus) add(other DeckStatus) {
	d.Cards += other.Cards
	d.Suspended += other.Suspended
	d.Retired += other.Retired
}

// aroundEach is, by deck, the live deck around it, or -1.
func aroundEach(all []Deck) []int {
	outer := make([]int, len(all))
	byName := map[string]int64{} // one more than the index
	for i, d := range all {
		outer[i] = -1
		if d.Live() {
			outer[i] = int(around(byName, d.Name)) - 1
			byName[d.Name] = int64(i + 1)
		}
	}
	return outer
}

// deckStatus counts a deck's own cards. The live ones stand at the positions from
// 0 on: to count them all would take a tenth of a second for each million.
func (q *source) deckStatus(ctx context.Context, d Deck) (DeckStatus, error) {
	one := DeckStatus{Name: d.Name, Title: cmp.Or(d.Title, d.Name), Shelved: d.Shelved}
	parts := []struct {
		target *int
		query  string
	}{
		{&one.Retired, `SELECT count(*) FROM cards WHERE deck = ? AND retired = 1`},
		{&one.Suspended, `SELECT count(*) FROM memory m WHERE m.suspended = 1 AND m.deck = ?
			AND NOT EXISTS (SELECT 1 FROM cards c WHERE c.id = m.card AND c.retired = 1)`},
		{&one.Cards, `SELECT coalesce((SELECT position + 1 FROM cards WHERE deck = ? AND retired = 0 ORDER BY position DESC LIMIT 1), 0)`},
	}
	for _, p := range parts {
		if p.target == &one.Cards && d.Retired {
			continue
		}
		if err := q.one(ctx, "count deck "+d.Name, []any{p.target}, p.query, d.id); err != nil {
			return one, err
		}
	}
	return one, nil
}

// answers counts the answers of a day, undone ones and cramming left out.
func (s *Store) answers(ctx context.Context, day scheduler.Day) (n int, err error) {
	err = s.db.QueryRowContext(ctx, `SELECT count(*) FROM log l WHERE `+answered, day).Scan(&n)
	return n, sqlite.Explain("count the day's answers", err)
}

const (
	answered   = `l.day = ? AND ` + isAnswer
	answeredOn = `EXISTS (SELECT 1 FROM log l WHERE ` + isAnswer + ` AND l.day = `
	isAnswer   = `l.kind = 'grade' AND l.mode = 'review' AND ` + stands
	stands     = `NOT EXISTS (SELECT 1 FROM voided v WHERE v.id = l.id)`
)

// streak looks back day by day, as far as it goes: to yesterday at least.
func (s *Store) streak(ctx context.Context, today scheduler.Day) (days int, err error) {
	err = s.db.QueryRowContext(ctx, `WITH RECURSIVE streak (day, learnt) AS (
			SELECT ?1, `+answeredOn+`?1)
			UNION ALL
			SELECT day - 1, `+answeredOn+`streak.day - 1) FROM streak WHERE learnt OR day = ?1)
		SELECT sum(learnt) FROM streak`, today).Scan(&days)
	return days, sqlite.Explain("count the streak", err)
}
