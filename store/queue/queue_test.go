package queue

import (
	"context"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kartei/scheduler"
	"kartei/scheduler/session"
	"kartei/store/journal"
	"kartei/store/migrations"
	"kartei/store/sqlite"
	"kartei/store/table"
)

const today scheduler.Day = 20_000

// plant makes a collection of one deck whose cards have random memories, in shape as
// a replay would leave them.
func plant(t *testing.T, cards int, dice *rand.Rand) *Queue {
	t.Helper()
	db, err := sqlite.Open(sqlite.Own(t.TempDir()+"/collection.db"), nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	if err := db.Write(t.Context(), func(tx *sqlite.Tx) error { return fill(t.Context(), tx, cards, dice) }); err != nil {
		t.Fatal(err)
	}
	return New(db, Only{})
}

func fill(ctx context.Context, tx *sqlite.Tx, cards int, dice *rand.Rand) error {
	if err := migrations.Run(ctx, tx, 0); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, `INSERT INTO decks (id, deck, name, root, content, source, digest, retired, shelved) VALUES (1, 'maths', 'maths', '/', '{}', x'', x'', 0, 0)`)
	if err != nil {
		return err
	}
	for id := 1; id <= cards; id++ {
		if _, err := tx.Exec(ctx, `INSERT INTO facts (id, deck, key, written, cell, file, line, section, position, retired) VALUES (?1, 1, ?1 || '', 0, 0, '', 0, '[]', ?1 - 1, 0)`, id); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `INSERT INTO cards (id, card, fact, deck, position, name, kind, hash, tags, content, retired, fresh, changed)
			VALUES (?1, ?1 || '', ?1, 1, ?1 - 1, 'card', 'recall', '', '', '{}', 0, 0, 0)`, id); err != nil {
			return err
		}
		st := journal.CardState{Memory: scheduler.Memory{State: scheduler.Review, Reps: 1, Stability: 0.1 + 300*dice.Float64()*dice.Float64(), Difficulty: 5,
			LastDay: today - scheduler.Day(dice.IntN(200))}}
		st.DueDay = st.LastDay + scheduler.Day(st.Stability*(0.8+0.4*dice.Float64()))
		if id%7 == 0 {
			st.DueDay += scheduler.Day(90 * st.Stability) // much less recall was asked for
		}
		if _, err := tx.Exec(ctx, `INSERT INTO memory (card, deck, class, hidden, `+table.CardState.Names("")+`) VALUES (`+sqlite.Marks(4+len(table.CardState))+`)`,
			table.CardState.Values(&st, id, 1, table.Band(st.Stability), false)...); err != nil {
			return err
		}
	}
	return nil
}

// What a deck has none of by its head, no query finds, and by that of most it finds some.
func TestHeads(t *testing.T) {
	source := plant(t, 40, rand.New(rand.NewPCG(3, 4)))
	change := func(query string) {
		t.Helper()
		if err := source.db.Write(t.Context(), func(tx *sqlite.Tx) error { _, err := tx.ExecContext(t.Context(), query); return err }); err != nil {
			t.Fatal(err)
		}
	}
	heads := func() session.Head {
		t.Helper()
		all, err := source.Heads(t.Context(), []int64{1, -2})
		if err != nil || len(all) != 2 || all[-2] != (session.Head{}) {
			t.Fatalf("heads are %+v, %v", all, err)
		}
		return all[1]
	}
	expect := func(when string, want session.Head) {
		t.Helper()
		if got := heads(); got != want {
			t.Errorf("%s: %+v, want %+v", when, got, want)
		}
	}
	if none, err := source.Heads(t.Context(), nil); err != nil || len(none) != 0 {
		t.Errorf("of no decks: %v, %v", none, err)
	}
	change(`UPDATE memory SET due_day = 19990 + card`)
	expect("reviews", session.Head{Due: 19991})
	change(`UPDATE memory SET hidden = 1 WHERE card = 1`)
	expect("the first is suspended", session.Head{Due: 19992})
	change(`UPDATE memory SET state = 3 WHERE card = 2`)
	expect("one in its steps", session.Head{Steps: true, Due: 19993})
	change(`UPDATE memory SET state = 1, hidden = 1`)
	expect("none that is asked", session.Head{})
	change(`UPDATE cards SET fresh = 1 WHERE id = 40`)
	expect("a new one", session.Head{New: true})
	change(`UPDATE cards SET fact = 39 WHERE id = 40; UPDATE facts SET retired = 1 WHERE id = 40`)
	expect("siblings", session.Head{New: true, Related: true})
}

func TestMostUrgentIsTheSameByIndexAndByScan(t *testing.T) {
	source := plant(t, 3000, rand.New(rand.NewPCG(1, 2)))
	for _, limit := range []int{1, 41, 401} {
		for _, until := range []int{0, 20, 400} {
			ask := session.Query{Deck: 1, Day: today, Until: today + scheduler.Day(until), Order: session.Urgent, Limit: limit}
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
	source := plant(t, 2000, rand.New(rand.NewPCG(11, 12)))
	readers, err := source.bands(t.Context(), session.Query{Deck: 1, Day: today, Order: session.Urgent})
	if err != nil {
		t.Fatal(err)
	}
	var bounds []urgentCard // before each page
	var pages [][]urgentCard
	read := 0
	for len(readers) > 0 {
		bounds = append(bounds, readers[0].bound)
		page, err := readers.next(t.Context())
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
	source := plant(t, 2500, rand.New(rand.NewPCG(5, 6)))
	err := source.db.Write(t.Context(), func(tx *sqlite.Tx) error {
		_, err := tx.ExecContext(t.Context(), `UPDATE memory SET stability = 2.3065, class = ?, due_day = ?, last_day = ? - card % 3, last = card * 7919 % 1000`,
			table.Band(2.3065), today, today-10)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	ask := session.Query{Deck: 1, Day: today, Until: today, Order: session.Urgent, Limit: 100}
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
	readers, err := source.bands(t.Context(), ask)
	if err != nil {
		t.Fatal(err)
	}
	read := 0
	for range 8 {
		page, err := readers.next(t.Context())
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
