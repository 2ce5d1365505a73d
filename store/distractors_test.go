package store

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"kartei/decks"
	"kartei/scheduler"
	"kartei/store/journal"
)

func TestNeighbours(t *testing.T) {
	s := openTest(t, filepath.Join(t.TempDir(), "collection.db"))
	apply(t, s, deck("maths", 40), deck("other", 5))
	for _, c := range []struct{ fact, first, count int }{{20, 15, 10}, {0, 0, 10}, {38, 33, 7}} {
		card, err := s.Card(t.Context(), decks.CardID("maths", fmt.Sprintf("fact-%d", c.fact), "card"))
		if err != nil {
			t.Fatal(err)
		}
		near, err := s.Neighbours(t.Context(), card, 10)
		if err != nil || len(near) != c.count || near[0].Key != fmt.Sprintf("fact-%d", c.first) {
			t.Errorf("near fact %d: %d facts from %q on, %v", c.fact, len(near), near[0].Key, err)
		}
		if !slices.ContainsFunc(near, func(f decks.Fact) bool { return f.Cards[0].ID == card.ID }) {
			t.Errorf("near fact %d: the fact is not among them", c.fact)
		}
	}
}

// Confusable answers are what could be taken for the answer, in the deck and those below it.
func TestConfusableAnswers(t *testing.T) {
	s := openTest(t, filepath.Join(t.TempDir(), "collection.db"))
	d := &decks.Deck{ID: "capitals", Name: "capitals", Lang: "en"}
	for i, answer := range []string{"Kingston", "Kingstown", "Rome", "Bandar Seri Begawan", "Kingstown", "Jamestown", "Kíngston"} {
		addFact(d, fmt.Sprint("c", i), fmt.Sprint("Capital ", i, "?"), answer)
	}
	d.Facts[0].Cards[0].Options = []decks.Option{{Text: "Port Royal", Why: "no more"}}
	d.Facts[2].Cards[0].Accept = []string{"Kingstom"}
	below := &decks.Deck{ID: "capitals/more", Name: "capitals/more", Lang: "en"}
	addFact(below, "l", "Where?", "Kingstan")
	other := &decks.Deck{ID: "capitals-2", Name: "capitals-2", Lang: "en"}
	addFact(other, "k", "Who?", "Kingstun")
	apply(t, s, d, below, other)
	card, err := s.Card(t.Context(), decks.CardID("capitals", "c0", "card"))
	if err != nil {
		t.Fatal(err)
	}
	got, err := s.ConfusableAnswers(t.Context(), card, 100)
	slices.SortFunc(got, func(a, b ConfusableAnswer) int { return strings.Compare(a.Answer, b.Answer) })
	want := []ConfusableAnswer{{"Kingstan", "Where?"}, {"Kingstom", "Capital 2?"}, {"Kingstown", "Capital 1?"}, {"Kíngston", "Capital 6?"}, {"Port Royal", ""}}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("got %q, %v", got, err)
	}
	if got, err := s.ConfusableAnswers(t.Context(), card, 1); len(got) != 1 || err != nil {
		t.Errorf("a limit of 1 gave %q, %v", got, err)
	}
}

func TestAnswerTime(t *testing.T) {
	s := openTest(t, filepath.Join(t.TempDir(), "collection.db"))
	apply(t, s, deck("maths", 3))
	if pace, err := s.AnswerTime(t.Context()); pace != 0 || err != nil {
		t.Errorf("without answers: %d, %v", pace, err)
	}
	for i, took := range []time.Duration{2 * time.Second, time.Hour} { // an hour is a walk
		e := journal.Entry{Moment: at(0, time.Duration(i)*time.Hour), Kind: journal.KindGrade, Card: decks.CardID("maths", fmt.Sprintf("fact-%d", i), "card"), Mode: journal.ModeReview, Grade: scheduler.Good, Duration: took}
		if _, err := s.Append(t.Context(), e, scheduler.Memory{Reps: 1}); err != nil {
			t.Fatal(err)
		}
	}
	if pace, err := s.AnswerTime(t.Context()); pace != 2_000 || err != nil {
		t.Errorf("got %d, %v", pace, err)
	}
}
