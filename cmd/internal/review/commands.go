package review

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"kartei/cmd/internal/ask"
	"kartei/cmd/internal/show"
	"kartei/decks/plural"
	"kartei/scheduler"
	"kartei/scheduler/session"
	"kartei/store"
	"kartei/store/journal"
)

// undo takes the last act back, of this session or of an earlier one, and asks
// that card again. What it took back is said above the next question.
func (r *Run) undo(ctx context.Context) error {
	var rows []journal.Row
	err := r.write(ctx, func(ctx context.Context) (err error) {
		rows, err = r.Store.Undo(ctx, r.Now())
		return err
	})
	if errors.Is(err, store.ErrNothing) || errors.Is(err, errUnrecorded) {
		r.Page.note(show.Dim, "There is no answer to take back.")
		return nil
	}
	if err != nil {
		return fmt.Errorf("undo: %w", err)
	}
	if what := Taken(ctx, r.Store, rows); what != "" {
		r.notice("Taken back: " + what + ". The next review counts them in.")
		return errNext
	}
	if n := Same(rows); n > 1 {
		r.notice(fmt.Sprintf("Taken back: %s of %s. The next review counts them in.", Act(&rows[0]),
			plural.Count(n, "card")))
		return errNext
	}
	card, err := r.Store.Card(ctx, rows[0].Now)
	if errors.Is(err, store.ErrNotFound) {
		r.notice("Taken back: " + Act(&rows[0]) + " of a card that is no longer here.")
		return errNext
	}
	if err != nil {
		return fmt.Errorf("undo: %w", err)
	}
	r.notice("Taken back: " + Act(&rows[0]) + " of “" + brief(card.Prompt) + "”")
	switch last, ok := r.Session.Last(); {
	case rows[0].Kind == journal.KindFlag:
	case ok && last.Card.Card == card.ID && happened[last.Kind] == rows[0].Kind:
		r.Session.Undo()
	case card.Retired || r.Session.Return(card.Candidate()) != nil:
		r.notice("It is in none of the decks that are asked now.")
	}
	return errNext
}

// Taken says what was taken back where it was about more than a card; "" where it was
// about cards that were answered, suspended and so on.
func Taken(ctx context.Context, st *store.Store, rows []journal.Row) string {
	switch rows[0].Kind {
	case journal.KindFit:
		return "fitted parameters; no due day moves"
	case journal.KindDue:
		return "a reschedule of " + plural.Count(len(rows), "card")
	case journal.KindArchive, journal.KindOption:
	default:
		return ""
	}
	var set []string
	moved := 0
	for i := range rows {
		if rows[i].Kind == journal.KindDue {
			moved++
			continue
		}
		set = append(set, Said(ctx, st, &rows[i]))
	}
	what := strings.Join(set, ", ")
	if moved > 0 {
		what += "; " + plural.Count(moved, "card") + " due as before"
	}
	return what
}

// Said says what a row about no card says; "" of other kinds.
func Said(ctx context.Context, st *store.Store, r *journal.Row) string {
	switch d := &r.Detail; {
	case r.Kind == journal.KindOption && d.Set != nil:
		value := d.Set.Value
		if value == "" {
			value = "as around it"
		}
		return show.Line(fmt.Sprintf("%s %s of %s", d.Set.Name, value, st.ScopeName(ctx, *d.Set)))
	case r.Kind == journal.KindArchive && d.Archive != nil:
		name := show.Line(st.ScopeName(ctx, journal.Setting{Deck: d.Archive.Deck}))
		if d.Archive.Away {
			return name + " put away"
		}
		return name + " asked again"
	}
	return ""
}

// Same is of how many cards the rows say the same, if all of them do: what a command
// did to the cards of a search. Else it is 0.
func Same(rows []journal.Row) int {
	for i := range rows {
		if rows[i].Kind != rows[0].Kind {
			return 0
		}
	}
	return len(rows)
}

// happened is what the log calls an event of the session.
var happened = map[session.EventKind]journal.Kind{
	session.Graded: journal.KindGrade, session.Buried: journal.KindBury, session.Suspended: journal.KindSuspend,
}

// Act names what a row of the log did.
func Act(r *journal.Row) string {
	switch r.Kind {
	case journal.KindGrade:
		return r.Grade.String()
	case journal.KindSuspend:
		return "suspension"
	case journal.KindBury:
		return "postponement"
	case journal.KindPlace:
		return "import"
	case journal.KindFit:
		return "fitted parameters"
	case journal.KindDue:
		return "new due day"
	case journal.KindAlias:
		if r.Card == r.Detail.To {
			return "name taken over"
		}
		return "new name"
	case journal.KindFollow:
		if f := r.Detail.Follow; f != nil && f.By == journal.FollowIDs {
			return "kept with the id"
		}
		return "kept with the text"
	}
	return string(r.Kind)
}

// putOff suspends the card, or buries it until tomorrow.
func (q *question) putOff(ctx context.Context, c ask.Command) error {
	now := q.Now()
	e := journal.Entry{Moment: now, Kind: journal.KindSuspend, Card: q.card.ID}
	off := q.Session.Suspend
	says := "Suspended: it is not asked any more. " + q.Keys.of(Undo) +
		" takes that back; kartei cards is:suspended lists them."
	if c == Bury {
		e.Kind, e.Detail.Until = journal.KindBury, &now.Day
		off, says = q.Session.Bury, "Buried until tomorrow."
	}
	if err := q.append(ctx, e, scheduler.Memory{}); err != nil {
		return fmt.Errorf("%s the card: %w", string(c), err)
	}
	q.notice(says)
	if err := off(q.card.ID, now); err != nil {
		return err
	}
	return errNext
}

// flag marks the card for later, or takes the mark off.
func (q *question) flag(ctx context.Context) error {
	flag := 1
	if q.card.Flag != 0 {
		flag = 0
	}
	e := journal.Entry{Moment: q.Now(), Kind: journal.KindFlag, Card: q.card.ID, Detail: journal.Detail{Flag: flag}}
	if err := q.append(ctx, e, scheduler.Memory{}); err != nil {
		return fmt.Errorf("flag the card: %w", err)
	}
	q.card.Flag = flag
	if flag == 0 {
		q.Page.note(show.Dim, "Flag taken off.")
	} else {
		q.Page.note(show.Dim, "Flagged. Later: kartei cards is:flagged")
	}
	return nil
}

// edit opens the fact in the learner's editor. On return the card is asked as
// it is by then; where the edit came to nothing it stays as it was.
func (q *question) edit(ctx context.Context) error {
	if q.Edit == nil {
		q.Page.note(show.Dim, "Editing needs a terminal.")
		return nil
	}
	if err := q.Edit(ctx, q.card); err != nil {
		q.Page.note(show.Red, show.Line(err.Error()))
		return nil
	}
	card, err := q.Store.Card(ctx, q.card.ID)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	if err != nil || card.Retired {
		q.notice("That card is gone from its deck. Its history is kept.")
		return q.drop()
	}
	if err := q.Session.Replace(q.card.ID, card.Candidate()); err != nil {
		q.notice("That card has moved to the deck " + card.Deck + ".")
		return q.drop()
	}
	return errNext
}

// drop takes the card out of the session.
func (q *question) drop() error {
	if err := q.Session.Drop(q.card.ID, q.Now()); err != nil {
		return err
	}
	return errNext
}
