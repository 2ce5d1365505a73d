package session

import (
	"context"
	"slices"
)

// What a session has left is at any moment what another one would gather that
// is opened then. An answer keeps that so by itself: its card has a place of the
// day before and after it. If a card is put off, taken out or brought back,
// others may have its place, or lose theirs, and so the day is planned anew: the
// session goes on as if it had been opened now, with the cards that it keeps in
// their order.

// A startingPoint is what a session opened with, before it was planned anew.
type startingPoint struct {
	opening state
	base    int // events that the opening knows of
}

// openings are what the session opened with, now and before.
func (s *Session) openings(yield func(*state) bool) {
	if !yield(&s.opening) {
		return
	}
	for i := range s.earlier {
		if !yield(&s.earlier[i].opening) {
			return
		}
	}
}

// replan gathers the day anew.
func (s *Session) replan(ctx context.Context) error {
	s.outdated = false
	if s.settings.Cram || len(s.tree.chosen) == 0 {
		return nil
	}
	g, err := newPlanner(ctx, s.source, s.tree, s.settings, s.opened)
	if err != nil {
		return err
	}
	g.Defer = 0
	if card := s.current; card != none && s.state.waits(card) {
		g.reserved = []ranked{{Candidate: s.candidate(card), deck: s.decks[card]}}
	}
	got, err := g.plan()
	if err != nil {
		return err
	}
	s.earlier = append(s.earlier, startingPoint{s.opening, s.base})
	s.opening, s.base = s.state.clone(), len(s.events)
	s.keep(g, got)
	s.include(g, got)
	s.state = s.opening.clone()
	s.serial++
	return nil
}

// keep takes the cards out of the opening that are not in the plan,
// and puts back those that are again.
func (s *Session) keep(g *planner, got plan) {
	there := make(map[int]bool) // in the opening
	for _, t := range s.opening.learning {
		there[t.card] = true
	}
	for _, card := range s.opening.queue[s.opening.head:] {
		there[card] = true
	}
	stays := map[int]bool{s.current: true}
	returns := func(r ranked) (card int, missing bool) {
		card, known := s.index[r.Card]
		if !known || s.opening.cards[card].gone {
			return card, false
		}
		stays[card] = true
		return card, !there[card]
	}
	s.opening.queue, s.opening.head = slices.Clone(s.opening.queue[s.opening.head:]), 0
	for _, r := range got.learning {
		if card, missing := returns(r); missing {
			s.opening.schedule(card, g.dueAt(r))
		}
	}
	for _, r := range got.queue {
		if card, missing := returns(r); missing {
			s.opening.queue = append(s.opening.queue, card)
		}
	}
	s.opening.learning = slices.DeleteFunc(s.opening.learning, func(t dueAt) bool { return !stays[t.card] })
	s.opening.queue = slices.DeleteFunc(s.opening.queue, func(card int) bool { return !stays[card] })
}
