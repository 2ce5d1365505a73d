package session

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"time"

	"kartei/scheduler"
)

// A Session asks cards until none is left that is due today. It is not safe
// for use by several goroutines.
type Session struct {
	settings   Settings
	source     Source
	tree       *tree
	opened     scheduler.Moment
	day        scheduler.Day  // on which it was opened
	estimate   map[int64]Left // by deck, of a day that is still to be planned
	outdated   bool           // the day is to be planned anew: cards came or went
	candidates []Candidate    // by card
	decks      []int          // index in the tree, by card
	index      map[string]int
	opening    state
	base       int             // events that the opening knows of
	earlier    []startingPoint // the openings before that, for undo
	state      state
	events     []event
	current    int // card being asked, or none
	serial     int // of the next answer; an answer of another serial is stale
}

// Open gathers what is to be asked today. Decks are all of the collection, in
// the order in which their new cards come; those around a chosen deck limit it.
// Limits, bury switches and steps are each deck's own; the order of reviews and
// the mix with new cards are those of the first deck chosen.
func Open(ctx context.Context, source Source, decks []Deck, set Settings, now scheduler.Moment) (*Session, error) {
	s, err := prepare(ctx, source, decks, set, now, toAsk)
	if err != nil {
		return nil, fmt.Errorf("open session: %w", err)
	}
	if len(s.tree.chosen) > 0 {
		first := s.day + 1
		due, err := source.Load(ctx, first, balanced)
		if err != nil {
			return nil, fmt.Errorf("open session: count what is due: %w", err)
		}
		s.state.load = scheduler.Load{First: first, Due: append(make([]int, 0, balanced), due...)[:balanced]}
		s.opening.load = s.state.clone().load
	}
	if _, err = s.read(ctx); err != nil {
		return nil, fmt.Errorf("open session: %w", err)
	}
	return s, nil
}

// A purpose is what a session is opened for.
type purpose uint8

const (
	toAsk   purpose = iota
	toCount         // nothing else is wanted of it
)

// prepare opens a session as far as it takes to count its cards.
func prepare(
	ctx context.Context, source Source, decks []Deck, set Settings, now scheduler.Moment, why purpose,
) (*Session, error) {
	if err := set.validate(); err != nil {
		return nil, err
	}
	t, err := newTree(decks, set.Decks)
	if err != nil {
		return nil, err
	}
	s := &Session{settings: set, source: source, tree: t, opened: now, day: now.Day, index: make(map[string]int),
		current: none}
	s.opening.last = none
	if len(t.chosen) > 0 {
		g, err := newPlanner(ctx, source, t, set, now)
		if err != nil {
			return nil, err
		}
		g.counting = why == toCount
		got, err := g.plan()
		if err != nil {
			return nil, err
		}
		s.include(g, got)
		s.estimate = g.estimate
	}
	s.state = s.opening.clone()
	return s, nil
}

// include opens the session with cards that are not in it yet.
func (s *Session) include(g *planner, got plan) {
	for _, r := range got.learning {
		if card, known := s.add(r.Candidate, r.deck); !known {
			s.opening.schedule(card, g.dueAt(r))
		}
	}
	for _, r := range got.queue {
		if card, known := s.add(r.Candidate, r.deck); !known {
			s.opening.queue = append(s.opening.queue, card)
		}
	}
}

// balanced is how many days a session knows the load of: the longest interval
// that the scheduler balances, with its fuzz.
const balanced = 100

// add gives a card its number; known tells that it has one.
func (s *Session) add(c Candidate, deck int) (card int, known bool) {
	if card, known = s.index[c.Card]; known {
		return card, true
	}
	card = len(s.candidates)
	s.candidates = append(s.candidates, c)
	s.decks = append(s.decks, deck)
	s.index[c.Card] = card
	s.opening.cards = append(s.opening.cards, progress{memory: c.Memory})
	for i := range s.earlier { // which have no place for it
		s.earlier[i].opening.cards = append(s.earlier[i].opening.cards, progress{memory: c.Memory})
	}
	return card, false
}

// A Kind says what a Step asks for.
type Kind uint8

// The kinds of steps.
const (
	Ask   Kind = iota // ask the card
	Wait              // nothing to ask before a step is due
	End               // nothing left to ask
	Fetch             // call [Session.Fetch], then Next again
)

// A Reason says why a session ends.
type Reason uint8

// The reasons.
const (
	Finished Reason = iota // everything was asked
	Enough                 // Settings.Limit
	TimeUp                 // Settings.Until
	NewDay                 // the study day is over: open another session
)

// A Step is what to do next.
type Step struct {
	Kind   Kind
	Card   Candidate // Ask: with its memory as it stands now
	Repeat bool      // Ask: answered before in this session
	Due    int64     // Wait: Unix milliseconds
	Reason Reason    // End
}

// Next says what to do now. While a card is being asked it is always that
// card, however often Next is called.
func (s *Session) Next(now scheduler.Moment) Step {
	if s.outdated && now.Day <= s.day {
		return Step{Kind: Fetch}
	}
	card := s.current
	if card == none {
		if s.Deferred() && len(s.events) > 0 {
			return Step{Kind: Fetch}
		}
		var step Step
		if step, card = s.choose(now); card == none {
			if s.Deferred() {
				return Step{Kind: Fetch}
			}
			return step
		}
	}
	if s.candidates[card].Partial {
		return Step{Kind: Fetch}
	}
	s.current = card
	return Step{Kind: Ask, Card: s.candidate(s.current), Repeat: s.state.cards[s.current].asked}
}

// choose finds the next card: steps that are due, then the queue, then steps
// ahead of their time.
func (s *Session) choose(now scheduler.Moment) (Step, int) {
	switch {
	case s.settings.Until > 0 && now.At >= s.settings.Until:
		return Step{Kind: End, Reason: TimeUp}, none
	case now.Day > s.day:
		return Step{Kind: End, Reason: NewDay}, none
	}
	st, full := &s.state, s.places() == 0
	front := none
	if !full {
		front = st.front()
	}
	due := st.due(now.At, full)
	if due != none && (front == none || !st.cards[due].asked || st.streak < repeats) {
		return Step{}, due
	}
	if front != none {
		return Step{}, front
	}
	if card := st.ahead(now.At, full, s.margin); card != none {
		return Step{}, card
	}
	if full {
		return Step{Kind: End, Reason: Enough}, none
	}
	if due, ok := st.wait(s.margin); ok {
		return Step{Kind: Wait, Due: due}, none
	}
	return Step{Kind: End}, none
}

// places is how many cards may still be asked for the first time.
func (s *Session) places() int {
	if s.settings.Limit == 0 {
		return math.MaxInt
	}
	return max(0, s.settings.Limit-s.state.asked)
}

// margin is how long before its time a card may be asked, in milliseconds.
func (s *Session) margin(card int) int64 {
	return time.Duration(s.policy(card).Options().LearnAhead).Milliseconds()
}

func (s *Session) policy(card int) *scheduler.Policy { return s.tree.decks[s.decks[card]].Policy }

// candidate is a card with its present memory.
func (s *Session) candidate(card int) Candidate {
	c := s.candidates[card]
	c.Memory = s.state.cards[card].memory
	return c
}

// Preview tells what each grade of the card being asked would lead to, Again
// first. When cramming, or without a card, it is the zero value.
func (s *Session) Preview(now scheduler.Moment) [4]scheduler.Outcome {
	if s.current == none || s.settings.Cram {
		return [4]scheduler.Outcome{}
	}
	c := s.candidate(s.current)
	return s.policy(s.current).Preview(c.Card, c.Memory, now, s.load(c))
}

// load is the work planned, as the card's policy is to see it.
func (s *Session) load(c Candidate) scheduler.Load {
	load := s.state.load
	load.Siblings = c.Siblings
	return load
}

// ErrNoCard is the error of an answer while no card is being asked.
var ErrNoCard = errors.New("no card is being asked")

// ErrStale is the error of committing an answer twice, or after the session
// has moved on.
var ErrStale = errors.New("the session has moved on since this answer")

// An Answer is a grade that has not happened yet: the caller first appends it
// to the log, then commits it.
type Answer struct {
	Event
	Cram   bool // to be logged as such: the schedule stays as it is
	serial int
}

// Grade computes what a grade of the card being asked leads to, exactly what
// [Session.Preview] showed for the same moment. The session does not change
// before [Session.Commit]; an Answer that could not be stored is just dropped.
// took is how long the learner took for it.
func (s *Session) Grade(g scheduler.Grade, now scheduler.Moment, took time.Duration) (Answer, error) {
	if s.current == none {
		return Answer{}, ErrNoCard
	}
	if g < scheduler.Again || g > scheduler.Easy {
		return Answer{}, fmt.Errorf("grade %d is not between 1 and 4", g)
	}
	c := s.candidate(s.current)
	o := scheduler.Outcome{Memory: c.Memory}
	if !s.settings.Cram {
		o = s.policy(s.current).Apply(c.Card, c.Memory, g, now, s.load(c))
	}
	return Answer{
		Event:  Event{Kind: Graded, Card: c, Grade: g, Now: now, Took: max(0, took), Outcome: o},
		Cram:   s.settings.Cram,
		serial: s.serial,
	}, nil
}

// Commit lets an answer happen, once it is in the log.
func (s *Session) Commit(a Answer) error {
	card, ok := s.index[a.Card.Card]
	if !ok || a.serial != s.serial || s.current != card {
		return ErrStale
	}
	s.record(event{Event: a.Event, card: card, cram: a.Cram})
	return nil
}

func (s *Session) record(e event) {
	s.events = append(s.events, e)
	s.state.apply(e, s.day)
	s.serial++
	if s.current == e.card {
		s.current = none
	}
}

// Cram reports whether the session touches no schedule.
func (s *Session) Cram() bool { return s.settings.Cram }

// Left counts the cards that are left to ask until the study day ends, if every
// answer is Good.
func (s *Session) Left() Left {
	var left Left
	for _, of := range s.estimate {
		left.add(of)
	}
	s.remaining(func(card int, queued bool) { left.count(s.state.cards[card].memory.State, queued, s.settings.Cram) })
	return left
}

// LeftByDeck counts the cards that are left to ask by deck id, those of
// sub-decks apart.
func (s *Session) LeftByDeck() map[int64]Left {
	by := make(map[int64]Left)
	maps.Copy(by, s.estimate)
	s.remaining(func(card int, queued bool) {
		left := by[s.candidates[card].Deck]
		left.count(s.state.cards[card].memory.State, queued, s.settings.Cram)
		by[s.candidates[card].Deck] = left
	})
	return by
}

func (s *Session) remaining(yield func(card int, queued bool)) {
	s.state.remaining(s.places(), func(card int, queued bool) {
		if !queued || !s.Deferred() { // the estimate has those of the queue
			yield(card, queued)
		}
	})
}

func (l *Left) add(other Left) {
	l.New += other.New
	l.Learning += other.Learning
	l.Due += other.Due
}

func (l *Left) count(st scheduler.State, queued, cram bool) {
	switch {
	case cram:
		l.Due++
	case !queued, st == scheduler.Learning, st == scheduler.Relearning:
		l.Learning++
	case st == scheduler.New:
		l.New++
	default:
		l.Due++
	}
}
