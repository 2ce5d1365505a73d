package store

import (
	"context"
	"database/sql"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kartei/scheduler"
)

// A replay reads less of each row than there is. It must be enough: the rows
// are as those read whole, as far as a replay looks at them.
func TestLeanRowsAreWhatAReplayNeeds(t *testing.T) {
	s := newStore(t)
	d := deck("maths", 4)
	apply(t, s, d)
	id := func(i int) string { return d.Facts[i].Cards[0].ID }
	until := at(9, 0).Day
	for i, e := range []Entry{
		{Kind: KindGrade, Card: id(0), Mode: ModeReview, Grade: scheduler.Good, Days: 3, Item: "abcdefghij234567", Detail: Detail{Format: "recall"}},
		{Kind: KindGrade, Card: id(1), Mode: ModeCram, Grade: scheduler.Again},
		{Kind: KindBury, Card: id(1), Detail: Detail{Until: &until}},
		{Kind: KindFlag, Card: id(2), Detail: Detail{Flag: 3}},
		{Kind: KindSuspend, Card: id(2)},
	} {
		e.Moment = at(5-i, 0) // a clock set back
		after := scheduler.Memory{Reps: 1}
		if _, err := s.Append(t.Context(), e, after); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.Undo(t.Context(), at(5, 0)); err != nil {
		t.Fatal(err)
	}
	past := CardHistory{Card: id(3), Past: graded(1, 3), Place: &scheduler.Placement{State: scheduler.Review, DueDay: until, Interval: 9, Last: at(1, 0).At, LastDay: at(1, 0).Day, Reps: 1}}
	if _, err := s.ImportHistory(t.Context(), []CardHistory{past}, at(6, 0)); err != nil {
		t.Fatal(err)
	}
	err := s.read(t.Context(), func(w *writer) error {
		want, err := play(w, w.tapes)
		if err != nil {
			return err
		}
		for i := range want {
			r := &want[i]
			if r.Duration, r.State = 0, 0; r.Kind == KindGrade {
				r.Detail = Detail{}
			}
			*r = Row{Entry: r.Entry, Device: r.Device, Seq: r.Seq, Clock: r.Clock}
		}
		got, err := play(w, w.leanTapes)
		if diff := cmp.Diff(want, got, cmp.AllowUnexported(Row{})); diff != "" {
			t.Errorf("(-whole +lean):\n%s", diff)
		}
		if len(got) < 8 {
			t.Errorf("only %d rows", len(got))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// play reads tapes to their ends.
func play(w *writer, open func(context.Context) ([]*tape, error)) (all []Row, err error) {
	ctx := context.Background()
	tapes, err := open(ctx)
	if err != nil {
		return nil, err
	}
	for _, t := range tapes {
		for {
			r, err := t.peek(ctx)
			if err != nil {
				return nil, err
			}
			if r == nil {
				break
			}
			all = append(all, *t.pop())
		}
	}
	return all, nil
}

// A file may come from anyone: a number that no zone, day or grade can be is no
// other one.
func TestReplayRefusesNumbersThatAreTooLarge(t *testing.T) {
	for _, column := range []string{"zone", "day", "grade"} {
		s := openPlain(t, t.TempDir()+"/collection.db")
		defer s.Close()
		d := deck("maths", 1)
		apply(t, s, d)
		grade(t, s, d.Facts[0].Cards[0].ID, scheduler.Good, at(0, 0))
		err := s.write(t.Context(), func(tx *sql.Tx) error {
			_, err := tx.Exec(`DROP TRIGGER log_keep_rows; UPDATE log SET ` + column + ` = ` + column + ` + (1 << 32)`)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Set(t.Context(), "", map[string]string{"retention": "0.8"}); !errors.Is(err, ErrDamaged) {
			t.Errorf("%s: %v", column, err)
		}
	}
}
