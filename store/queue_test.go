package store

import (
	"database/sql"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"kartei/scheduler"
	"kartei/scheduler/session"
)

// plant gives cards random memories, in shape as a replay would leave them.
func plant(t testing.TB, s *Store, cards int, dice *rand.Rand) {
	t.Helper()
	apply(t, s, deck("maths", cards))
	err := s.write(t.Context(), func(tx *sql.Tx) error {
		w := &writer{s: s, tx: tx, statements: map[string]*sql.Stmt{}}
		for id := 1; id <= cards; id++ {
			m := scheduler.Memory{State: scheduler.Review, Reps: 1, Stability: 0.1 + 300*dice.Float64()*dice.Float64(), Difficulty: 5,
				LastDay: at(-dice.IntN(200), 0).Day}
			m.DueDay = m.LastDay + scheduler.Day(m.Stability*(0.8+0.4*dice.Float64()))
			if err := w.save(t.Context(), place{card: int64(id), deck: 1, fresh: true}, Standing{Memory: m}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestMostUrgentIsTheSameByIndexAndByScan(t *testing.T) {
	path := t.TempDir() + "/collection.db"
	s, err := Open(t.Context(), path, Config{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	plant(t, s, 9000, rand.New(rand.NewPCG(1, 2)))
	source := s.Source().(*source)
	for _, limit := range []int{1, 41, 401, 1000} {
		for _, until := range []int{0, 20, 400} {
			ask := session.Query{Deck: 1, Day: at(0, 0).Day, Until: at(until, 0).Day, Order: session.Urgent, Limit: limit}
			if many, err := source.manyDue(t.Context(), ask); err != nil || !many {
				t.Fatalf("the deck has too few due cards for this test: %v %v", many, err)
			}
			byIndex, err := source.Due(t.Context(), ask)
			if err != nil {
				t.Fatal(err)
			}
			byScan, err := source.due(t.Context(), ask)
			if err != nil {
				t.Fatal(err)
			}
			if len(byScan) != limit {
				t.Fatalf("%d cards are due, want %d", len(byScan), limit)
			}
			if diff := cmp.Diff(byScan, byIndex); diff != "" {
				t.Errorf("limit %d, until %d (-scan +index):\n%s", limit, until, diff)
			}
		}
	}
}

func TestClassesHoldTheirStabilities(t *testing.T) {
	dice := rand.New(rand.NewPCG(3, 4))
	for range 10_000 {
		s := 0.001 + 36500*dice.Float64()*dice.Float64()*dice.Float64()
		if c := class(s); s < lowest(c) || s >= lowest(c+1) {
			t.Fatalf("stability %v is not in class %d: [%v, %v)", s, c, lowest(c), lowest(c+1))
		}
	}
}

func TestSourceLeavesOutWhatIsNotToBeAsked(t *testing.T) {
	s := newStore(t)
	d := deck("maths", 6)
	d.Facts[5].Cards[0].Tags = []string{"hard", "maths"}
	apply(t, s, d)
	id := func(i int) string { return d.Facts[i].Cards[0].ID }
	tomorrow := at(1, 0).Day
	act := func(kind Kind, card string, detail Detail) {
		t.Helper()
		if _, err := s.Append(t.Context(), Entry{Moment: at(0, 0), Kind: kind, Card: card, Detail: detail}, scheduler.Memory{}); err != nil {
			t.Fatal(err)
		}
	}
	ask := func(day scheduler.Day, tags ...string) (cards []string) {
		t.Helper()
		all, err := s.Source(tags...).New(t.Context(), session.Query{Deck: 1, Day: day, Order: session.Authored, Limit: 10})
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range all {
			cards = append(cards, c.Card)
		}
		return cards
	}
	today := at(0, 0).Day
	act(KindSuspend, id(0), Detail{})
	act(KindBury, id(1), Detail{Until: &today})
	grade(t, s, id(2), scheduler.Easy, at(0, time.Minute))
	if diff := cmp.Diff([]string{id(3), id(4), id(5)}, ask(today)); diff != "" {
		t.Errorf("today: %s", diff)
	}
	if diff := cmp.Diff([]string{id(1), id(3), id(4), id(5)}, ask(tomorrow)); diff != "" {
		t.Errorf("tomorrow: %s", diff)
	}
	if diff := cmp.Diff([]string{id(5)}, ask(today, "hard", "easy")); diff != "" {
		t.Errorf("by tag: %s", diff)
	}
	done, err := s.Source().Done(t.Context(), today)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(session.Done{New: map[int64]int{1: 1}, Reviews: map[int64]int{}, Facts: map[int64]bool{3: true}}, done); diff != "" {
		t.Errorf("done: %s", diff)
	}
	act(KindReset, id(2), Detail{})
	act(KindUnsuspend, id(0), Detail{})
	act(KindUnbury, id(1), Detail{})
	if n := len(ask(today)); n != 6 {
		t.Errorf("%d cards are new again, want 6", n)
	}
}
