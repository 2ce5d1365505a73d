package scheduler

import "kartei/scheduler/fsrs"

// Grade is a learner's answer to a card.
type Grade = fsrs.Grade

// The four grades, as on the buttons and in the log.
const (
	Again = fsrs.Again
	Hard  = fsrs.Hard
	Good  = fsrs.Good
	Easy  = fsrs.Easy
)

// State is where a card stands in its life.
type State uint8

// The states, numbered as Anki numbers them.
const (
	New        State = iota // never answered
	Learning                // in its first steps
	Review                  // waits whole days
	Relearning              // in its steps after a lapse
)

// Mature is how many days a card waits that is called mature; reviews of shorter
// waits are young.
const Mature = 21

// Memory is the scheduling state of one card: a cache that replaying the
// card's grades reproduces exactly. The zero value is a new card.
type Memory struct {
	State      State
	Step       uint8   // Learning, Relearning: how many steps are behind the card
	Lapses     uint32  // Again in Review
	Reps       uint32  // grades
	Sessions   uint32  // days after the first on which the first answer was a recall
	Stability  float64 // days until recall falls to 90 % (FSRS-7: slow stability); 0 means no memory yet
	Fast       float64 // FSRS-7 only: the fast stability, days
	Difficulty float64 // 1 to 10
	Due        int64   // Learning, Relearning: Unix milliseconds; else 0
	DueDay     Day     // Review: the day; Learning, Relearning: the day of Due
	Last       int64   // Unix milliseconds of the last grade
	LastDay    Day
	FirstDay   Day // day of the first grade
}

// Interval is the number of days from the last answer to the due day, 0 for a
// card due within the day or new.
func (m Memory) Interval() int { return max(0, int(m.DueDay)-int(m.LastDay)) }

func (m Memory) state() fsrs.State {
	return fsrs.State{Stability: m.Stability, Fast: m.Fast, Difficulty: m.Difficulty}
}
