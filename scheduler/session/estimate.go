package session

import (
	"slices"
	"time"

	"kartei/scheduler"
)

// What an estimate starts from, until the session has seen enough.
const (
	unsure        = 3   // answers before which there is no estimate without Settings.Pace
	recent        = 100 // answers that an estimate looks back on
	priorWeight   = 5   // answers that the expectation weighs
	priorRepeats  = 1.2 // answers a card
	longestFactor = 3   // an answer that took longer than so many medians counts as that
)

// Estimate is the time that the cards left will take, from the answers of this
// session; false while it would be guesswork. New cards, steps and reviews are
// timed apart, a walk to the kettle counts little, and cards that have to be
// asked twice count twice as often as they did so far.
func (s *Session) Estimate(now scheduler.Moment) (time.Duration, bool) {
	var first, again, fresh []float64
	all := make([]float64, 0, recent)
	answers := 0
	for i := len(s.events) - 1; i >= 0; i-- {
		e := s.events[i]
		if e.Kind != Graded {
			continue
		}
		if answers++; answers > recent {
			continue
		}
		took := float64(e.Took)
		all = append(all, took)
		switch e.Card.Memory.State {
		case scheduler.New:
			fresh = append(fresh, took)
		case scheduler.Review:
			first = append(first, took)
		default:
			again = append(again, took)
		}
	}
	pace := float64(s.settings.Pace) * float64(time.Millisecond)
	if pace <= 0 && answers < unsure {
		return 0, false
	}
	if pace <= 0 {
		pace = robustMean(all)
	}
	typical := shrink(all, pace)
	left := s.Left(now)
	repeats := (float64(answers) + priorWeight*priorRepeats) / (float64(s.state.asked) + priorWeight)
	total := repeats*(float64(left.New)*shrink(fresh, typical)+float64(left.Due)*shrink(first, typical)) +
		priorRepeats*float64(left.Learning)*shrink(again, typical)
	return time.Duration(total), true
}

// shrink is the robust mean of durations, drawn towards what was expected
// while they are few.
func shrink(took []float64, expected float64) float64 {
	n := float64(len(took))
	return (n*robustMean(took) + priorWeight*expected) / (n + priorWeight)
}

// robustMean is the mean with outliers cut down to a multiple of the median.
// The median itself would promise too little: it forgets the hard cards.
func robustMean(took []float64) float64 {
	if len(took) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(took))
	longest := longestFactor * sorted[len(sorted)/2]
	sum := 0.0
	for _, t := range sorted {
		sum += min(t, longest)
	}
	return sum / float64(len(sorted))
}
