package store

import (
	"context"
	"errors"
	"testing"
	"time"

	"kartei/decks"
	"kartei/scheduler"
	"kartei/store/highwater"
	"kartei/store/journal"
)

// TestQuickAnswer lets something happen between the question and the answer:
// whatever the answer rests on, the quick way must notice, and the long way must
// then record it, or refuse it, as ever.
func TestQuickAnswer(t *testing.T) {
	card, other := decks.CardID("maths", "fact-1", "card"), decks.CardID("maths", "fact-2", "card")
	answer := func(s *Store, id string) error {
		_, err := tryGrade(t.Context(), s, id, scheduler.Good, at(3, time.Minute))
		return err
	}
	act := func(s *Store, e journal.Entry) error {
		e.Moment = at(3, time.Second)
		_, err := s.Append(t.Context(), e, scheduler.Memory{})
		return err
	}
	for name, c := range map[string]struct {
		between func(mine, others *Store) error
		quick   bool
		long    error
	}{
		"nothing":                {func(mine, others *Store) error { return nil }, true, nil},
		"reading":                {func(mine, others *Store) error { _, err := others.Card(t.Context(), card); return err }, true, nil},
		"a claim":                {func(mine, others *Store) error { _, err := others.Claim(t.Context(), other, at(3, 0)); return err }, true, nil},
		"another card read":      {func(mine, others *Store) error { _, err := mine.Card(t.Context(), other); return err }, false, nil},
		"another's answer":       {func(mine, others *Store) error { return answer(others, other) }, false, nil},
		"another's answer to it": {func(mine, others *Store) error { return answer(others, card) }, false, ErrStale},
		"an undo":                {func(mine, others *Store) error { _, err := others.Undo(t.Context(), at(3, 0)); return err }, false, ErrStale},
		"an undo here":           {func(mine, others *Store) error { _, err := mine.Undo(t.Context(), at(3, 0)); return err }, false, ErrStale},
		"a suspension": {func(mine, others *Store) error {
			return act(others, journal.Entry{Kind: journal.KindSuspend, Card: card})
		}, false, nil},
		"a flag here": {func(mine, others *Store) error {
			return act(mine, journal.Entry{Kind: journal.KindFlag, Card: other, Detail: journal.Detail{Flag: 3}})
		}, false, nil},
		"an option": {func(mine, others *Store) error {
			return others.Set(t.Context(), "", map[string]string{"retention": "0.8"}, at(0, 0))
		}, false, nil},
		"an option here": {func(mine, others *Store) error {
			return mine.Set(t.Context(), "", map[string]string{"retention": "0.8"}, at(0, 0))
		}, false, nil},
		"the start of the day": {func(mine, others *Store) error {
			return others.SetCalendar(t.Context(), scheduler.Calendar{}, at(0, 0))
		}, false, nil},
		"a compile without the card": {func(mine, others *Store) error { apply(t, others, deck("maths", 1)); return nil }, false, nil},
		"a compile of other cards":   {func(mine, others *Store) error { apply(t, others, deck("maths", 9)); return nil }, false, nil},
		"a restore":                  {restored, false, nil},
		"a repair":                   {func(mine, others *Store) error { _, err := others.accept(t.Context()); return err }, false, nil},
		"memory that the log says not": {func(mine, others *Store) error {
			_, err := others.db.ExecContext(t.Context(), `UPDATE memory SET difficulty = 3`)
			return err
		}, false, nil},
	} {
		t.Run(name, func(t *testing.T) {
			path := t.TempDir() + "/collection.db"
			mine, others := openPlain(t, path), openPlain(t, path)
			defer mine.Close()
			defer others.Close()
			apply(t, mine, deck("maths", 4))
			grade(t, mine, card, scheduler.Good, at(1, 0))
			grade(t, mine, card, scheduler.Good, at(2, 0))
			asked, err := mine.Card(t.Context(), card)
			if err != nil {
				t.Fatal(err)
			}
			if err := c.between(mine, others); err != nil {
				t.Fatal(err)
			}
			e, after, err := answerTo(&asked, scheduler.Defaults(), scheduler.Good, at(4, 0))
			if err != nil {
				t.Fatal(err)
			}
			if _, err := mine.quick(t.Context(), e, after); errors.Is(err, errTip) == c.quick || err != nil && !errors.Is(err, errTip) {
				t.Errorf("the quick way: %v", err)
			}
			if !c.quick {
				if _, err := mine.Append(t.Context(), e, after); !errors.Is(err, c.long) {
					t.Errorf("the long way: %v, want %v", err, c.long)
				}
			}
			if name != "memory that the log says not" {
				healthy(t, mine)
			}
		})
	}
}

// restored goes back to a backup of the present state: only the device is another.
func restored(_, others *Store) error {
	ctx := context.Background()
	b, err := others.Backup(ctx, "asked", at(3, 0))
	if err != nil {
		return err
	}
	_, err = Restore(ctx, others.path, b.Path, Config{}, at(3, time.Second))
	return err
}

func TestQuickAnswersAreThoseOfTheLongWay(t *testing.T) {
	rows := map[bool]journal.Row{}
	for _, quick := range []bool{true, false} {
		s := openPlain(t, t.TempDir()+"/collection.db")
		defer s.Close()
		s.device.name = "same"
		if _, err := s.db.ExecContext(t.Context(), `UPDATE devices SET name = 'same'`); err != nil {
			t.Fatal(err)
		}
		apply(t, s, deck("maths", 4))
		for i := range 40 {
			if !quick {
				s.remember(nil, nil)
			}
			c, err := s.Card(t.Context(), decks.CardID("maths", []string{"fact-1", "fact-2"}[i%2], "card"))
			if err != nil {
				t.Fatal(err)
			}
			e, after, err := answerTo(&c, scheduler.Defaults(), scheduler.Grade(1+i*7%4), at(3*i, time.Duration(i)*time.Second))
			if err != nil {
				t.Fatal(err)
			}
			if rows[quick], err = s.Append(t.Context(), e, after); err != nil {
				t.Fatal(err)
			}
		}
		healthy(t, s)
		if m := highwater.Read(s.path); m.Seq != 41 || m.Hash != rows[quick].Hash {
			t.Errorf("quick %v: the mark is at row %d", quick, m.Seq)
		}
	}
	if rows[true].ID != 41 || rows[true].Hash != rows[false].Hash {
		t.Errorf("the quick way ends with row %d, %v, the long way with %d, %v", rows[true].ID, rows[true].Hash, rows[false].ID, rows[false].Hash)
	}
}
