package store

import (
	"testing"
	"time"

	"kartei/scheduler"
	"kartei/scheduler/session"
	"kartei/store/journal"
)

// What a report reads of the log has the numbers of the log, also of two devices whose
// rows are to be read in the order of a replay, and rows of cards that are not here.
func TestAllReviews(t *testing.T) {
	s := newStore(t)
	d := deck("maths", 3)
	apply(t, s, d)
	grade(t, s, d.Facts[0].Cards[0].ID, scheduler.Good, at(0, 0))
	grade(t, s, d.Facts[1].Cards[0].ID, scheduler.Again, at(1, time.Minute))
	if _, err := s.Undo(t.Context(), at(1, 2*time.Minute)); err != nil {
		t.Fatal(err)
	}
	grade(t, s, d.Facts[1].Cards[0].ID, scheduler.Hard, at(2, 0))
	var want []journal.Row
	for r, err := range s.Log(t.Context(), LogQuery{Kinds: []journal.Kind{journal.KindGrade}}, at(3, 0)) {
		if err != nil {
			t.Fatal(err)
		}
		if !r.Undone {
			want = append([]journal.Row{r}, want...)
		}
	}
	i := 0
	err := s.AllReviews(t.Context(), func(card int64, r *journal.Row) {
		w := want[i]
		if card == 0 || r.Card != w.Card || r.Moment != w.Moment || r.Grade != w.Grade || r.Duration != w.Duration || r.State != w.State || r.Days != w.Days || r.ID != w.ID || r.Kind != w.Kind {
			t.Errorf("row %d is %+v, want %+v", i, r, w)
		}
		i++
	})
	if err != nil || i != len(want) || i != 2 {
		t.Errorf("%d rows, %v", i, err)
	}
	places := 0
	if err := s.Places(t.Context(), func(p *Place) {
		if places++; p.Live != true || p.Deck != "maths" || (p.State != scheduler.New) != (places <= 2) {
			t.Errorf("place %d: %+v", places, p)
		}
	}); err != nil || places != 3 {
		t.Errorf("%d places, %v", places, err)
	}
}

// The days ahead by age are the days ahead, and each review is young or mature.
func TestAheadByAge(t *testing.T) {
	s := newStore(t)
	d := deck("maths", 6)
	apply(t, s, d)
	grade(t, s, d.Facts[0].Cards[0].ID, scheduler.Easy, at(0, 0))
	for i := range 4 {
		grade(t, s, d.Facts[i].Cards[0].ID, scheduler.Easy, at(8, 0))
	}
	now := at(8, time.Hour)
	status, err := s.Status(t.Context(), now, 30)
	if err != nil {
		t.Fatal(err)
	}
	ahead, err := s.Ahead(t.Context(), nil, now, 100)
	if err != nil {
		t.Fatal(err)
	}
	mature, due := 0, 0
	for i, f := range ahead {
		if i < 30 && (f.Left != status.Forecast[i].Left || f.Day != status.Forecast[i].Day) {
			t.Errorf("day %d: %+v, and %+v is said elsewhere", i, f, status.Forecast[i])
		}
		if f.Mature < 0 || f.Mature > f.Due || f.Left != (session.Left{}) && f.Time < 0 {
			t.Errorf("day %d: %+v", i, f)
		}
		mature, due = mature+f.Mature, due+f.Due
	}
	if mature != 1 || due != 4 {
		t.Errorf("%d reviews, %d of them mature; want 4 and 1", due, mature)
	}
}
