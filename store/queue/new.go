package queue

import (
	"context"
	"database/sql"
	"math/rand/v2"

	"kartei/scheduler/session"
	"kartei/store/sqlite"
)

// multiplier is a factor that scatters small numbers over the 31-bit ones.
func multiplier(seed uint64) int64 {
	return rand.New(rand.NewPCG(seed, 1)).Int64N(1<<31-2) + 1
}

// New implements [session.Source].
func (q *Queue) New(ctx context.Context, ask session.Query) ([]session.Candidate, error) {
	if ask.Order == session.Shuffled {
		return q.shuffledNew(ctx, ask)
	}
	return q.newFrom(ctx, ask, 0, ask.Limit)
}

// newFrom returns new cards in authored order from a position on.
func (q *Queue) newFrom(
	ctx context.Context, ask session.Query, position int64, limit int,
) ([]session.Candidate, error) {
	return q.newBy(ctx, ask, ` AND c.position >= ?`, `c.position`, position, limit)
}

// newBy returns new cards that meet a condition, in an order; one of them takes an
// argument. Of a new card's memory nothing is known, partial or not.
func (q *Queue) newBy(
	ctx context.Context, ask session.Query, condition, order string, arg any, limit int,
) ([]session.Candidate, error) {
	narrowed, only := q.narrowed()
	args := append(append([]any{ask.Deck, ask.Day}, only...), arg, limit)
	rows, err := q.db.Query(ctx, `SELECT c.card, c.fact, c.position FROM cards c LEFT JOIN memory m ON m.card = c.id
		WHERE c.deck = ? AND c.fresh = 1 AND coalesce(m.buried, 0) < ?`+narrowed+condition+`
		ORDER BY `+order+limited, args...)
	all, err := sqlite.Collect(rows, err, func(rows *sql.Rows) (session.Candidate, error) {
		c := session.Candidate{Deck: ask.Deck, Partial: ask.Partial}
		return c, rows.Scan(&c.Card, &c.Fact, &c.Position)
	})
	if err == nil && !ask.Partial {
		err = q.siblings(ctx, all)
	}
	return all, sqlite.Explain("find cards", err)
}

// fewNew is how many new cards are worth looking at all to draw from them.
const fewNew = 1000

// shuffledNew draws new cards by random positions: to look at all cards of a
// large deck to give twenty would keep the learner waiting.
func (q *Queue) shuffledNew(ctx context.Context, ask session.Query) ([]session.Candidate, error) {
	enough := max(fewNew, ask.Limit)
	waiting, err := q.Waiting(ctx, session.Query{Deck: ask.Deck, Day: ask.Day, Until: ask.Day, Limit: enough + 1})
	if err != nil {
		return nil, err
	}
	if waiting.Unseen <= enough {
		return q.newBy(ctx, ask, ``, `(c.id * ?) % 2147483647, c.id`, multiplier(ask.Seed), ask.Limit)
	}
	dice := rand.New(rand.NewPCG(ask.Seed, uint64(ask.Deck)))
	var last int64
	err = q.db.QueryRowContext(ctx, `SELECT max(position) FROM cards WHERE deck = ? AND fresh = 1`,
		ask.Deck).Scan(&last)
	if err != nil {
		return nil, sqlite.Explain("find cards", err)
	}
	var drawn []session.Candidate
	taken := map[string]bool{}
	take := func(cards []session.Candidate) {
		for _, c := range cards {
			if len(drawn) < ask.Limit && !taken[c.Card] {
				taken[c.Card] = true
				drawn = append(drawn, c)
			}
		}
	}
	for tries := 0; len(drawn) < ask.Limit && tries < 4*ask.Limit; tries++ {
		one, err := q.newFrom(ctx, ask, dice.Int64N(last+1), 1)
		if err != nil {
			return nil, err
		}
		take(one)
	}
	if missing := ask.Limit - len(drawn); missing > 0 {
		first, err := q.newFrom(ctx, ask, 0, ask.Limit)
		if err != nil {
			return nil, err
		}
		take(first)
	}
	return drawn, nil
}
