package queue

import (
	"context"

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

// Rest counts what the chosen decks of a tree still have to ask; none are all. Seed is
// that of the sessions.
func (q *Queue) Rest(
	ctx context.Context, tree []session.Deck, chosen []int64, seed uint64, now scheduler.Moment,
) (rest Rest, err error) {
	set := session.Settings{Decks: chosen, Seed: seed}
	counter := session.NewCounter(q, tree, now)
	if rest.Count, err = counter.Count(ctx, set); err != nil {
		return rest, err
	}
	ahead, err := counter.Ahead(ctx, set, 1)
	if err != nil {
		return rest, err
	}
	rest.Tomorrow = ahead[0]
	if rest.Next, err = counter.Next(ctx, set, now.Day); err != nil || q.only.All() && len(chosen) == 0 {
		return rest, err
	}
	all, err := session.NewCounter(New(q.db, Only{}), tree, now).Count(ctx, session.Settings{Seed: seed})
	rest.Others = max(0, all.Total()-rest.Total())
	return rest, err
}
