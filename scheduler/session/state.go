package session

import (
	"slices"
	"sort"

	"kartei/scheduler"
)

// retry is how soon a missed card comes again that its schedule keeps for
// another day.
const retry = 60_000 // milliseconds

// repeats is how many cards in a row may be asked once more before a waiting
// one has its turn, so that a card missed over and over holds up nothing.
const repeats = 3

// A state is all of a session that answers change. It is computed from the
// opening state and the events alone, so that taking an event back is exact.
type state struct {
	cards    []progress // by card
	queue    []int      // cards in the order in which they are asked
	head     int        // of the queue: what stands before it is gone or asked
	learning []dueAt    // cards in their steps and missed ones, earliest first
	load     scheduler.Load
	asked    int // different cards answered
	streak   int // answers in a row to cards answered before
	last     int // card answered last, or none
}

// A progress is where a card stands in the session.
type progress struct {
	memory scheduler.Memory
	asked  bool
	gone   bool // buried, suspended or retired
}

// A dueAt is when a card comes again.
type dueAt struct {
	due  int64 // Unix milliseconds
	card int
}

const none = -1

func (st *state) clone() state {
	c := *st
	c.cards = slices.Clone(st.cards)
	c.learning = slices.Clone(st.learning)
	c.load.Due = slices.Clone(st.load.Due)
	return c
}

// schedule gives a card its turn, behind those that are due at the same time.
func (st *state) schedule(card int, due int64) {
	i := sort.Search(len(st.learning), func(i int) bool { return st.learning[i].due > due })
	st.learning = slices.Insert(st.learning, i, dueAt{due, card})
}

func (st *state) unschedule(card int) {
	st.learning = slices.DeleteFunc(st.learning, func(t dueAt) bool { return t.card == card })
}

// An event is one thing that happened to a card.
type event struct {
	Event
	card int
	cram bool
}

// apply lets an event happen. It looks at nothing but the state and the event.
func (st *state) apply(e event, day scheduler.Day) {
	st.unschedule(e.card)
	if e.Kind != Graded {
		st.cards[e.card].gone = true
		return
	}
	c := &st.cards[e.card]
	if c.asked {
		st.streak++
	} else {
		st.asked++
		st.streak = 0
	}
	st.last = e.card
	missed := e.Grade == scheduler.Again
	c.asked = true
	if e.Outcome.Suspend {
		c.gone = true
	}
	if !e.cram {
		st.countReview(c.memory, -1)
		st.countReview(e.Outcome.Memory, +1)
		c.memory = e.Outcome.Memory
	}
	switch {
	case c.gone:
	case !e.cram && inSteps(c.memory) && c.memory.DueDay <= day:
		st.schedule(e.card, c.memory.Due)
	case missed:
		st.schedule(e.card, e.Now.At+retry)
	}
}

func inSteps(m scheduler.Memory) bool {
	return m.State == scheduler.Learning || m.State == scheduler.Relearning
}

// countReview counts a review towards its day's work, or no longer.
func (st *state) countReview(m scheduler.Memory, n int) {
	i := int(m.DueDay) - int(st.load.First)
	if m.State == scheduler.Review && i >= 0 && i < len(st.load.Due) {
		st.load.Due[i] = max(0, st.load.Due[i]+n)
	}
}

// waits reports whether a card stands in the queue. A card that has been asked
// is in the hands of its steps.
func (st *state) waits(card int) bool { return !st.cards[card].gone && !st.cards[card].asked }

// front is the first waiting card of the queue, or none.
func (st *state) front() int {
	for ; st.head < len(st.queue); st.head++ {
		if st.waits(st.queue[st.head]) {
			return st.queue[st.head]
		}
	}
	return none
}

// allowed reports whether a card may be asked: once a session is full, only
// those that it has asked before.
func (st *state) allowed(card int, full bool) bool { return !full || st.cards[card].asked }

// due is the card whose turn has come: one of an earlier session before those
// of this one, else the earliest; or none.
func (st *state) due(now int64, full bool) int {
	first := none
	for _, t := range st.learning {
		if t.due > now {
			break
		}
		switch {
		case !st.allowed(t.card, full):
		case !st.cards[t.card].asked:
			return t.card
		case first == none:
			first = t.card
		}
	}
	return first
}

// ahead is the earliest card that may be asked before its time, rather not the
// one that was just asked; or none.
func (st *state) ahead(now int64, full bool, margin func(card int) int64) int {
	again := none
	for _, t := range st.learning {
		if !st.allowed(t.card, full) || t.due > now+margin(t.card) {
			continue
		}
		if t.card != st.last {
			return t.card
		}
		again = t.card
	}
	return again
}

// wait is when the first card may be asked.
func (st *state) wait(margin func(card int) int64) (at int64, ok bool) {
	for i, t := range st.learning {
		if early := t.due - margin(t.card); i == 0 || early < at {
			at, ok = early, true
		}
	}
	return at, ok
}

// Left are the cards that a session still has to ask. Each counts once, as what
// it is by now.
type Left struct {
	New      int
	Learning int // in their steps, however late today they are due; and missed ones
	Due      int // reviews; cards to cram
}

// Total is the number of cards left.
func (l Left) Total() int { return l.New + l.Learning + l.Due }

// remaining calls yield for the cards left; places are how many of them may be
// asked for the first time.
func (st *state) remaining(places int, yield func(card int, queued bool)) {
	for _, t := range st.learning {
		if !st.cards[t.card].asked {
			if places == 0 {
				continue
			}
			places--
		}
		yield(t.card, false)
	}
	for _, card := range st.queue[st.head:] {
		if places == 0 {
			return
		}
		if st.waits(card) {
			places--
			yield(card, true)
		}
	}
}
