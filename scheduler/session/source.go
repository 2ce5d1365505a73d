package session

import (
	"context"

	"kartei/scheduler"
)

// A Candidate is a card that a session may ask. What it says is none of the
// session's business: the caller looks that up when the card is its turn.
type Candidate struct {
	Card     string // permanent id; seeds fuzz and random orders
	Fact     int64  // cards of one fact are siblings
	Deck     int64  // a [Deck.ID]
	Position int64  // authored order within the deck
	Memory   scheduler.Memory
	Siblings []scheduler.Day // due days of the fact's other cards in Review, for load balancing; may be left out
	Partial  bool            // of Memory only State, Stability, LastDay and DueDay are known, and Siblings are not
}

// A Source gives the cards that a session may ask. It leaves out what is
// suspended, buried today, retired, or filtered away by the learner (tags).
//
// Its queries are about one deck without its sub-decks, give at most
// [Query.Limit] cards, and are made only while a session opens or is planned
// anew, one after the other; one that left out too many siblings is made again
// with a higher limit. Cards that compare equal come in any order that is always
// the same, so that one seed gives one session. Due and New may give partial
// candidates if the query says so: a day's work is chosen from hundreds of cards,
// of which the first has to be whole at once, and the others when their turn comes.
type Source interface {
	// Done tells which cards were answered on the day, over all its sessions, in
	// the order of their first answers. Undone answers, those from before a card
	// was reset, and cramming are left out.
	Done(ctx context.Context, day scheduler.Day) ([]Answered, error)

	// Learning returns the cards in Learning and Relearning whose DueDay is not
	// after q.Until, and those that [Query.Astray] says are astray, earliest Due first.
	Learning(ctx context.Context, q Query) ([]Candidate, error)

	// Due returns the cards in Review whose DueDay is not after q.Until, in q.Order.
	Due(ctx context.Context, q Query) ([]Candidate, error)

	// New returns the cards in New in q.Order, which is Authored or Shuffled.
	New(ctx context.Context, q Query) ([]Candidate, error)

	// Any returns cards in every state in q.Order: Urgent (new cards last),
	// Authored or Shuffled.
	Any(ctx context.Context, q Query) ([]Candidate, error)

	// Waiting counts the cards that New and Due would give, at most q.Limit of
	// each.
	Waiting(ctx context.Context, q Query) (scheduler.Waiting, error)

	// Heads tells what there may be of decks, all at once: what a deck has none of is
	// not asked for. One that is not in the answer has nothing.
	Heads(ctx context.Context, decks []int64) (map[int64]Head, error)

	// Cards returns cards whole, by their ids and in any order. It leaves out what
	// a session of the day may not ask any more.
	Cards(ctx context.Context, day scheduler.Day, ids []string) ([]Candidate, error)

	// Next is the first day after q.Day on which a card in Learning, Relearning
	// or Review is due, 0 if there is none.
	Next(ctx context.Context, q Query) (scheduler.Day, error)

	// Load counts the cards in Review of the whole collection by DueDay, from
	// first on and for so many days at most. It serves load balancing.
	Load(ctx context.Context, first scheduler.Day, days int) ([]int, error)
}

// A Head says what a deck may have: more than is asked, if some of it is left out.
type Head struct {
	Steps   bool          // cards in Learning or Relearning
	New     bool          // cards in New
	Due     scheduler.Day // the earliest DueDay of a card in Review, 0 if there is none
	Related bool          // any two of its cards may be siblings
}

// waiting reports whether New, or Due until a day, may give cards.
func (h Head) waiting(until scheduler.Day) bool { return h.New || h.due(until) }

func (h Head) due(until scheduler.Day) bool { return h.Due != 0 && h.Due <= until }

// A Query asks a Source for cards of one deck.
type Query struct {
	Deck    int64
	Day     scheduler.Day // today
	Until   scheduler.Day // Learning, Due, Waiting: the last DueDay wanted, today or later
	Order   Order
	Now     int64  // Learning: Unix milliseconds
	Far     int64  // Learning: no step that begins now ends after this, Unix milliseconds
	Seed    uint64 // Shuffled: which shuffle
	Limit   int    // at most so many, at least 1
	Partial bool   // partial candidates will do
}

// Astray reports whether a card in its steps waits for a later day that no step leads
// to: it was answered while the clock ran ahead.
func (q *Query) Astray(m scheduler.Memory) bool {
	return m.DueDay > q.Day && m.Last > q.Now && m.Due > q.Far
}

// Order is the order in which a Source gives cards, so that a limit keeps the
// right ones. The session sorts what it got once more over all decks.
type Order uint8

// The orders.
const (
	Urgent   Order = iota // falling (q.Day-LastDay)/Stability: the lowest recall first
	Oldest                // rising DueDay: who waits longest
	Shortest              // rising DueDay-LastDay: the shortest interval first
	Longest               // falling DueDay-LastDay
	Hardest               // falling Difficulty
	Easiest               // rising Difficulty
	Authored              // rising Position
	Shuffled              // any order that Seed and the card ids decide, such as from a random id on, round the circle
)

// An Answered card had an answer on the day.
type Answered struct {
	Card   string
	Fact   int64
	Deck   int64
	Gone   bool            // an edit took it out since
	State  scheduler.State // before its first answer of the day
	Missed bool            // its last one was Again
}
