// Package scheduler decides when a card comes back.
package scheduler

// Grade is a learner's answer to a card.
type Grade uint8

// The four grades, as on the buttons and in the log.
const (
	Again Grade = 1 + iota
	Hard
	Good
	Easy
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

// A Day counts a learner's study days: calendar days since 1970-01-01 of
// wherever the learner was, turning at the rollover (04:00 by default).
type Day int32

// A Moment is an instant as a learner lived it. Zone and Day are kept beside
// the instant, so that a replay elsewhere counts the same days.
type Moment struct {
	At   int64 // Unix milliseconds
	Zone int32 // seconds east of UTC
	Day  Day
}

// Memory is the scheduling state of one card: a cache that replaying the
// card's grades reproduces exactly. The zero value is a new card.
type Memory struct {
	State      State
	Step       uint8   // Learning, Relearning: how many steps are behind the card
	Lapses     uint32  // Again in Review
	Reps       uint32  // grades
	Stability  float64 // days until recall falls to 90 %; 0 means no memory yet
	Fast       float64 // FSRS-7 only: the fast stability, days
	Difficulty float64 // 1 to 10
	Due        int64   // Learning, Relearning: Unix milliseconds; else 0
	DueDay     Day     // Review: the day; Learning, Relearning: the day of Due
	Last       int64   // Unix milliseconds of the last grade
	LastDay    Day
	FirstDay   Day // day of the first grade
}
