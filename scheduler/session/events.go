package session

import (
	"fmt"
	"slices"
	"time"

	"kartei/scheduler"
)

// EventKind is what happened to a card.
type EventKind uint8

// The kinds of events.
const (
	Graded EventKind = iota
	Buried
	Suspended
	dropped
)

// An Event is something that happened to a card in the session, and that the
// learner can take back.
type Event struct {
	Kind    EventKind
	Card    Candidate // as it was before
	Grade   scheduler.Grade
	Now     scheduler.Moment
	Took    time.Duration
	Outcome scheduler.Outcome
}

// Bury puts a card off for the day, once the log says so.
func (s *Session) Bury(card string, now scheduler.Moment) error { return s.remove(card, Buried, now) }

// Suspend puts a card off for good, once the log says so.
func (s *Session) Suspend(card string, now scheduler.Moment) error {
	return s.remove(card, Suspended, now)
}

// Drop drops a card that an edit took out of its deck. It cannot be taken
// back: earlier events can.
func (s *Session) Drop(card string, now scheduler.Moment) error {
	return s.remove(card, dropped, now)
}

func (s *Session) remove(id string, kind EventKind, now scheduler.Moment) error {
	card, ok := s.index[id]
	if !ok {
		return fmt.Errorf("card %s is not in this session", id)
	}
	s.record(event{Event: Event{Kind: kind, Card: s.candidate(card), Now: now}, card: card})
	s.outdated = true
	return nil
}

// Last is the event that [Session.Undo] would take back, so that the caller
// can take it back in the log first; false if the session has none.
func (s *Session) Last() (Event, bool) {
	i := s.last()
	if i < 0 {
		return Event{}, false
	}
	return s.events[i].Event, true
}

func (s *Session) last() int {
	for i := len(s.events) - 1; i >= 0; i-- {
		if s.events[i].Kind != dropped {
			return i
		}
	}
	return none
}

// Undo makes the last event as if it had never happened, and its card the one
// being asked. It can be repeated back to the beginning of the session; what
// lies before that is for [Session.Return].
func (s *Session) Undo() (Event, bool) {
	i := s.last()
	if i < 0 {
		return Event{}, false
	}
	for i < s.base {
		last := len(s.earlier) - 1
		s.opening, s.base = s.earlier[last].opening, s.earlier[last].base
		s.earlier = s.earlier[:last]
		s.outdated = true
	}
	undone := s.events[i]
	s.events = slices.Delete(s.events, i, i+1)
	s.outdated = s.outdated || undone.Kind != Graded || i < len(s.events)
	s.replay()
	s.current = none
	if !s.state.cards[undone.card].gone {
		s.current = undone.card
	}
	return undone.Event, true
}

// replay computes the state anew from the opening and the events since.
func (s *Session) replay() {
	s.state = s.opening.clone()
	for _, e := range s.events[s.base:] {
		s.state.apply(e, s.day)
	}
	s.serial++
}

// Return brings back a card whose last answer was given before this session
// and has been taken back in the log, with its memory from before that answer.
// It becomes the card being asked.
func (s *Session) Return(c Candidate) error {
	deck, ok := s.tree.index[c.Deck]
	if !ok {
		return fmt.Errorf("card %s lies in deck %d, which is not given", c.Card, c.Deck)
	}
	card, _ := s.add(c, deck)
	s.candidates[card].Partial = false
	s.opening.countReview(s.opening.cards[card].memory, -1)
	s.opening.countReview(c.Memory, +1)
	s.opening.cards[card] = progress{memory: c.Memory}
	s.opening.unschedule(card)
	s.opening.queue = slices.Insert(slices.DeleteFunc(slices.Clone(s.opening.queue),
		func(q int) bool { return q == card }), 0, card)
	s.replay()
	s.current, s.outdated = card, true
	return nil
}

// Replace gives a card the name and place that it has after its deck was
// compiled again, as if it had never had another. Its memory stays.
func (s *Session) Replace(card string, c Candidate) error {
	i, ok := s.index[card]
	if !ok {
		return fmt.Errorf("card %s is not in this session", card)
	}
	deck, ok := s.tree.index[c.Deck]
	if !ok {
		return fmt.Errorf("card %s lies in deck %d, which is not given", c.Card, c.Deck)
	}
	if other, taken := s.index[c.Card]; taken && other != i {
		return fmt.Errorf("card %s is another card of this session", c.Card)
	}
	delete(s.index, card)
	s.index[c.Card] = i
	c.Partial = s.candidates[i].Partial
	s.candidates[i], s.decks[i] = c, deck
	for k := range s.events {
		if e := &s.events[k]; e.card == i {
			e.Card.Card, e.Card.Fact, e.Card.Deck, e.Card.Position = c.Card, c.Fact, c.Deck, c.Position
		}
	}
	s.serial++
	return nil
}
