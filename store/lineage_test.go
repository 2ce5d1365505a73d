package store

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"kartei/decks"
)

// A checkout is a folder with a text of a deck.
func checkout(t testing.TB, s *Store, root string, version int, options ...func(*Compiled)) Plan {
	t.Helper()
	d := deck("maths", 0)
	for i := range 3 {
		addFact(d, fmt.Sprint("fact-", i), fmt.Sprintf("What is %d times 7 (version %d)?", i, version), fmt.Sprint(i*7))
	}
	c := Compiled{Root: root, Decks: []*decks.Deck{d}}
	for _, o := range options {
		o(&c)
	}
	plan, err := s.Apply(t.Context(), c, at(0, 0))
	if err != nil {
		t.Fatal(err)
	}
	return plan
}

func takeOver(c *Compiled) { c.TakeOver = true }
func none(c *Compiled)     { c.Decks, c.Whole = nil, true }

// version is the one that the collection has; 0 if the deck is gone.
func version(t testing.TB, s *Store) (n int) {
	t.Helper()
	for c, err := range s.Cards(t.Context(), Query{}, at(0, 0)) {
		if err != nil {
			t.Fatal(err)
		}
		if c.Retired {
			return 0
		}
		var i int
		if _, err := fmt.Sscanf(c.Prompt, "What is %d times 7 (version %d)?", &i, &n); err != nil {
			t.Fatal(err)
		}
	}
	return n
}

func countEditions(t testing.TB, s *Store) (n int) {
	t.Helper()
	if err := s.db.QueryRowContext(t.Context(), `SELECT count(*) FROM log WHERE kind = 'edition'`).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// Two checkouts of a deck at different commits, opened in turn, do not fight: the newer
// text stands, whoever edits it goes on, and an older one is told that it is.
func TestTwoCheckouts(t *testing.T) {
	s := newStore(t)
	stands := func(what string, want int) {
		t.Helper()
		if got := version(t, s); got != want {
			t.Errorf("%s: version %d stands, want %d", what, got, want)
		}
	}
	checkout(t, s, "/new", 1)
	checkout(t, s, "/new", 2)
	for range 10 {
		plan := checkout(t, s, "/old", 1)
		if len(plan.Outdated) != 1 || plan.Outdated[0] != (Outdated{Deck: "maths", Device: s.Device()}) || len(plan.Decks) != 0 {
			t.Errorf("the older checkout: %+v", plan)
		}
		stands("after the older checkout", 2)
		if plan := checkout(t, s, "/new", 2); len(plan.Outdated) != 0 {
			t.Errorf("the newer checkout: %+v", plan)
		}
	}
	if n := countEditions(t, s); n != 2 {
		t.Errorf("%d editions were written, want 2", n)
	}
	checkout(t, s, "/new", 1)
	stands("an edit that was taken back", 1)
	checkout(t, s, "/old", 1)
	checkout(t, s, "/old", 3)
	stands("an edit of the other, which had that text", 3)
	if plan := checkout(t, s, "/new", 4); len(plan.Outdated) != 1 || !plan.Outdated[0].Apart {
		t.Errorf("an edit of what does not stand any more: %+v", plan)
	}
	stands("an edit apart", 3)
	checkout(t, s, "/new", 4, takeOver)
	stands("an edit that counts", 4)
	checkout(t, s, "/new", 4, none)
	stands("without the file", 0)
	if plan := checkout(t, s, "/old", 3, func(c *Compiled) { c.Unattended = true }); len(plan.Outdated) != 1 {
		t.Errorf("an older checkout of what is gone, that nobody asked for: %+v", plan)
	}
	stands("an older checkout of what is gone", 0)
	checkout(t, s, "/new", 4)
	stands("with the file again", 4)
	checkout(t, s, "/new", 4, none)
	checkout(t, s, "/old", 3)
	stands("another checkout of what is gone, that somebody asked for", 3)
	checkout(t, s, "/third", 9)
	stands("a text that nobody has seen", 9)
	healthy(t, s)
	if standing, err := s.Standing(t.Context()); err != nil || len(standing) != 1 || standing[0].Text != standing[0].Here {
		t.Errorf("%+v %v", standing, err)
	}
}

// Whatever several machines compile, and in whatever order their rows arrive: with the
// same log the same text stands.
func TestTheSameTextStandsEverywhere(t *testing.T) {
	for seed := range laws(30) {
		dice := rand.New(rand.NewPCG(uint64(seed), 1))
		stores := []*Store{newStore(t), newStore(t), newStore(t)}
		for range 1 + dice.IntN(12) {
			s := stores[dice.IntN(3)]
			if dice.IntN(3) == 0 {
				merge(t, s, stores[dice.IntN(3)], 2)
				continue
			}
			var over []func(*Compiled)
			if dice.IntN(5) == 0 {
				over = append(over, takeOver)
			}
			checkout(t, s, []string{"/a", "/b"}[dice.IntN(2)], 1+dice.IntN(4), over...)
		}
		var texts []string
		for _, s := range stores {
			for _, from := range stores {
				if s != from {
					merge(t, s, from, 3)
				}
			}
		}
		for _, s := range stores {
			standing, err := s.Standing(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			for _, one := range standing {
				texts = append(texts, one.Text)
			}
		}
		if n := len(texts); n != 0 && n != 3 || len(slices.Compact(texts)) > 1 {
			t.Errorf("story %d: %v stand", seed, texts)
		}
	}
}
