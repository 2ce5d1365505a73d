package session

import (
	"errors"
	"fmt"
	"slices"

	"kartei/scheduler"
)

// A Deck is what a session has to know about a deck.
type Deck struct {
	ID     int64
	Parent int64 // the deck around it, among those given; 0 for none
	Policy *scheduler.Policy
	Random bool // the author asks for new cards in random order
}

// Settings are what a learner asks of one session. The zero value asks for
// what is due and new today in all decks.
type Settings struct {
	Decks []int64 // these with their sub-decks; none means all
	Limit int     // different cards to ask; 0 means as many as there are
	New   *int    // new cards of the whole day over these decks, instead of the decks' own limits
	Until int64   // Unix milliseconds from which on no further card is asked; 0 means open end
	Ahead int     // also reviews of so many days ahead; the limits on reviews are lifted
	Cram  bool    // any cards in random order; no schedule is touched
	Seed  uint64  // decides every random order
	Defer int     // plan the day after its first card ([Session.Deferred]) if more cards than so many wait; 0 means never
	Pace  int64   // milliseconds that an answer took in earlier sessions, for the first estimates; 0 means unknown
}

func (s Settings) validate() error {
	switch {
	case s.Limit < 0:
		return fmt.Errorf("limit %d is below zero", s.Limit)
	case s.New != nil && *s.New < 0:
		return fmt.Errorf("limit %d on new cards is below zero", *s.New)
	case s.Ahead < 0 || s.Ahead > maxAhead:
		return fmt.Errorf("%d days ahead is not between 0 and %d", s.Ahead, maxAhead)
	case s.Cram && s.Ahead > 0:
		return errors.New("cramming knows no days ahead")
	}
	return nil
}

const (
	// maxCards bounds what one session gathers of a kind, and so its memory.
	maxCards = 10_000
	maxAhead = 36_500 // days
)

// A tree is the decks in the order given, with those chosen for the session.
type tree struct {
	decks  []Deck
	index  map[int64]int // by id
	parent []int         // by index; len(decks), the collection, at the top
	chosen []int
}

// ids are those of the chosen decks.
func (t *tree) ids() []int64 {
	ids := make([]int64, len(t.chosen))
	for i, d := range t.chosen {
		ids[i] = t.decks[d].ID
	}
	return ids
}

func newTree(decks []Deck, chosen []int64) (*tree, error) {
	t := &tree{decks: decks, index: make(map[int64]int, len(decks)), parent: make([]int, len(decks))}
	for i, d := range decks {
		if d.Policy == nil {
			return nil, fmt.Errorf("deck %d has no policy", d.ID)
		}
		if _, twice := t.index[d.ID]; twice {
			return nil, fmt.Errorf("deck %d is given twice", d.ID)
		}
		t.index[d.ID] = i
	}
	for i, d := range decks {
		t.parent[i] = len(decks)
		if d.Parent != 0 {
			p, ok := t.index[d.Parent]
			if !ok {
				return nil, fmt.Errorf("deck %d lies in deck %d, which is not given", d.ID, d.Parent)
			}
			t.parent[i] = p
		}
	}
	return t, t.choose(chosen)
}

// choose marks the decks with their sub-decks. It fails for an unknown deck
// and for decks that lie within themselves.
func (t *tree) choose(ids []int64) error {
	roots := make(map[int]bool, len(ids))
	for _, id := range ids {
		i, ok := t.index[id]
		if !ok {
			return fmt.Errorf("deck %d is not given", id)
		}
		roots[i] = true
	}
	for i := range t.decks {
		within, depth := len(ids) == 0, 0
		for d := i; d < len(t.decks); d = t.parent[d] {
			within = within || roots[d]
			if depth++; depth > len(t.decks) {
				return fmt.Errorf("deck %d lies within itself", t.decks[i].ID)
			}
		}
		if within {
			t.chosen = append(t.chosen, i)
		}
	}
	return nil
}

func (t *tree) options(deck int) scheduler.Options { return t.decks[deck].Policy.Options() }

// sum adds up counts by deck id over the chosen decks.
func (t *tree) sum(counts map[int64]int) int {
	total := 0
	for _, i := range t.chosen {
		total += counts[t.decks[i].ID]
	}
	return total
}

// An allowance is how many more cards of a kind each deck with its sub-decks
// may give today. The last one is the collection's.
type allowance struct {
	parent []int
	left   []int
}

// allow lays what was done today against the limits of the decks.
func (t *tree) allow(limit func(deck int) int, done map[int64]int) allowance {
	a := allowance{parent: t.parent, left: make([]int, len(t.decks)+1)}
	for i := range t.decks {
		a.left[i] = limit(i)
	}
	for id, n := range done {
		for d, ok := t.index[id]; ok && d < len(t.decks); d = t.parent[d] {
			a.left[d] -= n
		}
	}
	a.left[len(t.decks)] = maxCards
	return a
}

// allowTotal limits all decks together.
func (t *tree) allowTotal(total int) allowance {
	a := t.allow(func(int) int { return maxCards }, nil)
	a.left[len(t.decks)] = min(total, maxCards)
	return a
}

func (a allowance) clone() allowance { return allowance{a.parent, slices.Clone(a.left)} }

// capacity uses the allowance up, and tells how many cards the decks may give
// together.
func (a allowance) capacity(decks []int) (total int) {
	for _, deck := range decks {
		n := a.of(deck)
		a.spend(deck, n)
		total += n
	}
	return total
}

// of is how many more cards a deck may give.
func (a allowance) of(deck int) int {
	left := a.left[len(a.left)-1]
	for d := deck; d < len(a.parent); d = a.parent[d] {
		left = min(left, a.left[d])
	}
	return max(0, left)
}

func (a allowance) take(deck int) { a.spend(deck, 1) }

func (a allowance) spend(deck, n int) {
	a.left[len(a.left)-1] -= n
	for d := deck; d < len(a.parent); d = a.parent[d] {
		a.left[d] -= n
	}
}
