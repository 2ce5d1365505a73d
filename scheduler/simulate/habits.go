package simulate

import (
	"math/rand/v2"

	"kartei/scheduler"
)

// A situation is when an answer is given.
type situation int

const (
	first    situation = iota // to a new card
	stepping                  // in the steps of learning, or after a lapse
	review                    // of a card that waited for days
	situations
)

// Habits are how a learner grades and how long an answer takes. The zero value
// has the habits of nobody in particular; every answer added moves them towards
// those of the learner.
type Habits struct {
	counts  [situations][4]float64
	seconds [situations][4]float64 // sums
	timed   [situations][4]float64 // answers of which the seconds are known
}

// What is taken for granted before anything is known, as if it had been seen so
// many times. The seconds are fsrs-rs's (simulation.rs), in round figures.
const granted = 10

var (
	usualShares  = [situations][4]float64{{0.3, 0.1, 0.5, 0.1}, {0.15, 0.05, 0.75, 0.05}, {0, 0.1, 0.8, 0.1}}
	usualSeconds = [situations][4]float64{{18, 16, 12, 8}, {14, 12, 8, 6}, {18, 14, 9, 7}}
)

// Add takes an answer to a card that was in a state before it. seconds is how
// long it took; 0 is unknown.
func (h *Habits) Add(before scheduler.State, g scheduler.Grade, seconds float64) {
	if g < scheduler.Again || g > scheduler.Easy {
		return
	}
	s := situationOf(before)
	h.counts[s][g-1]++
	if seconds > 0 {
		h.seconds[s][g-1] += seconds
		h.timed[s][g-1]++
	}
}

func situationOf(s scheduler.State) situation {
	switch s {
	case scheduler.New:
		return first
	case scheduler.Review:
		return review
	}
	return stepping
}

// Answers is how many answers the habits were taken from.
func (h *Habits) Answers() int {
	n := 0.0
	for _, counts := range h.counts {
		for _, c := range counts {
			n += c
		}
	}
	return int(n)
}

// grade throws the dice for an answer. recalled matters in reviews only, where
// the memory model decides it.
func (h *Habits) grade(s situation, recalled bool, dice *rand.Rand) scheduler.Grade {
	lowest := scheduler.Again
	if s == review {
		if !recalled {
			return scheduler.Again
		}
		lowest = scheduler.Hard
	}
	total := 0.0
	for g := lowest; g <= scheduler.Easy; g++ {
		total += h.weight(s, g)
	}
	point := dice.Float64() * total
	for g := lowest; g < scheduler.Easy; g++ {
		if point -= h.weight(s, g); point < 0 {
			return g
		}
	}
	return scheduler.Easy
}

// weight is how often a grade is given, in no particular unit.
func (h *Habits) weight(s situation, g scheduler.Grade) float64 {
	return h.counts[s][g-1] + granted*usualShares[s][g-1]
}

// time is how many seconds an answer takes.
func (h *Habits) time(s situation, g scheduler.Grade) float64 {
	return (h.seconds[s][g-1] + granted*usualSeconds[s][g-1]) / (h.timed[s][g-1] + granted)
}
