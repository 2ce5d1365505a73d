package session

import (
	"context"
	"slices"

	"kartei/scheduler"
)

// A session of a long day is opened in a hurry: it finds the first card alone,
// and how many there are, from the heads of the decks. The rest of the day is
// planned around that card while the learner looks at it. So the first question
// waits for work that grows with the decks, not with all that they give today.
// Where cards may be siblings nothing but gathering tells how many of them a day
// asks, and a session takes its time.

// Hurried reports whether the rest of the day is still to be planned, which
// [Session.Fetch] does: best once the first question is on the screen.
func (s *Session) Hurried() bool { return s.guess != nil }

// hurry finds out whether the day is long, and if so how many cards its limits
// let in of those that wait.
func (g *gathering) hurry() (guess map[int64]Left, err error) {
	due, fresh := g.reviews.clone(), g.news.clone()
	long := due.clone().capacity(g.chosen)+fresh.clone().capacity(g.chosen) > g.Hurry
	gone := slices.ContainsFunc(g.answered, func(a Answered) bool { return a.Gone }) // and may have left siblings
	if !g.counting && (g.Hurry <= 0 || !long) || g.Limit > 0 || g.Ahead > 0 || gone {
		return nil, nil
	}
	for _, d := range g.chosen {
		if related, err := g.source.Related(g, g.decks[d].ID); err != nil || related {
			return nil, err
		}
	}
	guess = make(map[int64]Left)
	total := 0
	for _, d := range g.chosen {
		id, most := g.decks[d].ID, max(due.of(d), fresh.of(d))
		if most == 0 {
			continue
		}
		w, err := g.waiting(d, most)
		if err != nil {
			return nil, err
		}
		left := Left{New: min(w.Unseen, fresh.of(d)), Due: min(w.Due, due.of(d))}
		fresh.spend(d, left.New)
		due.spend(d, left.Due)
		guess[id] = left
		total += left.Total()
	}
	if !g.counting && total <= g.Hurry {
		return nil, nil
	}
	return guess, nil
}

// first is the card with which the queue begins, if there is one, of the heads
// of its parts.
func first(m scheduler.Mix, reviews, news []ranked, guess map[int64]Left) []ranked {
	var all Left
	for _, left := range guess {
		all.New += left.New
		all.Due += left.Due
	}
	switch {
	case len(news) == 0:
		return reviews[:min(1, len(reviews))]
	case len(reviews) == 0, m == scheduler.NewFirst, m == scheduler.Mixed && all.New > all.Due:
		return news[:1]
	}
	return reviews[:1]
}

// plan gathers the rest of the day of a session that was opened in a hurry,
// around the cards that it has already.
func (s *Session) plan(ctx context.Context) error {
	g, err := newGathering(ctx, s.source, s.tree, s.settings, s.opened)
	if err != nil {
		return err
	}
	g.Hurry = 0
	for card := range s.candidates {
		if s.mayCome(card) { // what was done counts as such
			g.standing = append(g.standing, ranked{Candidate: s.candidate(card), deck: s.decks[card]})
		}
	}
	got, err := g.gather()
	if err != nil {
		return err
	}
	s.opening.queue = slices.Clone(s.opening.queue)
	s.include(g, got)
	s.guess = nil
	s.replay()
	return nil
}

// mayCome reports whether a card is still to be asked for the first time. One
// that was put off may be: the learner can take that back.
func (s *Session) mayCome(card int) bool {
	dropped := s.opening.cards[card].gone || slices.ContainsFunc(s.events, func(e event) bool { return e.card == card && e.Kind == retired })
	return !dropped && !s.state.cards[card].asked
}

// stand lets cards that the session has already take their places of the day.
func (g *gathering) stand() {
	g.mark(g.standing)
	for _, r := range g.standing {
		switch r.Memory.State {
		case scheduler.New:
			g.news.take(r.deck)
		case scheduler.Review:
			g.reviews.take(r.deck)
		}
	}
}
