package store

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"kartei/scheduler"
	"kartei/store/journal"
)

// What was answered while the clock ran ahead is taken back, with what came with
// it: the cards are as if only the other answers had been given.
func TestUndoFuture(t *testing.T) {
	wrong, right := newStore(t), newStore(t)
	d := deck("maths", 4)
	name := func(i int) string { return d.Facts[i].Cards[0].ID }
	for _, s := range []*Store{wrong, right} {
		apply(t, s, deck("maths", 4))
	}
	apply(t, wrong, d)
	both := func(card int, g scheduler.Grade, now scheduler.Moment) {
		t.Helper()
		grade(t, wrong, name(card), g, now)
		grade(t, right, name(card), g, now)
	}
	both(0, scheduler.Good, at(0, 0))
	both(1, scheduler.Easy, at(0, time.Minute))
	grade(t, wrong, name(0), scheduler.Good, at(3000, 0))
	forgot := grade(t, wrong, name(2), scheduler.Again, at(3000, time.Minute))
	leech := journal.Entry{Kind: journal.KindSuspend, Card: name(2), Moment: at(3000, time.Minute), Detail: journal.Detail{Cause: forgot.Seq}}
	mine := journal.Entry{Kind: journal.KindSuspend, Card: name(3), Moment: at(3000, 2*time.Minute)}
	for _, e := range []journal.Entry{leech, mine} {
		if _, err := wrong.Append(t.Context(), e, scheduler.Memory{}); err != nil {
			t.Fatal(err)
		}
	}
	both(1, scheduler.Good, at(20, 0))
	if _, err := right.Append(t.Context(), journal.Entry{Kind: journal.KindSuspend, Card: name(3), Moment: at(20, 0)}, scheduler.Memory{}); err != nil {
		t.Fatal(err)
	}

	f, err := wrong.Future(t.Context(), at(20, 0))
	if diff := cmp.Diff(Future{Answers: 2, Last: at(3000, time.Minute).At}, f); diff != "" || err != nil {
		t.Error(err, diff)
	}
	answers, err := wrong.UndoFuture(t.Context(), at(20, 0))
	if err != nil || len(answers) != 2 {
		t.Fatalf("%d answers were taken back, %v", len(answers), err)
	}
	for i := range 4 {
		standing := func(s *Store) journal.CardState {
			c, err := s.Card(t.Context(), name(i))
			if err != nil {
				t.Fatal(err)
			}
			return c.CardState
		}
		if diff := cmp.Diff(standing(right), standing(wrong)); diff != "" {
			t.Errorf("card %d: %s", i, diff)
		}
	}
	if _, err := wrong.UndoFuture(t.Context(), at(20, 0)); !errors.Is(err, ErrNothing) {
		t.Errorf("a second time: %v", err)
	}
	if f, err := wrong.Future(t.Context(), at(20, 0)); f.Answers != 0 || err != nil {
		t.Errorf("there is %v left, %v", f, err)
	}
}
