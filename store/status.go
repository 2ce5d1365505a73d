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
	tree, names, err := s.Tree(ctx)
	if err != nil {
		return rest, err
	}
	var chosen []int64
	for _, d := range tree {
		if slices.ContainsFunc(decks, func(name string) bool { return within(names[d.ID], name) }) {
			chosen = append(chosen, d.ID)
		}
	}
	if len(decks) > 0 && len(chosen) == 0 {
		return rest, nil // all of them are gone
	}
	return queue.New(s.db, only).Rest(ctx, tree, chosen, s.config.Seed, now)
}
