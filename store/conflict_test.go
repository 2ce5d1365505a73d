package store

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"kartei/decks"
)

// Who made a copy of a deck that comes with the program is not asked its parts beside
// it when the deck is divided there: until the copy gives way.
func TestPartsGiveWayToACopyOfTheWhole(t *testing.T) {
	s := newStore(t)
	install := func(takeOver bool, ds ...*decks.Deck) Plan {
		t.Helper()
		plan, err := s.Apply(t.Context(), Compiled{Root: "ours", Decks: ds, Whole: true, Below: true, TakeOver: takeOver,
			StillExists: func(root string, _, _ []string) bool { return root == "/decks" }}, at(0, 0))
		if err != nil {
			t.Fatal(err)
		}
		return plan
	}
	install(false, deck("geo", 3))
	apply(t, s, deck("geo", 3)) // the copy
	head, core := deck("geo", 0), deck("geo/core", 3)
	plan := install(false, head, core)
	if diff := cmp.Diff([]Conflict{{"geo", "/decks"}, {"geo/core", "/decks"}}, plan.Conflicts); diff != "" {
		t.Errorf("what another folder holds (-want +got):\n%s", diff)
	}
	count := func() (cards int) {
		t.Helper()
		sizes, err := s.Sizes(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, size := range sizes {
			cards += size.Cards
		}
		return cards
	}
	if n := count(); n != 3 {
		t.Errorf("%d cards are asked, want the three of the copy", n)
	}
	plan = install(true, head, core)
	if n := count(); n != 3 || len(plan.Conflicts) > 0 {
		t.Errorf("taken over: %d cards, %v", n, plan.Conflicts)
	}
	healthy(t, s)
}
