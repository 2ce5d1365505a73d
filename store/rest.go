package store

import (
	"context"
	"slices"

	"kartei/scheduler"
	"kartei/scheduler/session"
)

// A Rest is what some decks still have to ask.
type Rest struct {
	session.Count                  // today
	Others        int              // cards that all other decks have today
	Tomorrow      session.Forecast // as planned by now
	Next          scheduler.Day    // the first day after today with a card that was met already; 0 if none is known
}

// Rest counts what decks, with those below them, still have to ask; no decks
// means all. With tags only cards with one of them count, but for others.
func (s *Store) Rest(ctx context.Context, decks, tags []string, now scheduler.Moment) (rest Rest, err error) {
	tree, names, err := s.Tree(ctx)
	if err != nil {
		return rest, err
	}
	set := session.Settings{Seed: s.config.Seed}
	for _, d := range tree {
		if slices.ContainsFunc(decks, func(name string) bool { return within(names[d.ID], name) }) {
			set.Decks = append(set.Decks, d.ID)
		}
	}
	if len(decks) > 0 && len(set.Decks) == 0 {
		return rest, nil // all of them are gone
	}
	counter := session.NewCounter(s.Source(tags...), tree, now)
	if rest.Count, err = counter.Count(ctx, set); err != nil {
		return rest, err
	}
	ahead, err := counter.Ahead(ctx, set, 1)
	if err != nil {
		return rest, err
	}
	rest.Tomorrow = ahead[0]
	if rest.Next, err = counter.Next(ctx, set, now.Day); err != nil || len(tags)+len(decks) == 0 {
		return rest, err
	}
	all, err := session.NewCounter(s.Source(), tree, now).Count(ctx, session.Settings{Seed: s.config.Seed})
	rest.Others = max(0, all.Total()-rest.Total())
	return rest, err
}
