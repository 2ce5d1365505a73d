package session

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"kartei/scheduler"
)

// A collection is a Source in memory with a log: what a store does, in the
// plainest way.
type collection struct {
	cards   []*item
	byID    map[string]*item
	log     []entry
	queries int
	longest int // answer to a query
}

type item struct {
	Candidate
	suspended bool
	retired   bool
	buried    scheduler.Day
}

// reset is what makes a card new again, which no session does.
const reset EventKind = 100

type entry struct {
	card   *item
	before scheduler.Memory
	grade  scheduler.Grade
	now    scheduler.Moment
	kind   EventKind
	cram   bool
}

func (c *collection) add(card Candidate) *item {
	if c.byID == nil {
		c.byID = make(map[string]*item)
	}
	it := &item{Candidate: card, buried: -1}
	c.cards = append(c.cards, it)
	c.byID[card.Card] = it
	return it
}

// fill adds n new cards to a deck, so many to a fact.
func (c *collection) fill(deck int64, n, perFact int) {
	for i := range n {
		c.add(Candidate{
			Card: fmt.Sprintf("d%d-%04d", deck, i), Fact: deck*100_000 + int64(i/perFact),
			Deck: deck, Position: int64(i),
		})
	}
}

func (c *collection) append(e entry, after scheduler.Memory) {
	e.before = e.card.Memory
	c.log = append(c.log, e)
	switch {
	case e.kind == Buried:
		e.card.buried = e.now.Day
	case e.kind == Suspended:
		e.card.suspended = true
	case !e.cram:
		e.card.Memory = after
	}
}

func (c *collection) undo() {
	e := c.log[len(c.log)-1]
	c.log = c.log[:len(c.log)-1]
	switch e.kind {
	case Buried:
		e.card.buried = -1
	case Suspended:
		e.card.suspended = false
	default:
		e.card.Memory = e.before
	}
}

func (c *collection) Done(_ context.Context, day scheduler.Day) (done []Answered, _ error) {
	for _, e := range c.log {
		if e.now.Day != day || e.cram || e.kind == Buried || e.kind == Suspended {
			continue
		}
		i := slices.IndexFunc(done, func(a Answered) bool { return a.Card == e.card.Card })
		if e.kind == reset {
			if i >= 0 {
				done = slices.Delete(done, i, i+1)
			}
			continue
		}
		if i < 0 {
			i = len(done)
			done = append(done, Answered{Card: e.card.Card, Fact: e.card.Fact, Deck: e.card.Deck, State: e.before.State})
		}
		done[i].Missed = e.grade == scheduler.Again
		done[i].Gone = e.card.retired
	}
	return done, nil
}

func (c *collection) Learning(_ context.Context, q Query) ([]Candidate, error) {
	got := c.pick(q, func(m scheduler.Memory) bool { return inSteps(m) && (m.DueDay <= q.Until || q.Astray(m)) })
	slices.SortStableFunc(got, func(a, b Candidate) int { return cmp.Compare(a.Memory.Due, b.Memory.Due) })
	return got, nil
}

func (c *collection) Due(_ context.Context, q Query) ([]Candidate, error) {
	return c.sorted(q, func(m scheduler.Memory) bool { return m.State == scheduler.Review && m.DueDay <= q.Until }), nil
}

func (c *collection) New(_ context.Context, q Query) ([]Candidate, error) {
	return c.sorted(q, func(m scheduler.Memory) bool { return m.State == scheduler.New }), nil
}

func (c *collection) Any(_ context.Context, q Query) ([]Candidate, error) {
	return c.sorted(q, func(scheduler.Memory) bool { return true }), nil
}

func (c *collection) Cards(_ context.Context, day scheduler.Day, ids []string) (got []Candidate, _ error) {
	for _, id := range ids {
		if it := c.byID[id]; it != nil && it.free(day) {
			got = append(got, it.Candidate)
		}
	}
	return got, nil
}

// free reports whether a card may be asked on a day.
func (it *item) free(day scheduler.Day) bool { return !it.suspended && !it.retired && it.buried != day }

func (c *collection) Waiting(_ context.Context, q Query) (w scheduler.Waiting, _ error) {
	for _, it := range c.cards {
		if it.Deck != q.Deck || !it.free(q.Day) {
			continue
		}
		switch m := it.Memory; {
		case m.State == scheduler.New:
			w.Unseen++
		case m.State == scheduler.Review && m.DueDay <= q.Until:
			w.Due++
		}
	}
	return scheduler.Waiting{Unseen: min(w.Unseen, q.Limit), Due: min(w.Due, q.Limit)}, nil
}

func (c *collection) Heads(_ context.Context, decks []int64) (map[int64]Head, error) {
	heads := map[int64]Head{}
	facts := map[int64]bool{}
	for _, it := range c.cards {
		if !slices.Contains(decks, it.Deck) || it.retired {
			continue
		}
		h, m := heads[it.Deck], it.Memory
		h.Related = h.Related || facts[it.Fact]
		facts[it.Fact] = true
		h.Steps = h.Steps || inSteps(m)
		h.New = h.New || m.State == scheduler.New
		if m.State == scheduler.Review && (h.Due == 0 || m.DueDay < h.Due) {
			h.Due = m.DueDay
		}
		heads[it.Deck] = h
	}
	return heads, nil
}

func (c *collection) Next(_ context.Context, q Query) (next scheduler.Day, _ error) {
	for _, it := range c.cards {
		if m := it.Memory; it.Deck == q.Deck && !it.suspended && !it.retired && m.State != scheduler.New && m.DueDay > q.Day && (next == 0 || m.DueDay < next) {
			next = m.DueDay
		}
	}
	return next, nil
}

// sketch is what a partial candidate says.
func sketch(c Candidate) Candidate {
	m := c.Memory
	c.Memory = scheduler.Memory{State: m.State, Stability: m.Stability, LastDay: m.LastDay, DueDay: m.DueDay}
	c.Siblings, c.Partial = nil, true
	return c
}

func (c *collection) Load(_ context.Context, first scheduler.Day, days int) ([]int, error) {
	load := make([]int, days)
	for _, it := range c.cards {
		if i := int(it.Memory.DueDay - first); it.Memory.State == scheduler.Review && i >= 0 && i < days {
			load[i]++
		}
	}
	return load, nil
}

func (c *collection) pick(q Query, ok func(scheduler.Memory) bool) []Candidate {
	var got []Candidate
	for _, it := range c.cards {
		if it.Deck == q.Deck && it.free(q.Day) && ok(it.Memory) {
			got = append(got, it.Candidate)
		}
	}
	return got
}

func (c *collection) sorted(q Query, ok func(scheduler.Memory) bool) []Candidate {
	got := c.pick(q, ok)
	key := func(x Candidate) float64 {
		m := x.Memory
		switch q.Order {
		case Urgent:
			return -float64(q.Day-m.LastDay) / m.Stability
		case Oldest:
			return float64(m.DueDay)
		case Shortest:
			return float64(m.Interval())
		case Longest:
			return -float64(m.Interval())
		case Hardest:
			return -m.Difficulty
		case Easiest:
			return m.Difficulty
		case Shuffled:
			return scheduler.Dice(x.Card, q.Seed*31)
		}
		return float64(x.Position)
	}
	slices.SortStableFunc(got, func(a, b Candidate) int { return cmp.Compare(key(a), key(b)) })
	got = got[:min(len(got), q.Limit)]
	if q.Partial {
		for i := range got {
			got[i] = sketch(got[i])
		}
	}
	c.queries++
	c.longest = max(c.longest, len(got))
	return got
}

// start is a morning, a Monday.
var start = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)

func at(t time.Time) scheduler.Moment { return scheduler.DefaultCalendar.Moment(t) }

// A tester is a *testing.T, B or a *rapid.T.
type tester interface {
	Helper()
	Fatal(...any)
}

func policy(t tester, change func(*scheduler.Options)) *scheduler.Policy {
	t.Helper()
	o := scheduler.Defaults()
	if change != nil {
		change(&o)
	}
	p, err := scheduler.NewPolicy(o, scheduler.DefaultCalendar)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func open(t tester, c *collection, decks []Deck, set Settings, now scheduler.Moment) *Session {
	t.Helper()
	s, err := Open(context.Background(), c, decks, set, now)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// next says what to do now, once the next cards are read.
func next(t tester, s *Session, now scheduler.Moment) Step {
	t.Helper()
	for {
		step := s.Next(now)
		if step.Kind != Fetch {
			return step
		}
		if _, err := s.Fetch(context.Background()); err != nil {
			t.Fatal(err)
		}
	}
}

// answer grades the card being asked, stores it, and commits it.
func answer(t tester, s *Session, c *collection, g scheduler.Grade, now scheduler.Moment, took time.Duration) Answer {
	t.Helper()
	a, err := s.Grade(g, now, took)
	if err != nil {
		t.Fatal(err)
	}
	c.append(entry{card: c.byID[a.Card.Card], grade: g, now: now, cram: a.Cram}, a.Outcome.Memory)
	if err := s.Commit(a); err != nil {
		t.Fatal(err)
	}
	return a
}

// drain answers everything with a grade at a standing clock and returns the
// ids in the order in which they were asked.
func drain(t tester, s *Session, c *collection, g scheduler.Grade, now scheduler.Moment) []string {
	t.Helper()
	var asked []string
	for next(t, s, now).Kind == Ask {
		asked = append(asked, answer(t, s, c, g, now, time.Second).Card.Card)
		if len(asked) > 100_000 {
			t.Fatal("the session does not end")
		}
	}
	return asked
}
