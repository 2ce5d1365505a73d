package session

import (
	"slices"
	"time"

	"kartei/scheduler"
)

// What an estimate starts from, until the session has seen enough.
const (
	unsure       = 3   // answers before which there is no estimate without Settings.Pace
	recent       = 100 // answers that an estimate looks back on
	priorWeight  = 5   // answers that the expectation weighs
	priorRepeats = 1.2 // answers that an answer takes: one in six is a miss, and comes again
)

// TimeLeft is the time that the cards left will take, from the answers of this
// session; false while it would be guesswork. New cards, steps and reviews are
// timed apart, each by the median, for which a walk to the kettle is one answer
// like any other. New cards and steps take as many answers as they have steps
// left today, and all of them more often the more was missed so far.
func (s *Session) TimeLeft() (time.Duration, bool) {
	var took [3][]float64
	all := make([]float64, 0, recent)
	answers, missed := 0, 0
	for _, e := range slices.Backward(s.events) {
		if e.Kind != Graded {
			continue
		}
		if answers++; e.Grade == scheduler.Again {
			missed++
		}
		if answers <= recent {
			k, t := kindOf(e.Card.Memory.State), float64(s.counted(e.Took, s.decks[e.card]))
			took[k], all = append(took[k], t), append(all, t)
		}
	}
	pace := float64(s.counted(time.Duration(s.settings.Pace)*time.Millisecond, 0))
	if pace <= 0 && answers < unsure {
		return 0, false
	}
	if pace <= 0 {
		pace = median(all)
	}
	typical := shrink(all, pace)
	wanted := s.answersLeft()
	total := 0.0
	for k := range took {
		total += wanted[k] * shrink(took[k], typical)
	}
	repeats := (float64(answers) + priorWeight*priorRepeats) / (float64(answers-missed) + priorWeight)
	return time.Duration(repeats * total), true
}

// answersLeft counts the answers that are left to give by kind, if each is Good.
func (s *Session) answersLeft() (n [3]float64) {
	for id, left := range s.estimate {
		n[reviews] += float64(left.Due)
		n[newCards] += float64(left.New) * s.stepsToday(s.tree.index[id], 0)
	}
	s.remaining(func(card int, queued bool) {
		m := s.state.cards[card].memory
		switch {
		case s.settings.Cram, queued && m.State == scheduler.Review, !inSteps(m) && !queued:
			n[reviews]++
		case queued:
			n[newCards] += s.stepsToday(s.decks[card], 0)
		default:
			n[steps] += s.stepsToday(s.decks[card], int(m.Step))
		}
	})
	return n
}

// stepsToday counts the answers of a card from a step on: one a step, as long
// as they are minutes or hours.
func (s *Session) stepsToday(deck, from int) float64 {
	const longest = 12 * scheduler.Hour
	n := 0
	for i, step := range s.tree.options(deck).Steps {
		if i > from && step <= longest || i == from {
			n++
		}
	}
	return float64(max(1, n))
}

// shrink is the median of durations, drawn towards what was expected while they
// are few.
func shrink(took []float64, expected float64) float64 {
	n := float64(len(took))
	return (n*median(took) + priorWeight*expected) / (n + priorWeight)
}

func median(took []float64) float64 {
	if len(took) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(took))
	return sorted[(len(sorted)-1)/2]
}
