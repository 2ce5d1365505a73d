package session

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"kartei/scheduler"
)

// A Counter counts what sessions would ask. It counts with the code that they
// gather with, and reads nothing twice, so that many decks that lie in each other
// are counted at about the cost of one session.
type Counter struct {
	source *memo
	decks  []Deck
	now    scheduler.Moment
}

// NewCounter returns a counter for sessions that are opened now. The source must
// not change while it counts.
func NewCounter(source Source, decks []Deck, now scheduler.Moment) *Counter {
	return &Counter{source: remember(source, decks), decks: decks, now: now}
}

// A Count is what a session would ask.
type Count struct {
	Left
	From int64 // nothing before this moment, Unix milliseconds; 0 if there is something now, or nothing at all
}

// Count counts what a session would ask from now until the study day ends, if
// every answer is Good.
func (c *Counter) Count(ctx context.Context, set Settings) (Count, error) {
	s, err := prepare(ctx, c.source, c.decks, set, c.now, toCount)
	if err != nil {
		return Count{}, fmt.Errorf("count what there is to ask: %w", err)
	}
	count := Count{Left: s.Left()}
	if step, _ := s.choose(c.now); step.Kind == Wait && count.New+count.Due == 0 {
		count.From = step.Due
	}
	return count, nil
}

// A Forecast is what a later day is to bring.
type Forecast struct {
	Day scheduler.Day
	Left
	Mature int           // of Due, those that waited scheduler.Mature days or longer; -1: not told
	Time   time.Duration // that it will take, as [Session.TimeLeft] says it; 0 without Settings.Pace
}

// forecast says what a session that was opened for a later day asks.
func forecast(s *Session) Forecast {
	f := Forecast{Day: s.day, Left: s.Left()}
	f.Time, _ = s.TimeLeft()
	if s.Deferred() {
		f.Mature = -1
		return f
	}
	s.remaining(func(card int, queued bool) {
		if m := s.candidates[card].Memory; queued && m.State == scheduler.Review && m.Interval() >= scheduler.Mature {
			f.Mature++
		}
	})
	return f
}

// Ahead counts what the days after today bring, as far as that is planned by
// now: what a session on each of them asks if everything asked before it, today
// and on the days between, does not come back in the meantime. Where very many
// cards wait, all that limits leave of them is worked off in any order,
// and where these have siblings it looks no further than tomorrow: to gather day
// after day would keep the learner waiting.
func (c *Counter) Ahead(ctx context.Context, set Settings, days int) ([]Forecast, error) {
	return c.ahead(ctx, set, days, toCount)
}

// AheadByAge is Ahead, and tells mature reviews from young ones: it takes longer, as
// the cards of each day are gathered. Where very many wait it tells no ages.
func (c *Counter) AheadByAge(ctx context.Context, set Settings, days int) ([]Forecast, error) {
	return c.ahead(ctx, set, days, toAsk)
}

func (c *Counter) ahead(ctx context.Context, set Settings, days int, why purpose) ([]Forecast, error) {
	many, related, err := c.waiting(ctx, set)
	if err != nil {
		return nil, fmt.Errorf("count the days ahead: %w", err)
	}
	if many && related {
		days = min(days, 1)
	}
	if many {
		why = toCount
	}
	view := &laterDay{Source: c.source, today: c.now.Day, last: c.now.Day + scheduler.Day(days),
		taken: map[string]bool{}, gone: map[int64]Left{}, none: map[met]bool{},
		shared: !many && slices.ContainsFunc(c.decks, func(d Deck) bool { return d.Parent != 0 })}
	var all []Forecast
	for i := range days + 1 {
		now := c.now
		now.Day += scheduler.Day(i)
		s, err := prepare(ctx, view, c.decks, set, now, why)
		if err != nil {
			return nil, fmt.Errorf("count the days ahead: %w", err)
		}
		if i > 0 {
			all = append(all, forecast(s))
		}
		view.take(s)
	}
	return all, nil
}

// How many waiting cards are very many: in a few decks that have some, and in many of
// them.
const (
	fewDecks   = 12
	manyInFew  = 4_000
	manyInMany = 400
)

// waiting reports whether many cards wait in the chosen decks, and whether any of
// these has siblings.
func (c *Counter) waiting(ctx context.Context, set Settings) (many, related bool, err error) {
	t, err := newTree(c.decks, set.Decks)
	if err != nil {
		return false, false, err
	}
	heads, err := c.source.Heads(ctx, nil)
	if err != nil {
		return false, false, err
	}
	total, asked := 0, 0
	for _, d := range t.chosen {
		id := t.decks[d].ID
		related = related || heads[id].Related
		if !heads[id].waiting(c.now.Day) {
			continue
		}
		w, err := c.source.Waiting(ctx, Query{Deck: id, Day: c.now.Day, Until: c.now.Day, Limit: manyInFew + 1})
		if err != nil {
			return false, false, err
		}
		total += w.Unseen + w.Due
		if w.Unseen+w.Due > 0 {
			asked++
		}
	}
	return total > manyInFew || total > manyInMany && asked > fewDecks, related, nil
}

// Next is the first day after one on which a card of the chosen decks is due
// that was met already; 0 if there is none.
func (c *Counter) Next(ctx context.Context, set Settings, day scheduler.Day) (next scheduler.Day, err error) {
	t, err := newTree(c.decks, set.Decks)
	if err != nil {
		return 0, err
	}
	heads, err := c.source.Heads(ctx, nil)
	if err != nil {
		return 0, fmt.Errorf("look at the decks: %w", err)
	}
	for _, d := range t.chosen {
		id := t.decks[d].ID
		if !heads[id].Steps && heads[id].Due == 0 {
			continue
		}
		of, err := c.source.Next(ctx, Query{Deck: id, Day: day})
		if err != nil {
			return 0, fmt.Errorf("look for the next day: %w", err)
		}
		if of != 0 && (next == 0 || of < next) {
			next = of
		}
	}
	return next, nil
}

// laterDay is a source as it will be on a later day, when the sessions before took
// what they asked.
type laterDay struct {
	Source
	shared bool // decks share limits, so that only planning tells which cards are taken
	today  scheduler.Day
	last   scheduler.Day
	none   map[met]bool // there are no such cards, up to the last day
	taken  map[string]bool
	gone   map[int64]Left // by deck: how many were taken in all
	missed []Candidate    // of these, those in review that were taken because they were missed
}

// take takes what a session asks.
func (l *laterDay) take(s *Session) {
	for id, left := range s.LeftByDeck() {
		gone := l.gone[id]
		gone.add(left)
		l.gone[id] = gone
	}
	for _, c := range s.candidates {
		l.taken[c.Card] = true
	}
	for _, t := range s.state.learning {
		if c := s.candidates[t.card]; c.Memory.State == scheduler.Review {
			l.missed = append(l.missed, c)
		}
	}
}

func (l *laterDay) Heads(ctx context.Context, decks []int64) (map[int64]Head, error) {
	heads, err := l.Source.Heads(ctx, decks)
	if l.shared {
		heads = maps.Clone(heads)
		for id, h := range heads {
			h.Related = true
			heads[id] = h
		}
	}
	return heads, err
}

func (l *laterDay) Done(ctx context.Context, day scheduler.Day) ([]Answered, error) {
	if day > l.today {
		return nil, nil
	}
	return l.Source.Done(ctx, day)
}

func (l *laterDay) Learning(ctx context.Context, q Query) ([]Candidate, error) {
	return l.anyOf(ctx, steps, q, l.Source.Learning)
}

func (l *laterDay) Due(ctx context.Context, q Query) ([]Candidate, error) {
	return l.anyOf(ctx, reviews, q, l.Source.Due)
}

// A met card is one of those that a deck has of a kind, or of those of the kind
// that are overdue for long.
type met struct {
	kind kind
	deck int64
	late scheduler.Day // before the day
}

// anyOf asks for cards that were met. A day has all that the days before it have:
// of what the last one has nothing it asks only once.
func (l *laterDay) anyOf(
	ctx context.Context, k kind, q Query, from func(context.Context, Query) ([]Candidate, error),
) ([]Candidate, error) {
	none, err := once(l.none, met{k, q.Deck, q.Day - q.Until}, func() (bool, error) {
		end := q
		end.Day, end.Until, end.Limit = l.last, q.Until+l.last-q.Day, 1
		some, err := from(ctx, end)
		return len(some) == 0, err
	})
	if none || err != nil {
		return nil, err
	}
	return l.without(ctx, q, from)
}

func (l *laterDay) New(ctx context.Context, q Query) ([]Candidate, error) {
	return l.without(ctx, q, l.Source.New)
}

// without leaves out what was taken.
func (l *laterDay) without(
	ctx context.Context, q Query, from func(context.Context, Query) ([]Candidate, error),
) (left []Candidate, err error) {
	limit := q.Limit
	q.Limit += l.gone[q.Deck].Total()
	all, err := from(ctx, q)
	left = make([]Candidate, 0, min(limit, len(all)))
	for _, c := range all {
		if !l.taken[c.Card] && len(left) < limit {
			left = append(left, c)
		}
	}
	return left, err
}

func (l *laterDay) Waiting(ctx context.Context, q Query) (scheduler.Waiting, error) {
	gone, limit := l.gone[q.Deck], q.Limit
	for _, c := range l.missed {
		if c.Deck == q.Deck && c.Memory.DueDay <= q.Until {
			gone.Due++
		}
	}
	if q.Limit < maxCards {
		q.Limit += gone.New + gone.Due
	}
	w, err := l.Source.Waiting(ctx, q)
	return scheduler.Waiting{Unseen: min(w.Unseen-gone.New, limit), Due: min(w.Due-gone.Due, limit)}, err
}
