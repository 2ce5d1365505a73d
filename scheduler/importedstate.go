package scheduler

import "kartei/scheduler/fsrs"

// An ImportedState is what another program says of where a card stands. The zero value
// is a new card.
type ImportedState struct {
	State      State   `json:"state,omitempty"`
	Left       int     `json:"left,omitempty"`       // Learning, Relearning: steps that are left
	Due        int64   `json:"due,omitempty"`        // Learning, Relearning: Unix milliseconds
	DueDay     Day     `json:"due_day,omitempty"`    // Review: the day; Learning, Relearning: the day of Due
	Interval   int     `json:"interval,omitempty"`   // days, as the other program chose it; 0 means unknown
	Last       int64   `json:"last,omitempty"`       // Unix milliseconds of the last grade; 0 means unknown
	LastDay    Day     `json:"last_day,omitempty"`   // of Last
	Reps       uint32  `json:"reps,omitempty"`       // grades; of a new card, from before it was made new again
	Lapses     uint32  `json:"lapses,omitempty"`     // Again in Review; likewise
	Stability  float64 `json:"stability,omitempty"`  // days until recall falls to 90 %; 0 means unknown
	Difficulty float64 `json:"difficulty,omitempty"` // 1 to 10; 0 means unknown
	Ease       float64 `json:"ease,omitempty"`       // of SM-2, such as 2.5; 0 means unknown
	Whole      bool    `json:"whole,omitempty"`      // the log has all grades of the card, from the first on
}

// historicalRetention is the recall that SM-2 is taken to have aimed at, as in
// Anki.
const historicalRetention = 0.9

// usualEase is the ease factor with which cards of SM-2 begin.
const usualEase = 2.5

// Import returns the memory of a card whose state another program says from now on;
// m is what the log made of the card before. Stability and difficulty are those that
// the other program says, else those of the log if it is whole, else what the
// interval of SM-2 and its ease amount to.
func (p *Policy) Import(m Memory, at ImportedState) Memory {
	if at.State == New {
		return Memory{Reps: at.Reps, Lapses: at.Lapses}
	}
	switch s := m.state(); {
	case at.Stability > 0:
		m.remembers(p.model.FromStability(at.Stability, at.Difficulty))
	case at.Whole && s.Stability > 0:
	case at.Interval > 0:
		ease := at.Ease
		if ease == 0 {
			ease = usualEase
		}
		m.remembers(p.model.FromSM2(ease, float64(at.Interval), historicalRetention))
	}
	m.State, m.Step, m.Reps, m.Lapses = at.State, 0, at.Reps, at.Lapses
	m.Due, m.DueDay, m.Last, m.LastDay = 0, at.DueDay, at.Last, at.LastDay
	if at.State != Review {
		m.Due = at.Due
		m.Step = uint8(max(0, len(p.steps(at.State))-max(at.Left, 1)))
	}
	if m.Last == 0 {
		m.LastDay = at.DueDay - Day(at.Interval)
		m.Last = m.LastDay.Midnight().UnixMilli()
	}
	if m.FirstDay == 0 || m.FirstDay > m.LastDay {
		m.FirstDay = m.LastDay
	}
	return m
}

// steps are those of a card that is being learned, or learned again.
func (p *Policy) steps(s State) Steps {
	if s == Relearning {
		return p.options.Relearning
	}
	return p.options.Steps
}

func (m *Memory) remembers(s fsrs.State) {
	m.Stability, m.Fast, m.Difficulty = s.Stability, s.Fast, s.Difficulty
}
