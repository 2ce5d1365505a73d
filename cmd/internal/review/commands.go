package review

import (
	"context"
	"errors"
	"fmt"

	"kartei/cmd/internal/ask"
	"kartei/cmd/internal/show"
	"kartei/scheduler"
	"kartei/scheduler/session"
	"kartei/store"
)

// undo takes the last act back, of this session or of an earlier one, and asks
// that card again. What it took back is said above the next question.
func (s *Sitting) undo(ctx context.Context) error {
	var rows []store.Row
	err := s.write(ctx, func(ctx context.Context) (err error) {
		rows, err = s.Store.Undo(ctx, s.Now())
		return err
	})
	if errors.Is(err, store.ErrNothing) || errors.Is(err, errUnrecorded) {
		s.Page.note(show.Dim, "There is no answer to take back.")
		return nil
	}
	if err != nil {
		return fmt.Errorf("undo: %w", err)
	}
	card, err := s.Store.Card(ctx, rows[0].Now)
	if errors.Is(err, store.ErrNotFound) {
		s.flash("Taken back: " + Act(&rows[0]) + " of a card that is no longer here.")
		return errNext
	}
	if err != nil {
		return fmt.Errorf("undo: %w", err)
	}
	s.flash("Taken back: " + Act(&rows[0]) + " of “" + brief(card.Prompt) + "”")
	switch last, ok := s.Session.Last(); {
	case rows[0].Kind == store.KindFlag:
	case ok && last.Card.Card == card.ID && happened[last.Kind] == rows[0].Kind:
		s.Session.Undo()
	case card.Retired || s.Session.Return(card.Candidate()) != nil:
		s.flash("It is in none of the decks that are asked now.")
	}
	return errNext
}

// happened is what the log calls an event of the session.
var happened = map[session.EventKind]store.Kind{
	session.Graded: store.KindGrade, session.Buried: store.KindBury, session.Suspended: store.KindSuspend,
}

// Act names what a row of the log did.
func Act(r *store.Row) string {
	switch r.Kind {
	case store.KindGrade:
		return r.Grade.String()
	case store.KindSuspend:
		return "suspension"
	case store.KindBury:
		return "postponement"
	case store.KindPlace:
		return "import"
	case store.KindAlias:
		if r.Card == r.Detail.To {
			return "name taken over"
		}
		return "new name"
	case store.KindFollow:
		if f := r.Detail.Follow; f != nil && f.By == store.FollowIDs {
			return "kept with the id"
		}
		return "kept with the text"
	}
	return string(r.Kind)
}

// putOff suspends the card, or buries it until tomorrow.
func (t *turn) putOff(ctx context.Context, c ask.Command) error {
	now := t.Now()
	e := store.Entry{Moment: now, Kind: store.KindSuspend, Card: t.card.ID}
	off := t.Session.Suspend
	says := "Suspended: it is not asked any more. " + t.Keys.of(Undo) + " takes that back; kartei cards is:suspended lists them."
	if c == Bury {
		e.Kind, e.Detail.Until = store.KindBury, &now.Day
		off, says = t.Session.Bury, "Buried until tomorrow."
	}
	if err := t.append(ctx, e, scheduler.Memory{}); err != nil {
		return fmt.Errorf("%s the card: %w", string(c), err)
	}
	t.flash(says)
	if err := off(t.card.ID, now); err != nil {
		return err
	}
	return errNext
}

// flag marks the card for later, or takes the mark off.
func (t *turn) flag(ctx context.Context) error {
	flag := 1
	if t.card.Flag != 0 {
		flag = 0
	}
	e := store.Entry{Moment: t.Now(), Kind: store.KindFlag, Card: t.card.ID, Detail: store.Detail{Flag: flag}}
	if err := t.append(ctx, e, scheduler.Memory{}); err != nil {
		return fmt.Errorf("flag the card: %w", err)
	}
	t.card.Flag = flag
	if flag == 0 {
		t.Page.note(show.Dim, "Flag taken off.")
	} else {
		t.Page.note(show.Dim, "Flagged. Later: kartei cards is:flagged")
	}
	return nil
}

// edit opens the fact in the learner's editor. On return the card is asked as
// it is by then; where the edit came to nothing it stays as it was.
func (t *turn) edit(ctx context.Context) error {
	if t.Edit == nil {
		t.Page.note(show.Dim, "Editing needs a terminal.")
		return nil
	}
	if err := t.Edit(ctx, t.card); err != nil {
		t.Page.note(show.Red, show.Line(err.Error()))
		return nil
	}
	card, err := t.Store.Card(ctx, t.card.ID)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	if err != nil || card.Retired {
		t.flash("That card is gone from its deck. Its history is kept.")
		return t.drop()
	}
	if err := t.Session.Replace(t.card.ID, card.Candidate()); err != nil {
		t.flash("That card has moved to the deck " + card.Deck + ".")
		return t.drop()
	}
	return errNext
}

// drop takes the card out of the session.
func (t *turn) drop() error {
	if err := t.Session.Retire(t.card.ID, t.Now()); err != nil {
		return err
	}
	return errNext
}
