package queue

import (
	"cmp"
	"context"
	"database/sql"
	"slices"

	"kartei/scheduler"
	"kartei/scheduler/session"
	"kartei/store/sqlite"
	"kartei/store/table"
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
	Archived  bool // none of the deck's own cards is asked
}

// Status counts what there is to do, in decks by name of which these are the live
// ones as sessions need them. Seed is that of the sessions.
func (q *Queue) Status(
	ctx context.Context, all []Deck, tree []session.Deck, seed uint64, now scheduler.Moment, forecastDays int,
) (Status, error) {
	status := Status{Day: now.Day}
	around := aroundEach(all)
	var err error
	if status.Decks, err = q.deckStatus(ctx, all); err != nil {
		return status, err
	}
	for i, outer := range slices.Backward(around) { // each before the deck around it
		if outer < 0 {
			status.All.add(status.Decks[i])
		} else {
			status.Decks[outer].add(status.Decks[i])
		}
	}
	err = status.count(ctx, session.NewCounter(q, tree, now), all, seed, forecastDays)
	if err != nil {
		return status, err
	}
	if status.Reviewed, err = q.answers(ctx, now.Day); err != nil {
		return status, err
	}
	status.Streak, err = q.streak(ctx, now.Day)
	return status, err
}

// count counts what sessions would ask, of each deck, of all, and on the days
// ahead.
func (s *Status) count(ctx context.Context, counter *session.Counter, all []Deck, seed uint64, days int) (err error) {
	for i, d := range all {
		if !d.Live() {
			continue
		}
		if s.Decks[i].Count, err = counter.Count(ctx, session.Settings{Decks: []int64{d.ID}, Seed: seed}); err != nil {
			return err
		}
	}
	if s.All.Count, err = counter.Count(ctx, session.Settings{Seed: seed}); err != nil || days == 0 {
		return err
	}
	s.Forecast, err = counter.Ahead(ctx, session.Settings{Seed: seed}, days)
	return err
}

func (d *DeckStatus) add(other DeckStatus) {
	d.Cards += other.Cards
	d.Suspended += other.Suspended
	d.Retired += other.Retired
}

// A Deck is a deck as it is counted, or a folder that limits its decks.
type Deck struct {
	ID          int64
	Name, Title string
	Random      bool // its new cards come in random order
	Missing     bool // gone from its files
	Archived    bool // the learner put it away
}

// Live reports whether the deck's cards are asked.
func (d *Deck) Live() bool { return !d.Missing && !d.Archived }

// Tree returns the live ones of decks by name as a session needs them: with their
// policies, and each below the nearest deck around it.
func Tree(all []Deck, policy func(deck string) (*scheduler.Policy, error)) (tree []session.Deck, err error) {
	ids := map[string]int64{}
	for _, d := range all {
		if !d.Live() {
			continue
		}
		p, err := policy(d.Name)
		if err != nil {
			return nil, err
		}
		ids[d.Name] = d.ID
		tree = append(tree, session.Deck{ID: d.ID, Parent: around(ids, d.Name), Policy: p, Random: d.Random})
	}
	return tree, nil
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

// deckStatus counts the own cards of each deck. The live ones stand at the positions
// from 0 on: to count them all would take a tenth of a second for each million.
func (q *Queue) deckStatus(ctx context.Context, all []Deck) ([]DeckStatus, error) {
	status, index := make([]DeckStatus, len(all)), make(map[int64]int, len(all))
	for i, d := range all {
		status[i] = DeckStatus{Name: d.Name, Title: cmp.Or(d.Title, d.Name), Archived: d.Archived}
		index[d.ID] = i
	}
	rows, err := q.db.Query(ctx, `SELECT d.id,
			(SELECT count(*) FROM cards WHERE deck = d.id AND retired = 1),
			(SELECT count(*) FROM memory m WHERE m.suspended = 1 AND m.deck = d.id
				AND NOT EXISTS (SELECT 1 FROM cards c WHERE c.id = m.card AND c.retired = 1)),
			coalesce((SELECT position + 1 FROM cards WHERE deck = d.id AND retired = 0 ORDER BY position DESC LIMIT 1), 0)
		FROM decks d`)
	err = sqlite.Each(rows, err, func(rows *sql.Rows) error {
		var deck int64
		var of DeckStatus
		if err := rows.Scan(&deck, &of.Retired, &of.Suspended, &of.Cards); err != nil {
			return err
		}
		i, known := index[deck]
		if !known { // it came meanwhile
			return nil
		}
		if all[i].Missing {
			of.Cards = 0
		}
		status[i].add(of)
		return nil
	})
	return status, sqlite.Explain("count the decks", err)
}

// answers counts the answers of a day, undone ones and cramming left out.
func (q *Queue) answers(ctx context.Context, day scheduler.Day) (n int, err error) {
	err = q.db.QueryRowContext(ctx, `SELECT count(*) FROM log l WHERE l.day = ? AND `+table.IsAnswer, day).Scan(&n)
	return n, sqlite.Explain("count the day's answers", err)
}

// A Run is how the learner has been at it.
type Run struct {
	Streak int   // as in Status
	Days   []int // answers of the last days, the last of them today
}

// Run looks back on so many days.
func (q *Queue) Run(ctx context.Context, today scheduler.Day, days int) (run Run, err error) {
	run.Days = make([]int, days)
	for i := range days {
		if run.Days[days-1-i], err = q.answers(ctx, today-scheduler.Day(i)); err != nil {
			return run, err
		}
	}
	run.Streak, err = q.streak(ctx, today)
	return run, err
}

const answeredOn = `EXISTS (SELECT 1 FROM log l WHERE ` + table.IsAnswer + ` AND l.day = `

// streak looks back day by day, as far as it goes: to yesterday at least.
func (q *Queue) streak(ctx context.Context, today scheduler.Day) (days int, err error) {
	err = q.db.QueryRowContext(ctx, `WITH RECURSIVE streak (day, learnt) AS (
			SELECT ?1, `+answeredOn+`?1)
			UNION ALL
			SELECT day - 1, `+answeredOn+`streak.day - 1) FROM streak WHERE learnt OR day = ?1)
		SELECT sum(learnt) FROM streak`, today).Scan(&days)
	return days, sqlite.Explain("count the streak", err)
}

// around finds the nearest deck around another; decks come in order of name, so
// that it is known already.
func around(ids map[string]int64, name string) int64 {
	for i := len(name) - 1; i > 0; i-- {
		if name[i] == '/' {
			if id := ids[name[:i]]; id != 0 {
				return id
			}
		}
	}
	return 0
}
