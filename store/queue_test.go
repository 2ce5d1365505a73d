package store

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"kartei/scheduler"
	"kartei/scheduler/session"
	"kartei/store/journal"
	"kartei/store/sqlite"
)

// plant gives cards random memories, in shape as a replay would leave them.
func plant(t testing.TB, s *Store, cards int, dice *rand.Rand) {
	t.Helper()
	apply(t, s, deck("maths", cards))
	err := s.write(t.Context(), func(in *sqlite.Tx) error {
		w := &tx{readTx: readTx{ReadTx: &in.ReadTx, s: s}, sql: in}
		for id := 1; id <= cards; id++ {
			m := scheduler.Memory{State: scheduler.Review, Reps: 1, Stability: 0.1 + 300*dice.Float64()*dice.Float64(), Difficulty: 5,
				LastDay: at(-dice.IntN(200), 0).Day}
			m.DueDay = m.LastDay + scheduler.Day(m.Stability*(0.8+0.4*dice.Float64()))
			if id%7 == 0 {
				m.DueDay += scheduler.Day(90 * m.Stability) // much less recall was asked for
			}
			if err := w.save(t.Context(), place{card: int64(id), deck: 1, fresh: true}, journal.CardState{Memory: m}); err != nil {
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
	plant(t, s, 3000, rand.New(rand.NewPCG(1, 2)))
	source := s.Source().(*source)
	for _, limit := range []int{1, 41, 401} {
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
			ask.Partial = true
			partial, err := source.Due(t.Context(), ask)
			if err != nil {
				t.Fatal(err)
			}
			checkPartial(t, byScan, partial)
			if len(byScan) != limit {
				t.Fatalf("%d cards are due, want %d", len(byScan), limit)
			}
			if diff := cmp.Diff(byScan, byIndex); diff != "" {
				t.Errorf("limit %d, until %d (-scan +index):\n%s", limit, until, diff)
			}
		}
	}
}

// No card that is still to be read is more urgent than the bound says.
func TestBoundsOfUrgency(t *testing.T) {
	s := openPlain(t, t.TempDir()+"/collection.db")
	defer s.Close()
	plant(t, s, 2000, rand.New(rand.NewPCG(11, 12)))
	readers, err := s.Source().(*source).classes(t.Context(), session.Query{Deck: 1, Day: at(0, 0).Day, Order: session.Urgent})
	if err != nil {
		t.Fatal(err)
	}
	var bounds []urgentCard // before each page
	var pages [][]urgentCard
	read := 0
	for len(readers) > 0 {
		bounds = append(bounds, readers[0].bound)
		page, err := readers.turn(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		pages = append(pages, page)
		read += len(page)
	}
	if read != 2000 || len(pages) < 50 {
		t.Errorf("%d cards on %d pages", read, len(pages))
	}
	for i, bound := range bounds {
		for _, card := range slices.Concat(pages[i:]...) {
			if compareUrgency(card, bound) > 0 {
				t.Fatalf("page %d: %+v is more urgent than the bound %+v", i, card, bound)
			}
		}
	}
}

// checkPartial compares what partial candidates say with whole ones.
func checkPartial(t *testing.T, whole, partial []session.Candidate) {
	t.Helper()
	want := make([]session.Candidate, len(whole))
	for i, c := range whole {
		m := c.Memory
		c.Memory = scheduler.Memory{State: m.State, Stability: m.Stability, LastDay: m.LastDay, DueDay: m.DueDay}
		c.Siblings, c.Partial = nil, true
		want[i] = c
	}
	if diff := cmp.Diff(want, partial); diff != "" {
		t.Errorf("partial candidates (-want +got):\n%s", diff)
	}
}

// Thousands of cards that were met on the same few days stand at the same
// stability. Finding the most urgent must not mean to read them all.
func TestEquallyUrgentCardsComeInTheOrderOfTheirAnswers(t *testing.T) {
	s := openPlain(t, t.TempDir()+"/collection.db")
	defer s.Close()
	plant(t, s, 2500, rand.New(rand.NewPCG(5, 6)))
	err := s.write(t.Context(), func(tx *sqlite.Tx) error {
		_, err := tx.ExecContext(t.Context(), `UPDATE memory SET stability = 2.3065, class = ?, due_day = ?, last_day = ? - card % 3, last = card * 7919 % 1000`,
			class(2.3065), at(0, 0).Day, at(-10, 0).Day)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	source := s.Source().(*source)
	ask := session.Query{Deck: 1, Day: at(0, 0).Day, Until: at(0, 0).Day, Order: session.Urgent, Limit: 100}
	byIndex, err := source.Due(t.Context(), ask)
	if err != nil {
		t.Fatal(err)
	}
	byScan, err := source.due(t.Context(), ask)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(byScan, byIndex); diff != "" {
		t.Errorf("(-scan +index):\n%s", diff)
	}
	readers, err := source.classes(t.Context(), ask)
	if err != nil {
		t.Fatal(err)
	}
	read := 0
	for range 8 {
		page, err := readers.turn(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		read += len(page)
	}
	if read > 500 {
		t.Errorf("%d rows in eight pages", read)
	}
	if !readers[0].day || readers[0].bound != readers[0].end {
		t.Errorf("after %d equals the bound is %+v, not the last one read: %+v", read, readers[0].bound, readers[0].end)
	}
}

func TestCardsThatAreGoneAreNotRead(t *testing.T) {
	s := newStore(t)
	d := deck("maths", 4)
	apply(t, s, d)
	id := func(i int) string { return d.Facts[i].Cards[0].ID }
	grade(t, s, id(1), scheduler.Easy, at(0, 0))
	if _, err := s.Append(t.Context(), journal.Entry{Moment: at(0, 0), Kind: journal.KindSuspend, Card: id(2)}, scheduler.Memory{}); err != nil {
		t.Fatal(err)
	}
	got, err := s.Source().Cards(t.Context(), at(0, 0).Day, []string{id(0), id(1), id(2), "unknown"})
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]scheduler.State{}
	for _, c := range got {
		found[c.Card] = c.Memory.State
	}
	if diff := cmp.Diff(map[string]scheduler.State{id(0): scheduler.New, id(1): scheduler.Review}, found); diff != "" {
		t.Error(diff)
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
	act := func(kind journal.Kind, card string, detail journal.Detail) {
		t.Helper()
		if _, err := s.Append(t.Context(), journal.Entry{Moment: at(0, 0), Kind: kind, Card: card, Detail: detail}, scheduler.Memory{}); err != nil {
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
	act(journal.KindSuspend, id(0), journal.Detail{})
	act(journal.KindBury, id(1), journal.Detail{Until: &today})
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
	if diff := cmp.Diff([]session.Answered{{Card: id(2), Fact: 3, Deck: 1}}, done); diff != "" {
		t.Errorf("done: %s", diff)
	}
	grade(t, s, id(5), scheduler.Easy, at(0, time.Minute))
	for _, c := range []struct {
		tags []string
		want scheduler.Waiting
	}{
		{nil, scheduler.Waiting{Unseen: 3, Due: 2}},
		{[]string{"hard"}, scheduler.Waiting{Due: 1}},
		{[]string{"soft"}, scheduler.Waiting{}},
	} {
		got, err := s.Source(c.tags...).Waiting(t.Context(), session.Query{Deck: 1, Day: at(99, 0).Day, Until: at(99, 0).Day, Limit: 10})
		if err != nil || got != c.want {
			t.Errorf("tagged %v there are waiting %+v, %v; want %+v", c.tags, got, err, c.want)
		}
	}
	act(journal.KindReset, id(5), journal.Detail{})
	act(journal.KindReset, id(2), journal.Detail{})
	act(journal.KindUnsuspend, id(0), journal.Detail{})
	act(journal.KindUnbury, id(1), journal.Detail{})
	if n := len(ask(today)); n != 6 {
		t.Errorf("%d cards are new again, want 6", n)
	}
	if done, err := s.Source().Done(t.Context(), today); len(done) != 0 || err != nil {
		t.Errorf("done, though all of it is new again: %+v, %v", done, err)
	}
}

// New cards in random order are drawn from all of a deck, small or large: the
// same by one seed, others by another.
func TestNewCardsAreDrawn(t *testing.T) {
	for _, cards := range []int{100, fewNew + 500} {
		s := openPlain(t, t.TempDir()+"/collection.db")
		defer s.Close()
		d := deck("maths", cards)
		apply(t, s, d)
		grade(t, s, d.Facts[0].Cards[0].ID, scheduler.Easy, at(0, 0))
		draw := func(seed uint64, limit int) (ids []string) {
			got, err := s.Source().New(t.Context(), session.Query{Deck: 1, Day: at(0, 0).Day, Order: session.Shuffled, Seed: seed, Limit: limit, Partial: true})
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range got {
				ids = append(ids, c.Card)
			}
			return ids
		}
		late := map[string]bool{} // in the second half of the deck
		for _, f := range d.Facts[cards/2:] {
			late[f.Cards[0].ID] = true
		}
		seen := map[string]bool{}
		lately := 0
		for seed := range uint64(10) {
			ids := draw(seed, 20)
			if !slices.Equal(ids, draw(seed, 20)) {
				t.Errorf("%d cards: two draws by one seed differ", cards)
			}
			distinct := map[string]bool{}
			for _, id := range ids {
				distinct[id], seen[id] = true, true
				if late[id] {
					lately++
				}
			}
			if len(ids) != 20 || len(distinct) != 20 || distinct[d.Facts[0].Cards[0].ID] {
				t.Errorf("%d cards: %d drawn, %d of them distinct, or one that is not new", cards, len(ids), len(distinct))
			}
		}
		if len(seen) < 60 || lately < 50 || lately > 150 {
			t.Errorf("%d cards: ten draws of 20 give %d cards, %d of 200 from the second half", cards, len(seen), lately)
		}
		if all := draw(1, cards); len(all) != cards-1 {
			t.Errorf("%d cards: %d are drawn if all are asked for", cards, len(all))
		}
	}
}
