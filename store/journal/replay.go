package journal

import (
	"container/heap"
	"context"
	"slices"
	"strings"

	"kartei/scheduler"
)

// Compare is the order of a replay, the same on every machine.
func Compare(a, b *Row) int {
	switch {
	case a.Clock != b.Clock:
		return int(min(max(a.Clock-b.Clock, -1), 1))
	case a.Device != b.Device:
		return strings.Compare(a.Device, b.Device)
	}
	return int(min(max(a.Seq-b.Seq, -1), 1))
}

// A Replay is what a log comes to, row by row.
type Replay struct {
	Names  Names
	Undone map[Ref]bool // rows that were taken back
	Shared Shared
	Rows   int                                                   // that were taken so far
	By     func(st *CardState, r *Row, policy *scheduler.Policy) // what a row does to a card
	cards  map[string]*replayed
	policy func(card string) (*scheduler.Policy, error)
}

// A replayed card is one as the rows so far leave it.
type replayed struct {
	CardState
	policy *scheduler.Policy // nil: nothing is known of the card
}

// NewReplay begins a replay, given the undo and alias rows of the whole log in any
// order, which say how to read the others; and what returns the policy of a card by
// its present name, nil if there is no such card. Undo rows name what they take back as
// it is called now.
func NewReplay(special []Row, policy func(card string) (*scheduler.Policy, error)) *Replay {
	p := &Replay{Names: Names{}, Undone: map[Ref]bool{}, By: (*CardState).Replay, cards: map[string]*replayed{},
		policy: policy}
	slices.SortFunc(special, func(a, b Row) int { return Compare(&a, &b) })
	for i := range special {
		r := &special[i]
		switch {
		case r.Kind == KindAlias:
			p.Names.Rename(r.Card, r.Detail.To, r.Clock)
		case r.Detail.Undone != nil:
			p.Undone[r.Detail.Undone.Ref] = true
		}
	}
	return p
}

// State is what the rows so far say of a card, given its present name.
func (p *Replay) State(card string) CardState {
	if c := p.cards[card]; c != nil {
		return c.CardState
	}
	return CardState{}
}

// A Step is a row of the log that still stands, and what it did.
type Step struct {
	Card          string // its present name
	Row           *Row
	Before, After *CardState
}

// Take replays the next row, in the order of [Compare]. Show, which may be nil, sees
// what the row does, unless it was taken back or there is no such card.
func (p *Replay) Take(r *Row, show func(Step) error) error {
	p.Rows++
	if r.Kind == KindUndo || r.Kind == KindAlias || p.Undone[r.Ref()] {
		return nil
	}
	if r.Card == "" {
		p.Shared.Take(r)
		return nil
	}
	card := p.Names.Present(r.Card, r.Clock)
	c, err := p.card(card)
	if err != nil || c.policy == nil {
		return err
	}
	if show == nil {
		p.By(&c.CardState, r, c.policy)
		return nil
	}
	before := c.CardState
	p.By(&c.CardState, r, c.policy)
	return show(Step{Card: card, Row: r, Before: &before, After: &c.CardState})
}

func (p *Replay) card(name string) (*replayed, error) {
	if c := p.cards[name]; c != nil {
		return c, nil
	}
	policy, err := p.policy(name)
	c := &replayed{policy: policy}
	p.cards[name] = c
	return c, err
}

// A Cursor goes through the log of one device.
type Cursor interface {
	// Next returns the next row, or nil at the end. The row is good until the next call.
	Next(context.Context) (*Row, error)
}

// Merge goes through the logs of devices side by side, in the order of [Compare].
func Merge(ctx context.Context, logs []Cursor, take func(*Row) error) error {
	var open merge
	for _, l := range logs {
		r, err := l.Next(ctx)
		if err != nil {
			return err
		}
		if r != nil {
			open = append(open, pending{l, r})
		}
	}
	heap.Init(&open)
	for len(open) > 0 {
		if err := take(open[0].row); err != nil {
			return err
		}
		r, err := open[0].log.Next(ctx)
		if err != nil {
			return err
		}
		if open[0].row = r; r == nil {
			heap.Pop(&open)
		} else {
			heap.Fix(&open, 0)
		}
	}
	return nil
}

// A merge is a heap of logs, with the one whose next row comes first on top. A
// collection has a few devices, but one from a stranger may have many.
type merge []pending

type pending struct {
	log Cursor
	row *Row
}

func (m merge) Len() int           { return len(m) }
func (m merge) Less(i, j int) bool { return Compare(m[i].row, m[j].row) < 0 }
func (m merge) Swap(i, j int)      { m[i], m[j] = m[j], m[i] }
func (m *merge) Push(x any)        { *m = append(*m, x.(pending)) }
func (m *merge) Pop() any {
	last := (*m)[len(*m)-1]
	*m = (*m)[:len(*m)-1]
	return last
}
