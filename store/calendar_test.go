package store

import (
	"bytes"
	"errors"
	"path/filepath"
	"testing"
	"time"

	"kartei/decks"
	"kartei/scheduler"
)

// A card whose step reaches over the turn of the day is planned anew when the
// day turns at another time; the log stays, and doctor, another process and a
// copy of the collection count as this one does.
func TestSetCalendar(t *testing.T) {
	path := filepath.Join(t.TempDir(), "collection.db")
	s, other := openTest(t, path), openTest(t, path)
	apply(t, s, deck("maths", 2))
	id := decks.CardID("maths", "fact-0", "card")
	night := scheduler.DefaultCalendar.Moment(time.Date(2026, 11, 24, 3, 55, 0, 0, time.FixedZone("", 3600)))
	grade(t, s, id, scheduler.Good, night) // comes again in ten minutes
	dueDay := func(s *Store) scheduler.Day {
		t.Helper()
		card, err := s.Card(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		return card.DueDay
	}
	if got, want := dueDay(s), night.Day+1; got != want {
		t.Fatalf("due on %s, want %s", got, want)
	}
	late := scheduler.Calendar{Rollover: 5 * time.Hour}
	if err := s.SetCalendar(t.Context(), late, at(0, 0)); err != nil {
		t.Fatal(err)
	}
	if got := dueDay(s); got != night.Day {
		t.Errorf("with days until 05:00 due on %s, want %s", got, night.Day)
	}
	healthy(t, s)
	grade(t, other, decks.CardID("maths", "fact-1", "card"), scheduler.Good, night)
	healthy(t, other)
	if err := s.Set(t.Context(), "", map[string]string{"retention": "0.95"}, at(0, 0)); err != nil {
		t.Errorf("other options: %v", err)
	}

	again := openTest(t, path)
	var dump bytes.Buffer
	if err := again.Export(t.Context(), &dump); err != nil {
		t.Fatal(err)
	}
	copied := newStore(t)
	if err := copied.Import(t.Context(), &dump); err != nil {
		t.Fatal(err)
	}
	for name, s := range map[string]*Store{"this one": s, "opened again": again, "a copy": copied} {
		if s.Calendar() != late {
			t.Errorf("%s: days turn at %v", name, s.Calendar().Rollover)
		}
	}
}

func TestBadCalendar(t *testing.T) {
	path := filepath.Join(t.TempDir(), "collection.db")
	s := openTest(t, path)
	for _, bad := range []time.Duration{-time.Minute, 24 * time.Hour} {
		if err := s.SetCalendar(t.Context(), scheduler.Calendar{Rollover: bad}, at(0, 0)); err == nil {
			t.Errorf("days may turn at %v", bad)
		}
	}
	if s.Calendar() != scheduler.DefaultCalendar {
		t.Error("a refused calendar holds")
	}
	if _, err := s.db.ExecContext(t.Context(), `INSERT INTO options (deck, folder, name, value) VALUES ('', '', 'day-start', 'noon')`); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(t.Context(), path, Config{}); !errors.Is(err, ErrDamaged) {
		t.Errorf("got %v", err)
	}
	if _, err := s.db.ExecContext(t.Context(), `DELETE FROM options`); err != nil {
		t.Fatal(err)
	}
}
