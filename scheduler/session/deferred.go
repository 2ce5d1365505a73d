package session

import (
	"context"
	"slices"

	"kartei/scheduler"
)

// The plan of a long day is deferred: the session finds the first card alone,
// and how many there are, from the heads of the decks. The rest of the day is
// planned around that card while the learner looks at it. So the first question
// waits for work that grows with the decks, not with all that they give today.
// Where cards may be siblings nothing but planning tells how many of them a day
// asks, and a session takes its time.

// Deferred reports whether the rest of the day is still to be planned, which
// [Session.Fetch] does: best once the first question is on the screen.
func (s *Session) Deferred() bool { return s.estimate != nil }

// deferred finds out whether the day is long, and if so how many cards its limits
// let in of those that wait.
func (p *planner) deferred() (estimate map[int64]Left, err error) {
	due, fresh := p.reviews.clone(), p.newCards.clone()
	long := due.clone().capacity(p.chosen)+fresh.clone().capacity(p.chosen) > p.Defer
	gone := slices.ContainsFunc(p.answered, func(a Answered) bool { return a.Gone }) // and may have left siblings
	if !p.counting && (p.Defer <= 0 || !long) || p.Limit > 0 || p.Ahead > 0 || gone {
		return nil, nil
	}
	for _, d := range p.chosen {
		if p.heads[p.decks[d].ID].Related {
			return nil, nil
		}
	}
	estimate = make(map[int64]Left)
	total := 0
	for _, d := range p.chosen {
		id, most := p.decks[d].ID, max(due.of(d), fresh.of(d))
		if most == 0 {
			continue
		}
		w, err := p.waiting(d, most)
		if err != nil {
			return nil, err
		}
		left := Left{New: min(w.Unseen, fresh.of(d)), Due: min(w.Due, due.of(d))}
		fresh.spend(d, left.New)
		due.spend(d, left.Due)
		estimate[id] = left
		total += left.Total()
	}
	if !p.counting && total <= p.Defer {
		return nil, nil
	}
	return estimate, nil
}

// first is the card with which the queue begins, if there is one, of the heads
// of its parts.
func first(m scheduler.Mix, reviews, newCards []ranked, estimate map[int64]Left) []ranked {
	var all Left
	for _, left := range estimate {
		all.New += left.New
		all.Due += left.Due
	}
	switch {
	case len(newCards) == 0:
		return reviews[:min(1, len(reviews))]
	case len(reviews) == 0, m == scheduler.NewFirst, m == scheduler.Mixed && all.New > all.Due:
		return newCards[:1]
	}
	return reviews[:1]
}

// planRest plans the day of a session that deferred it, around the cards that it
// has already.
func (s *Session) planRest(ctx context.Context) error {
	g, err := newPlanner(ctx, s.source, s.tree, s.settings, s.opened)
	if err != nil {
		return err
	}
	g.Defer = 0
	for card := range s.candidates {
		if s.mayCome(card) { // what was done counts as such
			g.reserved = append(g.reserved, ranked{Candidate: s.candidate(card), deck: s.decks[card]})
		}
	}
	got, err := g.plan()
	if err != nil {
		return err
	}
	s.opening.queue = slices.Clone(s.opening.queue)
	s.include(g, got)
	s.estimate = nil
	s.replay()
	return nil
}

// mayCome reports whether a card is still to be asked for the first time. One
// that was put off may be: the learner can take that back.
func (s *Session) mayCome(card int) bool {
	dropped := s.opening.cards[card].gone || slices.ContainsFunc(s.events,
		func(e event) bool { return e.card == card && e.Kind == dropped })
	return !dropped && !s.state.cards[card].asked
}

// reserve lets cards that the session has already take their places of the day.
func (p *planner) reserve() {
	p.mark(p.reserved)
	for _, r := range p.reserved {
		switch r.Memory.State {
		case scheduler.New:
			p.newCards.take(r.deck)
		case scheduler.Review:
			p.reviews.take(r.deck)
		}
	}
}
