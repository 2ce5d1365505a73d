package session

import (
	"context"
	"fmt"
)

// fetched is how many cards are read at a time.
const fetched = 20

// Fetch reads whole the cards that come next, when [Session.Next] asks for it;
// [Open] does so for the first ones. Cards that are gone by now, or that were
// answered elsewhere, leave the session; it tells how many those were. If the
// session deferred that, Fetch first plans the rest of the day; if cards
// came or went otherwise than by an answer, it plans the day anew.
func (s *Session) Fetch(ctx context.Context) (gone int, err error) {
	if s.Deferred() {
		err = s.planRest(ctx)
	}
	if err == nil && s.outdated {
		err = s.replan(ctx)
	}
	if err != nil {
		return 0, fmt.Errorf("plan the day: %w", err)
	}
	return s.read(ctx)
}

func (s *Session) read(ctx context.Context) (gone int, err error) {
	partial := s.partial()
	if len(partial) == 0 {
		return 0, nil
	}
	ids := make([]string, len(partial))
	for i, card := range partial {
		ids[i] = s.candidates[card].Card
	}
	got, err := s.source.Cards(ctx, s.day, ids)
	if err != nil {
		return 0, fmt.Errorf("read the next cards: %w", err)
	}
	for _, c := range got {
		if card, ok := s.index[c.Card]; ok && s.candidates[card].Partial && s.sees(card, c) {
			s.complete(card, c)
		}
	}
	for _, card := range partial {
		if s.candidates[card].Partial {
			s.forget(card)
			gone++
		}
	}
	return gone, nil
}

// partial are the cards to read: the one being asked, and the first in the queue.
func (s *Session) partial() []int {
	var cards []int
	if s.current != none && s.candidates[s.current].Partial {
		cards = append(cards, s.current)
	}
	for _, card := range s.state.queue[s.state.head:] {
		if len(cards) == fetched {
			break
		}
		if s.candidates[card].Partial && s.state.waits(card) && card != s.current {
			cards = append(cards, card)
		}
	}
	return cards
}

// sees reports whether a card is still as it was when the session was opened.
func (s *Session) sees(card int, c Candidate) bool {
	was := s.opening.cards[card].memory
	return was.State == c.Memory.State && was.Stability == c.Memory.Stability &&
		was.LastDay == c.Memory.LastDay && was.DueDay == c.Memory.DueDay
}

func (s *Session) complete(card int, c Candidate) {
	c.Partial = false
	s.candidates[card] = c
	s.state.cards[card].memory = c.Memory
	for opening := range s.openings {
		opening.cards[card].memory = c.Memory
	}
}

// forget takes a card out of the session as if it had never been in it.
func (s *Session) forget(card int) {
	s.candidates[card].Partial = false
	s.state.cards[card].gone = true
	for opening := range s.openings {
		opening.cards[card].gone = true
	}
	if s.current == card {
		s.current = none
	}
	s.outdated = s.outdated || !s.settings.Cram
}
