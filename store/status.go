package store

import (
	"context"
	"slices"

	"kartei/scheduler"
	"kartei/scheduler/session"
	"kartei/store/queue"
)

// Source gives a session its cards.
func (s *Store) Source(only queue.Only) session.Source { return queue.New(s.db, only) }

// Status counts what there is to do.
func (s *Store) Status(ctx context.Context, now scheduler.Moment, forecastDays int) (queue.Status, error) {
	all, tree, err := s.queueDecks(ctx)
	if err != nil {
		return queue.Status{Day: now.Day}, err
	}
	return queue.New(s.db, queue.Only{}).Status(ctx, all, tree, s.config.Seed, now, forecastDays)
}

// Rest counts what decks, with those below them, still have to ask; no decks
// means all. Only those that it lets in count, but for others.
func (s *Store) Rest(ctx context.Context, decks []string, only queue.Only, now scheduler.Moment) (rest queue.Rest, err error) {
	tree, chosen, err := s.chosen(ctx, decks)
	if err != nil {
		return rest, err
	}
	if len(decks) > 0 && len(chosen) == 0 {
		return rest, nil // all of them are gone
	}
	return queue.New(s.db, only).Rest(ctx, tree, chosen, s.config.Seed, now)
}

// Run tells how the learner has been at it on so many days up to today.
func (s *Store) Run(ctx context.Context, today scheduler.Day, days int) (queue.Run, error) {
	return queue.New(s.db, queue.Only{}).Run(ctx, today, days)
}

// Ahead tells what the days after today bring of decks, with those below them; no
// decks means all. Young reviews and mature ones are told apart.
func (s *Store) Ahead(ctx context.Context, decks []string, now scheduler.Moment, days int) ([]session.Forecast, error) {
	tree, chosen, err := s.chosen(ctx, decks)
	if err != nil || len(decks) > 0 && len(chosen) == 0 {
		return nil, err
	}
	set := session.Settings{Decks: chosen, Seed: s.config.Seed}
	if set.Pace, err = s.AnswerTime(ctx); err != nil {
		return nil, err
	}
	return session.NewCounter(queue.New(s.db, queue.Only{}), tree, now).AheadByAge(ctx, set, days)
}

// Count counts what a session of decks, with those below them, would ask today; no
// decks means all.
func (s *Store) Count(ctx context.Context, decks []string, now scheduler.Moment) (session.Count, error) {
	tree, chosen, err := s.chosen(ctx, decks)
	if err != nil || len(decks) > 0 && len(chosen) == 0 {
		return session.Count{}, err
	}
	return session.NewCounter(queue.New(s.db, queue.Only{}), tree, now).Count(ctx, session.Settings{Decks: chosen, Seed: s.config.Seed})
}

// chosen gives the tree of all decks, and which of it are decks or below them; none
// are chosen if no decks are named.
func (s *Store) chosen(ctx context.Context, decks []string) (tree []session.Deck, chosen []int64, err error) {
	tree, names, err := s.Tree(ctx)
	for _, d := range tree {
		if slices.ContainsFunc(decks, func(name string) bool { return within(names[d.ID], name) }) {
			chosen = append(chosen, d.ID)
		}
	}
	return tree, chosen, err
}
