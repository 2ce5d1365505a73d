package store

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"kartei/scheduler"
	"kartei/scheduler/fsrs"
	"kartei/store/journal"
	"kartei/store/sqlite"
	"kartei/store/table"
)

// A replay does not read the details of answers. All else is as those who look at
// whole rows read it.
func TestRowsWithoutDetailsAreWhatAReplayNeeds(t *testing.T) {
	s := newStore(t)
	d := deck("maths", 4)
	apply(t, s, d)
	id := func(i int) string { return d.Facts[i].Cards[0].ID }
	until := at(9, 0).Day
	for i, e := range []journal.Entry{
		{Kind: journal.KindGrade, Card: id(0), Mode: journal.ModeReview, Grade: scheduler.Good, Days: 3, Duration: 3 * time.Second, Item: "abcdefghij234567", Detail: journal.Detail{Format: "recall"}},
		{Kind: journal.KindGrade, Card: id(1), Mode: journal.ModeCram, Grade: scheduler.Again},
		{Kind: journal.KindBury, Card: id(1), Detail: journal.Detail{Until: &until}},
		{Kind: journal.KindFlag, Card: id(2), Detail: journal.Detail{Flag: 3}},
		{Kind: journal.KindSuspend, Card: id(2)},
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
	if err := s.Fit(t.Context(), "", fittedTo(fsrs.FSRS6, 2), at(5, 0)); err != nil {
		t.Fatal(err)
	}
	grade(t, s, id(2), scheduler.Good, at(6, 0))
	past := CardHistory{Card: id(3), Past: graded(1, 3), Place: &scheduler.ImportedState{State: scheduler.Review, DueDay: until, Interval: 9, Last: at(1, 0).At, LastDay: at(1, 0).Day, Reps: 1}}
	if _, err := s.ImportHistory(t.Context(), []CardHistory{past}, at(6, 0), at(6, 0)); err != nil {
		t.Fatal(err)
	}
	err := s.read(t.Context(), func(tx *readTx) error {
		want, err := play(tx, true)
		if err != nil {
			return err
		}
		for i := range want {
			if r := &want[i]; r.Kind == journal.KindGrade && r.Detail.Fit == "" {
				r.Detail = journal.Detail{}
			}
		}
		got, err := play(tx, false)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("(-with +without):\n%s", diff)
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

// play goes through logs to their ends.
func play(tx *readTx, details bool) (all []journal.Row, err error) {
	ctx := context.Background()
	logs, err := table.Cursors(ctx, tx, details)
	if err != nil {
		return nil, err
	}
	for _, l := range logs {
		for {
			r, err := l.Next(ctx)
			if err != nil {
				return nil, err
			}
			if r == nil {
				break
			}
			all = append(all, *r)
		}
	}
	return all, nil
}

// TestReplayOfManyDevices replays the logs of devices that wrote at the same
// times, one of them more than a page: their rows come in one order.
func TestReplayOfManyDevices(t *testing.T) {
	s := newStore(t)
	const each = 5
	devices := map[string]int{}
	err := s.record(t.Context(), func(tx *tx) error {
		rows := sqlite.NewBatch(tx.sql, table.InsertRows, table.RowWidth)
		dice := rand.New(rand.NewPCG(1, 2))
		for n := range 200 {
			id, name := int64(-1-n), fmt.Sprintf("%016d", dice.IntN(1e9))
			if _, err := tx.exec(t.Context(), `INSERT INTO devices (id, name, own) VALUES (?, ?, 0)`, id, name); err != nil {
				return err
			}
			devices[name] = each
			if n == 7 {
				devices[name] = table.FetchRows + each
			}
			var last journal.Tip
			for range devices[name] {
				now := at(0, time.Duration(max(last.Clock-at(0, 0).At, 0)+dice.Int64N(20))*time.Millisecond)
				r, err := journal.Seal(journal.Entry{Moment: now, Kind: journal.KindGrade, Card: "card", Mode: journal.ModeReview, Grade: scheduler.Good}, name, last)
				if err != nil {
					return err
				}
				last = r.Tip()
				if err := rows.Add(t.Context(), table.Log.Values(&r, id)...); err != nil {
					return err
				}
			}
		}
		return rows.Flush(t.Context())
	})
	if err != nil {
		t.Fatal(err)
	}
	err = s.read(t.Context(), func(tx *readTx) error {
		var last journal.Row
		_, err := tx.fullReplay(t.Context(), func(r *journal.Row) {
			if journal.Compare(&last, r) >= 0 {
				t.Errorf("row %d of %s at %d comes after row %d of %s at %d", r.Seq, r.Device, r.Clock, last.Seq, last.Device, last.Clock)
			}
			last = *r
			devices[r.Device]--
		}, nil)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for name, missing := range devices {
		if missing != 0 {
			t.Errorf("%d rows of %s were not replayed", missing, name)
		}
	}
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
		err := s.write(t.Context(), func(tx *sqlite.Tx) error {
			_, err := tx.ExecContext(t.Context(), `DROP TRIGGER log_keep_rows; UPDATE log SET `+column+` = `+column+` + (1 << 32)`)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Set(t.Context(), "", map[string]string{"steps": "5m"}, at(0, 0)); !errors.Is(err, ErrDamaged) {
			t.Errorf("%s: %v", column, err)
		}
	}
}
