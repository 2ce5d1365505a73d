package store

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"kartei/scheduler"
	"kartei/scheduler/session"
	"kartei/store/journal"
	"kartei/store/queue"
)

func TestCardsThatAreGoneAreNotRead(t *testing.T) {
	s := newStore(t)
	d := deck("maths", 4)
	apply(t, s, d)
	id := func(i int) string { return d.Facts[i].Cards[0].ID }
	grade(t, s, id(1), scheduler.Easy, at(0, 0))
	if _, err := s.Append(t.Context(), journal.Entry{Moment: at(0, 0), Kind: journal.KindSuspend, Card: id(2)}, scheduler.Memory{}); err != nil {
		t.Fatal(err)
	}
	got, err := s.Source(queue.Only{}).Cards(t.Context(), at(0, 0).Day, []string{id(0), id(1), id(2), "unknown"})
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
		all, err := s.Source(queue.Only{Tags: tags}).New(t.Context(), session.Query{Deck: 1, Day: day, Order: session.Authored, Limit: 10})
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
	done, err := s.Source(queue.Only{}).Done(t.Context(), today)
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
		got, err := s.Source(queue.Only{Tags: c.tags}).Waiting(t.Context(), session.Query{Deck: 1, Day: at(99, 0).Day, Until: at(99, 0).Day, Limit: 10})
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
	if done, err := s.Source(queue.Only{}).Done(t.Context(), today); len(done) != 0 || err != nil {
		t.Errorf("done, though all of it is new again: %+v, %v", done, err)
	}
}

// New cards in random order are drawn from all of a deck, small or large (of which
// not all cards are looked at): the
// same by one seed, others by another.
func TestNewCardsAreDrawn(t *testing.T) {
	for _, cards := range []int{100, 1500} {
		s := openPlain(t, t.TempDir()+"/collection.db")
		defer s.Close()
		d := deck("maths", cards)
		apply(t, s, d)
		grade(t, s, d.Facts[0].Cards[0].ID, scheduler.Easy, at(0, 0))
		draw := func(seed uint64, limit int) (ids []string) {
			got, err := s.Source(queue.Only{}).New(t.Context(), session.Query{Deck: 1, Day: at(0, 0).Day, Order: session.Shuffled, Seed: seed, Limit: limit, Partial: true})
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
