package notebookio

import (
	"cmp"
	"math"
	"time"

	"kartei/decks"
	"kartei/decks/notebook"
	"kartei/scheduler"
	"kartei/store"
	"kartei/store/journal"
)

// origin is how rows of the log name where they come from.
func (t *intake) origin(k notebook.Known) journal.Origin {
	return journal.Origin{Program: t.Format.Name, Note: k.Note, Ordinal: k.Ordinal}
}

// moment is a time where the learner was.
func (t *intake) moment(at time.Time) scheduler.Moment {
	if at.IsZero() {
		return scheduler.Moment{}
	}
	return t.Calendar.Moment(at)
}

// history is what the program knows of a card of the collection.
func (t *intake) history(k notebook.Known, card string) store.CardHistory {
	h := store.CardHistory{Card: card, Origin: t.origin(k), Suspended: k.Suspended, Buried: k.Buried}
	var past store.Entries
	begun := false
	for _, r := range k.Reviews {
		if r.Grade < 1 || r.Grade > 4 || r.At.Unix() <= 0 {
			continue
		}
		past = append(past, t.entry(r, begun))
		begun = true
	}
	if len(past) > 0 {
		h.Past = past
	}
	if k.State != nil {
		h.Place = t.place(k.State)
	}
	return h
}

// longestAnswer bounds how long an answer may have taken: more is a clock's doing.
const longestAnswer = 24 * time.Hour

// farthest bounds days that a stranger's file names, about 2,700 years.
const farthest = 1_000_000

// entry is an answer; begun: one came before it.
func (t *intake) entry(r notebook.Review, begun bool) journal.Entry {
	state := scheduler.Review
	switch {
	case !begun:
		state = scheduler.New
	case r.Relapsed:
		state = scheduler.Relearning
	case r.Learning:
		state = scheduler.Learning
	}
	days := wholeDays(r.Interval)
	return journal.Entry{
		Moment: t.moment(r.At), Kind: journal.KindGrade, Mode: journal.ModeReview, Grade: scheduler.Grade(r.Grade),
		State: state, Days: days, Duration: min(max(r.Duration, 0), longestAnswer),
		Detail: journal.Detail{Format: string(decks.Recall), Foreign: &journal.Foreign{
			Origin: journal.Origin{Program: t.Format.Name}, Interval: int32(days)}},
	}
}

// wholeDays are days of a stranger's file.
func wholeDays(days float64) int {
	if math.IsNaN(days) {
		return 0
	}
	return int(math.Round(min(max(days, 0), farthest)))
}

// sane is a number of a stranger's file, 0 where it is none.
func sane(x float64) float64 {
	if math.IsNaN(x) || math.IsInf(x, 0) || x < 0 {
		return 0
	}
	return min(x, farthest)
}

// place is where a card stands.
func (t *intake) place(s *notebook.State) *scheduler.ImportedState {
	due := t.moment(s.Due)
	p := &scheduler.ImportedState{
		State: scheduler.Review, DueDay: due.Day, Interval: wholeDays(s.Interval),
		Reps: uint32(min(max(s.Reps, 0), farthest)), Lapses: uint32(min(max(s.Lapses, 0), farthest)),
		Stability: sane(s.Stability), Ease: sane(s.Ease), Whole: s.Whole,
	}
	if p.Stability > 0 {
		p.Difficulty = min(max(cmp.Or(sane(s.Difficulty), usualDifficulty), 1), 10)
	}
	if s.Phase != notebook.Reviewing {
		p.State, p.Due = scheduler.Learning, due.At
		if s.Phase == notebook.Relearning {
			p.State = scheduler.Relearning
		}
	}
	if !s.Last.IsZero() {
		last := t.moment(s.Last)
		p.Last, p.LastDay = last.At, last.Day
	}
	return p
}

// usualDifficulty is the middle of the scale, for a program that keeps a stability and
// no difficulty.
const usualDifficulty = 5
