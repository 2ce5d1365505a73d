package session

import (
	"context"
	"strings"

	"kartei/scheduler"
)

// A memo is a source that remembers its answers. An answer to a query with a
// higher limit begins with the answer to one with a lower one.
type memo struct {
	Source
	decks    []int64 // all that it may be asked for
	heads    map[int64]Head
	done     map[scheduler.Day][]Answered
	cards    map[recalled]reply
	waiting  map[Query]scheduler.Waiting
	answered map[string][]Candidate
}

// A recalled query is one without its limit.
type recalled struct {
	kind kind
	Query
}

type reply struct {
	cards []Candidate
	limit int
}

func remember(source Source, decks []Deck) *memo {
	m := &memo{Source: source, done: map[scheduler.Day][]Answered{}, cards: map[recalled]reply{},
		waiting: map[Query]scheduler.Waiting{}, answered: map[string][]Candidate{}}
	for _, d := range decks {
		m.decks = append(m.decks, d.ID)
	}
	return m
}

// once asks for what is not known yet.
func once[K comparable, V any](known map[K]V, key K, ask func() (V, error)) (V, error) {
	if v, ok := known[key]; ok {
		return v, nil
	}
	v, err := ask()
	if err == nil {
		known[key] = v
	}
	return v, err
}

func (m *memo) Done(ctx context.Context, day scheduler.Day) ([]Answered, error) {
	return once(m.done, day, func() ([]Answered, error) { return m.Source.Done(ctx, day) })
}

func (m *memo) Waiting(ctx context.Context, q Query) (scheduler.Waiting, error) {
	return once(m.waiting, q, func() (scheduler.Waiting, error) { return m.Source.Waiting(ctx, q) })
}

func (m *memo) Heads(ctx context.Context, _ []int64) (heads map[int64]Head, err error) {
	if m.heads == nil {
		m.heads, err = m.Source.Heads(ctx, m.decks)
	}
	return m.heads, err
}

func (m *memo) Cards(ctx context.Context, day scheduler.Day, ids []string) ([]Candidate, error) {
	key := day.String() + " " + strings.Join(ids, " ")
	return once(m.answered, key, func() ([]Candidate, error) { return m.Source.Cards(ctx, day, ids) })
}

func (m *memo) Learning(ctx context.Context, q Query) ([]Candidate, error) {
	return m.ask(ctx, steps, q, m.Source.Learning)
}

func (m *memo) Due(ctx context.Context, q Query) ([]Candidate, error) {
	return m.ask(ctx, reviews, q, m.Source.Due)
}

func (m *memo) New(ctx context.Context, q Query) ([]Candidate, error) {
	return m.ask(ctx, newCards, q, m.Source.New)
}

func (m *memo) ask(
	ctx context.Context, k kind, q Query, from func(context.Context, Query) ([]Candidate, error),
) ([]Candidate, error) {
	key := recalled{k, q}
	key.Limit = 0
	known, ok := m.cards[key]
	if !ok || known.limit < q.Limit && len(known.cards) == known.limit {
		cards, err := from(ctx, q)
		if err != nil {
			return nil, err
		}
		known = reply{cards, q.Limit}
		m.cards[key] = known
	}
	return known.cards[:min(len(known.cards), q.Limit)], nil
}
