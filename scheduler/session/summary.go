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
	Time    time.Duration // that the answers took
	Missed  []string      // cards answered Again, each once, in the order of their first miss
	Leeches []string      // cards that became leeches, or once more
	Back    Back
}

// Back is when to come back. The zero value means that nothing is planned for
// the next hundred days, or that the session crammed.
type Back struct {
	At  int64         // today, Unix milliseconds; not later than now if there is more to ask at once
	Day scheduler.Day // another day, if At is 0
}

// Summary sums up the answers that stand.
func (s *Session) Summary(now scheduler.Moment) Summary {
	sum := Summary{Cards: s.state.asked, Back: s.back(now)}
	for _, e := range s.events {
		if e.Kind != Graded {
			continue
		}
		sum.Answers++
		sum.Time += e.Took
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

func (s *Session) back(now scheduler.Moment) Back {
	if s.settings.Cram {
		return Back{}
	}
	if now.Day > s.day || s.state.front() != none {
		return Back{At: now.At}
	}
	if len(s.state.learning) > 0 {
		return Back{At: s.state.learning[0].due}
	}
	if s.more {
		return Back{Day: s.day + 1}
	}
	return Back{Day: s.nextDay()}
}

// nextDay is the first day after today on which a card is due, 0 if none is known.
func (s *Session) nextDay() scheduler.Day {
	var next scheduler.Day
	for i, n := range s.state.load.Due {
		if n > 0 {
			next = s.state.load.First + scheduler.Day(i)
			break
		}
	}
	for _, c := range s.state.cards {
		if d := c.memory.DueDay; !c.gone && (next == 0 || d < next) {
			next = d
		}
	}
	return next
}
