// Package ankihistory carries schedules and review logs between a collection and Anki.
//
// Anki and Kartei share the ideas of a card's state, of grades and, with FSRS,
// of stability and difficulty, so most of it is a change of words. What Anki's
// log says in its own terms is kept with each row ([store.Foreign]) and goes
// back as it came.
package ankihistory

import (
	"slices"
	"time"

	"kartei/decks"
	"kartei/decks/anki"
	"kartei/scheduler"
	"kartei/store"
	"kartei/store/journal"
)

// program is how rows of the log name where they come from.
const program = "anki"

// FromAnki makes the histories of cards as an import from Anki found them. Anki does
// not keep where the learner was: zone is taken for all of it. Named gives the
// cards of the collection that one of Anki's is, such as [Written] or
// [Finder.Cards]; for none, a history is made if there is any, of no card.
func FromAnki(
	im *anki.Import, named func(*anki.ImportedCard) []string, calendar scheduler.Calendar, zone *time.Location,
) []store.CardHistory {
	m := mover{calendar, zone, Shift(im, im.Begun.Rollover, calendar, zone)}
	histories := make([]store.CardHistory, 0, len(im.Cards))
	for i := range im.Cards {
		c := &im.Cards[i]
		h := store.CardHistory{Suspended: c.Schedule.Suspended, Buried: c.Schedule.Buried, Flag: c.Schedule.Flag}
		if c.Note != "" {
			h.Origin = origin(c)
		}
		if p := m.past(c.Schedule.Reviews); p.Len() > 0 {
			h.Past = p
		}
		if c.Schedule.State != anki.New || h.Past != nil {
			h.Place, h.Anew = m.placement(&c.Schedule), im.DayNamed
		}
		all := named(c)
		if len(all) == 0 && h.Past != nil {
			histories = append(histories, h)
		}
		for _, h.Card = range all {
			histories = append(histories, h)
		}
	}
	return histories
}

// Written names the card of the deck file that an import wrote.
func Written(c *anki.ImportedCard) []string {
	return []string{decks.CardID(c.Deck, c.Fact, c.Card)}
}

func origin(c *anki.ImportedCard) journal.Origin {
	return journal.Origin{Program: program, Note: c.Note, Ordinal: c.Ordinal}
}

// A mover knows the learner's days.
type mover struct {
	calendar scheduler.Calendar
	zone     *time.Location
	shift    scheduler.Day // see Shift
}

// Shift is by how many days the days of an import move if they turn at an hour in Anki
// and at another here: what was due that day when it was written is due that day, and what was
// due on the next is due on the next, as Anki's own import has it.
func Shift(im *anki.Import, hour int, calendar scheduler.Calendar, zone *time.Location) scheduler.Day {
	if im.Made <= 0 {
		return 0
	}
	made := time.UnixMilli(im.Made).In(zone)
	there := scheduler.Calendar{Rollover: time.Duration(hour) * time.Hour}
	return calendar.Moment(made).Day - there.Moment(made).Day
}

func (m mover) moment(ms int64) scheduler.Moment {
	return m.calendar.Moment(time.UnixMilli(ms).In(m.zone))
}

// A past makes entries of Anki's log.
type past struct {
	mover
	reviews []anki.Review
	states  []scheduler.State // of the card before each answer
}

// past leaves out what says nothing, and says what Anki's log leaves out.
func (m mover) past(reviews []anki.Review) *past {
	if slices.ContainsFunc(reviews, saysNothing) {
		reviews = slices.DeleteFunc(slices.Clone(reviews), saysNothing)
	}
	reviews = withResets(reviews)
	p := &past{mover: m, reviews: reviews, states: make([]scheduler.State, len(reviews))}
	begun := false // an answer came before, since the last time that the card was made new
	for i := range reviews {
		r := &reviews[i]
		p.states[i] = stateBefore(r.Kind, begun)
		begun = r.Grade > 0 || begun && !reset(r)
	}
	return p
}

// saysNothing is true for rows that no Anki writes.
func saysNothing(r anki.Review) bool { return r.At <= 0 || r.Grade < 0 || r.Grade > 4 }

// reset is true for the row that made a card new again.
func reset(r *anki.Review) bool {
	return r.Grade == 0 && (r.Kind == anki.ManualReview || r.Kind == unlogged) && r.Factor() == 0
}

// unlogged is the kind of a reset of which Anki's log has no row.
const unlogged anki.ReviewKind = -1

// withResets adds the resets that older Ankis wrote no row for: a card that is learned
// anew was made new before. Anki, too, counts no answer before the last run of such
// rows (rslib scheduler/fsrs/params.rs).
func withResets(reviews []anki.Review) []anki.Review {
	var all []anki.Review
	var before *anki.Review // the last row that is more than cramming
	for i := range reviews {
		r := &reviews[i]
		if learns(r) && before != nil && !learns(before) && !reset(before) {
			if all == nil {
				all = append(make([]anki.Review, 0, len(reviews)+1), reviews[:i]...)
			}
			all = append(all, anki.Review{At: max(r.At-shortlyBefore, before.At+1), Kind: unlogged})
		}
		if all != nil {
			all = append(all, *r)
		}
		if !crammed(r) {
			before = r
		}
	}
	if all == nil {
		return reviews
	}
	return all
}

// shortlyBefore is how many milliseconds before the answer that tells of it a card is
// taken to have been made new.
const shortlyBefore = 1000

// learns is true for an answer to a card that was new or being learned.
func learns(r *anki.Review) bool { return r.Grade > 0 && r.Kind == anki.LearnReview }

// crammed is true for an answer that moved no schedule.
func crammed(r *anki.Review) bool { return r.Kind == anki.ExtraReview && r.Factor() == 0 }

// Len is how many entries there are.
func (p *past) Len() int { return len(p.reviews) }

// Entry makes one of them.
func (p *past) Entry(i int) journal.Entry { return p.entry(&p.reviews[i], p.states[i]) }

// longestAnswer bounds how long an answer may have taken: more is a clock's doing.
const longestAnswer = 24 * time.Hour

func (m mover) entry(r *anki.Review, before scheduler.State) journal.Entry {
	e := journal.Entry{Moment: m.moment(r.At), Detail: journal.Detail{Foreign: &journal.Foreign{
		Origin: journal.Origin{Program: program}, Kind: int(r.Kind), Interval: int32(r.Interval),
		Before: int32(r.Before), Factor: r.Factor(),
	}}}
	switch {
	case reset(r):
		e.Kind = journal.KindReset
	case r.Grade == 0:
		e.Kind = journal.KindPlace
	default:
		e.Kind, e.Mode, e.Grade = journal.KindGrade, journal.ModeReview, scheduler.Grade(r.Grade)
		if crammed(r) {
			e.Mode = journal.ModeCram
		}
		e.State, e.Days = before, min(max(int(r.Interval), 0), farthest)
		e.Duration = time.Duration(min(max(r.Duration, 0), longestAnswer.Milliseconds())) * time.Millisecond
		e.Detail.Format = string(decks.Recall)
	}
	return e
}

// stateBefore is where a card stood when it was answered.
func stateBefore(kind anki.ReviewKind, begun bool) scheduler.State {
	switch kind {
	case anki.LearnReview:
		if begun {
			return scheduler.Learning
		}
		return scheduler.New
	case anki.RelearnReview:
		return scheduler.Relearning
	}
	return scheduler.Review
}

// farthest bounds days that a stranger's file names, about 2,700 years.
const farthest = 1_000_000

const dayMilliseconds = 24 * 60 * 60 * 1000

// day is a day of Anki's.
func (m mover) day(anki int) scheduler.Day {
	return scheduler.Day(min(max(anki, 0), farthest)) + m.shift
}

func (m mover) placement(s *anki.Schedule) *scheduler.ImportedState {
	p := &scheduler.ImportedState{
		State: scheduler.State(s.State), Interval: min(max(s.Interval, 0), farthest), Left: min(max(s.Steps, 0), 255),
		Reps: uint32(max(s.Reps, 0)), Lapses: uint32(max(s.Lapses, 0)),
		Stability: max(s.Stability, 0), Difficulty: max(s.Difficulty, 0), Ease: s.Ease, Whole: whole(withResets(s.Reviews)),
	}
	switch s.State {
	case anki.New: // Anki counts on if it is not told to forget the counts as well
		return &scheduler.ImportedState{Reps: p.Reps, Lapses: p.Lapses}
	case anki.Reviewing:
		p.DueDay = m.day(s.DueDay)
	default:
		p.Due = min(max(s.Due, 0), farthest*dayMilliseconds)
		p.DueDay = m.moment(p.Due).Day
		if s.DueDay != 0 { // a step of whole days: from when the day begins
			p.DueDay = m.day(s.DueDay)
			zone := m.moment(int64(p.DueDay) * dayMilliseconds).Zone
			p.Due = m.calendar.Ends(scheduler.Moment{Zone: zone, Day: p.DueDay - 1})
		}
	}
	if s.Last > 0 && s.Last <= farthest*dayMilliseconds {
		p.Last, p.LastDay = s.Last, m.moment(s.Last).Day
	}
	return p
}

// whole reports whether a log, as [withResets] completes it, begins where the card did: else Anki, too, goes by
// interval and ease.
func whole(reviews []anki.Review) bool {
	whole, begun := false, false
	for i := range reviews {
		switch r := &reviews[i]; {
		case reset(r):
			whole, begun = false, false
		case r.Grade > 0 && !begun:
			whole, begun = r.Kind == anki.LearnReview, true
		}
	}
	return whole
}
