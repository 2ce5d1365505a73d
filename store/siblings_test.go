package store

import (
	"slices"
	"testing"

	"kartei/decks"
	"kartei/scheduler"
	"kartei/scheduler/session"
	"kartei/store/queue"
)

func TestCandidatesKnowTheirSiblings(t *testing.T) {
	s := newStore(t)
	d := deck("maths", 2)
	reverse := d.Facts[0].Cards[0]
	reverse.Name, reverse.Prompt, reverse.Answer = "reverse", reverse.Answer, reverse.Prompt
	reverse.ID, reverse.Hash = decks.CardID(d.ID, d.Facts[0].Key, reverse.Name), reverse.ItemHash()
	d.Facts[0].Cards = append(d.Facts[0].Cards, reverse)
	apply(t, s, d)
	grade(t, s, reverse.ID, scheduler.Easy, at(0, 0))
	answered, err := s.Card(t.Context(), reverse.ID)
	if err != nil {
		t.Fatal(err)
	}
	all, err := s.Source(queue.Only{}).New(t.Context(), session.Query{Deck: answered.DeckID, Day: at(1, 0).Day, Order: session.Authored, Limit: 10})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range all {
		want := []scheduler.Day(nil)
		if c.Card == d.Facts[0].Cards[0].ID {
			want = []scheduler.Day{answered.DueDay}
		}
		if !slices.Equal(c.Siblings, want) {
			t.Errorf("card %s has siblings due on %v, want %v", c.Card, c.Siblings, want)
		}
	}
	if len(all) != 2 {
		t.Errorf("%d new cards, want 2", len(all))
	}
}
