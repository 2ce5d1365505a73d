package session

import (
	"slices"
	"time"

	"kartei/scheduler"
)

// A Summary is what a session came to.
type Summary struct {
	Answers int
	Correct int           // not Again
	Cards   int           // different ones
	New     int           // of these, answered for the first time in their lives
	Time    time.Duration // that the answers took, each at most as long as it counts
	Missed  []string      // cards answered Again, each once, in the order of their first miss
	Leeches []string      // cards that became leeches, or once more
}

// Summary sums up the answers that stand.
func (s *Session) Summary() Summary {
	sum := Summary{Cards: s.state.asked}
	for _, e := range s.events {
		if e.Kind != Graded {
			continue
		}
		sum.Answers++
		sum.Time += s.counted(e.Took, s.decks[e.card])
		if e.Grade != scheduler.Again {
			sum.Correct++
		} else if !slices.Contains(sum.Missed, e.Card.Card) {
			sum.Missed = append(sum.Missed, e.Card.Card)
		}
		if e.Card.Memory.State == scheduler.New && !e.cram {
			sum.New++
		}
		if e.Outcome.Leech && !slices.Contains(sum.Leeches, e.Card.Card) {
			sum.Leeches = append(sum.Leeches, e.Card.Card)
		}
	}
	return sum
}

// counted is how long an answer to a card of a deck counts: one that was left
// open while the learner was away says nothing of what it costs.
func (s *Session) counted(took time.Duration, deck int) time.Duration {
	if deck >= len(s.tree.decks) {
		return took
	}
	return min(took, time.Duration(s.tree.options(deck).AnswerCap))
}
