package ankihistory

import (
	"context"

	"kartei/decks/anki"
	"kartei/scheduler"
	"kartei/scheduler/fsrs"
	"kartei/store"
	"kartei/store/journal"
)

// ToAnki returns the schedules of decks' cards by the cards' ids, with all that the
// log says of them, and the day from which Anki shall count.
func ToAnki(
	ctx context.Context, st *store.Store, chosen []store.Deck, now scheduler.Moment,
) (anki.Beginning, map[string]*anki.Schedule, error) {
	o := &outgoing{today: now.Day, schedules: map[string]*anki.Schedule{}, standings: map[string]journal.CardState{}}
	cards := make([][]string, len(chosen))
	for i, d := range chosen {
		var err error
		if cards[i], err = st.CardIDs(ctx, d); err != nil {
			return anki.Beginning{}, nil, err
		}
		for _, id := range cards[i] {
			o.schedules[id] = nil
		}
	}
	if err := st.Retrace(ctx, o.step); err != nil {
		return anki.Beginning{}, nil, err
	}
	for i, d := range chosen {
		if err := o.stand(ctx, st, d, cards[i]); err != nil {
			return anki.Beginning{}, nil, err
		}
	}
	begun := anki.Plain
	begun.Rollover = int(st.Calendar().Rollover.Hours())
	if o.first != nil {
		begun.Day, begun.Zone = int(o.first.Day), int(o.first.Zone)
	}
	return begun, o.schedules, nil
}

// outgoing gathers what the log says, card by card.
type outgoing struct {
	today     scheduler.Day
	first     *scheduler.Moment // of the earliest row
	schedules map[string]*anki.Schedule
	standings map[string]journal.CardState
}

// step takes a row of the log.
func (o *outgoing) step(s journal.Step) error {
	schedule, wanted := o.schedules[s.Card]
	if !wanted {
		return nil
	}
	if schedule == nil {
		schedule = &anki.Schedule{}
		o.schedules[s.Card] = schedule
	}
	if o.first == nil || s.Row.Moment.Day < o.first.Day {
		first := s.Row.Moment
		o.first = &first
	}
	o.standings[s.Card] = *s.After
	if placed := s.Row.Detail.Placed; placed != nil {
		schedule.Ease = placed.Ease
		schedule.Interval, schedule.DueDay = placed.Interval, int(placed.DueDay)
	} else if s.Row.Kind == journal.KindReset || s.Row.Kind == journal.KindGrade && s.Row.Mode != journal.ModeCram {
		schedule.Interval = 0
	}
	if r, ok := review(s); ok {
		schedule.Reviews = append(schedule.Reviews, r)
		if r.Ease > 0 {
			schedule.Ease = r.Ease
		}
	}
	return nil
}

// review is a row of Anki's log; false for what Anki does not keep there.
func review(s journal.Step) (anki.Review, bool) {
	row := s.Row
	r := anki.Review{At: row.Moment.At, Grade: int(row.Grade), Duration: row.Duration.Milliseconds()}
	switch row.Kind {
	case journal.KindGrade, journal.KindReset:
	case journal.KindPlace:
		if row.Detail.Foreign == nil {
			return r, false
		}
	default:
		return r, false
	}
	if f := row.Detail.Foreign; f != nil && f.Program == program {
		if anki.ReviewKind(f.Kind) == unlogged {
			return r, false
		}
		r.Kind, r.Interval, r.Before = anki.ReviewKind(f.Kind), anki.Span(f.Interval), anki.Span(f.Before)
		r.SetFactor(f.Factor)
		return r, true
	}
	r.Before = span(&s.Before.Memory)
	switch {
	case row.Kind == journal.KindReset:
		r.Kind = anki.ManualReview
		return r, true
	case row.Mode == journal.ModeCram:
		r.Kind, r.Interval = anki.ExtraReview, r.Before
		return r, true
	}
	r.Kind, r.Interval, r.Difficulty = kinds[s.Before.State], span(&s.After.Memory), s.After.Difficulty
	return r, true
}

// kinds are what Anki calls answers by where the card stood.
var kinds = map[scheduler.State]anki.ReviewKind{
	scheduler.New: anki.LearnReview, scheduler.Learning: anki.LearnReview,
	scheduler.Review: anki.PlainReview, scheduler.Relearning: anki.RelearnReview,
}

// span is how long a card waits, as Anki writes it.
func span(m *scheduler.Memory) anki.Span {
	switch m.State {
	case scheduler.New:
		return 0
	case scheduler.Review:
		return anki.Span(max(m.Interval(), 1))
	}
	return -anki.Span(max((m.Due-m.Last)/1000, 1))
}

// stand says where the cards of a deck stand.
func (o *outgoing) stand(ctx context.Context, st *store.Store, d store.Deck, cards []string) error {
	options, err := st.Options(ctx, d.Name)
	if err != nil {
		return err
	}
	policy, err := scheduler.NewPolicy(options, st.Calendar())
	if err != nil {
		return err
	}
	decay := 0.0
	if options.Model == fsrs.FSRS6 {
		model, err := fsrs.NewSix(options.Parameters)
		if err != nil {
			return err
		}
		decay = model.Parameters()[20]
	}
	for _, id := range cards {
		if s := o.schedules[id]; s != nil {
			o.place(s, o.standings[id], policy)
			if s.State != anki.New {
				s.Retention, s.Decay = options.Retention, decay
			}
		}
	}
	return nil
}

// place says where a card stands.
func (o *outgoing) place(s *anki.Schedule, at journal.CardState, policy *scheduler.Policy) {
	s.Flag, s.Suspended, s.Buried = at.Flag, at.Suspended, at.Buried >= o.today
	if s.DueDay != int(at.DueDay) || s.Interval == 0 { // else it is Anki's own, which may be set apart from the days
		s.Interval = at.Interval()
	}
	s.DueDay = 0
	if at.State == scheduler.New {
		return
	}
	s.State, s.Due = anki.State(at.State), at.Due
	s.Stability, s.Difficulty = policy.Stability(at.Memory), at.Difficulty
	s.Last, s.Reps, s.Lapses = at.Last, int(at.Reps), int(at.Lapses)
	switch at.State {
	case scheduler.Review:
		s.DueDay = int(at.DueDay)
	case scheduler.Learning:
		s.Steps = max(len(policy.Options().Steps)-int(at.Step), 1)
	case scheduler.Relearning:
		s.Steps = max(len(policy.Options().Relearning)-int(at.Step), 1)
	}
}
