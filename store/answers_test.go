package store

import (
	"testing"

	"kartei/decks"
	"kartei/scheduler"
	"kartei/store/journal"
)

// Answers come as they count: not those that were taken back, and under the
// name that the card has now. Of wrong ones it must be known that they are.
func TestAnswers(t *testing.T) {
	s := newStore(t)
	d := deck("maths", 2)
	apply(t, s, d)
	first, second := d.Facts[0].Cards[0].ID, d.Facts[1].Cards[0].ID
	wrong, right := false, true
	for i, e := range []struct {
		card   string
		grade  scheduler.Grade
		detail journal.Detail
	}{
		{first, scheduler.Again, journal.Detail{Format: "typed", Typed: "x", Right: &wrong}},
		{first, scheduler.Good, journal.Detail{Format: "typed", Typed: "y", Right: &wrong}}, // let count
		{second, scheduler.Again, journal.Detail{Format: "typed", Typed: "z", Right: &right}},
		{second, scheduler.Again, journal.Detail{Format: "recall"}},
		{second, scheduler.Again, journal.Detail{Format: "typed", Typed: "undone", Right: &wrong}},
	} {
		entry := journal.Entry{Moment: at(i, 0), Kind: journal.KindGrade, Card: e.card, Mode: journal.ModeCram, Grade: e.grade, Detail: e.detail}
		if _, err := s.Append(t.Context(), entry, scheduler.Memory{}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.Undo(t.Context(), at(6, 0)); err != nil {
		t.Fatal(err)
	}
	renamed := decks.CardID(d.ID, "renamed", "card")
	d.Facts[0].Cards[0].ID = renamed
	if _, err := s.applyAs(t.Context(), Compiled{Root: "/decks", Decks: []*decks.Deck{d}, Whole: true}, renames(decks.Alias{From: first, To: renamed}), at(7, 0)); err != nil {
		t.Fatal(err)
	}
	var all []string
	for a, err := range s.Answers(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, a.Card)
	}
	if len(all) != 4 || all[0] != renamed || all[1] != renamed || all[2] != second {
		t.Errorf("answers to %q, want two to %s, two to %s", all, renamed, second)
	}
	var given []string
	for a, err := range s.WrongAnswers(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		given = append(given, a.Detail.Typed)
	}
	if len(given) != 1 || given[0] != "x" {
		t.Errorf("wrong answers %q, want x alone", given)
	}
}
