package anki

import "slices"

// A Schedule is where a card stands and how it came there, as far as Kartei and
// Anki share the idea. The zero value is a card that was never asked.
type Schedule struct {
	State      State
	Due        int64   // learning, relearning: Unix milliseconds; 0 in steps of whole days that came from Anki
	DueDay     int     // review: days since 1970-01-01 where the learner is; also of steps of whole days; else 0
	Interval   int     // review, relearning: days
	Stability  float64 // days until recall falls to 90 %; 0 means unknown
	Difficulty float64 // 1 to 10; 0 means unknown
	Retention  float64 // that is aimed at; 0 means unknown
	Decay      float64 // of the forgetting curve, positive; 0 means unknown
	Ease       float64 // of SM-2, such as 2.5; 0 means unknown
	Last       int64   // Unix milliseconds of the last grade, where Reviews has none; 0 means none
	Reps       int     // grades
	Lapses     int     // grades Again in review
	Steps      int     // learning, relearning: steps that are left
	Position   int     // new: place in the queue of new cards
	Flag       int     // 0 to 7
	Suspended  bool
	Buried     bool
	Reviews    []Review // oldest first
}

// lastReview is the time of the last grade. Anki's database check compares it
// with the log, so the log has the say.
func (s Schedule) lastReview() int64 {
	for _, r := range slices.Backward(s.Reviews) {
		if r.Grade > 0 {
			return r.At
		}
	}
	return s.Last
}

// State is where a card stands in its life, numbered as Anki numbers it.
type State int

// The states.
const (
	New State = iota
	Learning
	Reviewing
	Relearning
)

// A Review is one row of a review log.
type Review struct {
	At         int64 // Unix milliseconds
	Kind       ReviewKind
	Grade      int     // 1 to 4; 0 where a schedule was set by hand
	Interval   Span    // until the next review, as it was chosen
	Before     Span    // until this review, as it had been chosen
	Difficulty float64 // 1 to 10, after the review; 0 means unknown
	Ease       float64 // of SM-2, after the review; 0 means unknown
	Duration   int64   // milliseconds that the answer took
}

// A Span is an interval as Anki writes it: days where positive, seconds where
// negative.
type Span int32

// ReviewKind says what a row of the log was, numbered as Anki numbers it.
type ReviewKind int

// The kinds of reviews.
const (
	LearnReview   ReviewKind = iota // of a new or a learning card
	PlainReview                     // of a card that had waited whole days
	RelearnReview                   // after a lapse
	ExtraReview                     // out of turn: a filtered deck, cramming
	ManualReview                    // no answer: set, forgotten
	RescheduledReview
)

// Factor is a column of the log. Anki writes FSRS difficulty into that of
// SM-2's ease, on a scale where no ease lies: 100 for a difficulty of 1, 1100 for
// 10.
func (r Review) Factor() int {
	switch {
	case r.Difficulty > 0:
		return int((r.Difficulty-1)/9*1000 + 100.5)
	case r.Ease > 0:
		return int(r.Ease*1000 + 0.5)
	}
	return 0
}

// SetFactor reads that column.
func (r *Review) SetFactor(factor int) {
	switch {
	case factor > 1100:
		r.Ease = float64(factor) / 1000
	case factor >= 100:
		r.Difficulty = float64(factor-100)/1000*9 + 1
	}
}
