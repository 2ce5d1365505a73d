package store

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"kartei/decks"
	"kartei/scheduler"
)

// open opens a collection in a folder of the test, and closes it in the end.
func openTest(t testing.TB, path string) *Store {
	t.Helper()
	s, err := Open(t.Context(), path, Config{Calendar: scheduler.DefaultCalendar})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func newStore(t testing.TB) *Store { return openTest(t, filepath.Join(t.TempDir(), "collection.db")) }

// at is a moment in the life of the tests' learner: day 0 is 2026-11-23, noon in Berlin.
func at(day int, after time.Duration) scheduler.Moment {
	noon := time.Date(2026, 11, 23+day, 12, 0, 0, 0, time.FixedZone("", 3600))
	return scheduler.DefaultCalendar.Moment(noon.Add(after))
}

// deck compiles a deck of n recall facts by hand.
func deck(name string, n int) *decks.Deck {
	d := &decks.Deck{ID: name, Name: name, Title: "The deck " + name, Lang: "en", Files: []string{name + ".md"}, Order: decks.Authored, Typed: decks.TypeShort}
	for i := range n {
		addFact(d, fmt.Sprintf("fact-%d", i), fmt.Sprintf("What is %d times 7?", i), fmt.Sprint(7*i))
	}
	return d
}

func addFact(d *decks.Deck, key, prompt, answer string) {
	card := decks.Card{Name: "card", Kind: decks.Recall, Prompt: prompt, Answer: answer, Tags: []string{"maths"}}
	card.ID, card.Hash = decks.CardID(d.ID, key, card.Name), card.ItemHash()
	d.Facts = append(d.Facts, decks.Fact{Key: key, Written: true, File: d.Name + ".md", Line: 3 * len(d.Facts), Section: []string{"Numbers"}, Cards: []decks.Card{card}})
}

func apply(t testing.TB, s *Store, ds ...*decks.Deck) Plan {
	t.Helper()
	plan, err := s.Apply(t.Context(), Compiled{Root: "/decks", Decks: ds, Whole: true}, at(0, 0))
	if err != nil {
		t.Fatal(err)
	}
	return plan
}

// grade answers a card as a session does.
func grade(t testing.TB, s *Store, card string, g scheduler.Grade, now scheduler.Moment) Row {
	t.Helper()
	row, err := tryGrade(t.Context(), s, card, g, now)
	if err != nil {
		t.Fatal(err)
	}
	return row
}

func tryGrade(ctx context.Context, s *Store, card string, g scheduler.Grade, now scheduler.Moment) (Row, error) {
	c, err := s.Card(ctx, card)
	if err != nil {
		return Row{}, err
	}
	options, err := s.Options(ctx, c.Deck)
	if err != nil {
		return Row{}, err
	}
	policy, err := scheduler.NewPolicy(options, scheduler.DefaultCalendar)
	if err != nil {
		return Row{}, err
	}
	out := policy.Apply(card, c.Memory, g, now, scheduler.Load{})
	return s.Append(ctx, Entry{Moment: now, Kind: KindGrade, Card: card, Mode: ModeReview, Grade: g, Duration: 1500 * time.Millisecond,
		State: c.State, Days: out.Days, Item: c.Hash, Detail: Detail{Format: "recall"}}, out.Memory)
}

func TestApplyGivesBackWhatWasCompiled(t *testing.T) {
	s := newStore(t)
	d := deck("maths", 1200)
	if diff := cmp.Diff("maths: 1200 facts, 1200 cards: 1200 new", apply(t, s, d).Decks[0].String()); diff != "" {
		t.Error(diff)
	}
	stored, err := s.Deck(t.Context(), "maths")
	if err != nil {
		t.Fatal(err)
	}
	for f, err := range s.Facts(t.Context(), stored) {
		if err != nil {
			t.Fatal(err)
		}
		stored.Facts = append(stored.Facts, *f)
	}
	if diff := cmp.Diff(*d, stored.Deck, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("the deck came back changed (-compiled +stored):\n%s", diff)
	}
}

func TestUndoToTheVeryFirstAnswer(t *testing.T) {
	s := newStore(t)
	d := deck("maths", 3)
	apply(t, s, d)
	card := d.Facts[1].Cards[0].ID
	var past []Card
	for i := range 8 {
		c, err := s.Card(t.Context(), card)
		if err != nil {
			t.Fatal(err)
		}
		past = append(past, c)
		grade(t, s, card, scheduler.Grade(1+i%4), at(3*i, 0))
	}
	for i := len(past) - 1; i >= 0; i-- {
		if _, err := s.Undo(t.Context(), at(40, 0)); err != nil {
			t.Fatal(err)
		}
		c, err := s.Card(t.Context(), card)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(past[i], c, cmp.AllowUnexported(Card{})); diff != "" {
			t.Errorf("after undoing answer %d (-before +after):\n%s", i, diff)
		}
	}
	if _, err := s.Undo(t.Context(), at(40, 0)); err == nil {
		t.Error("there was something left to undo")
	}
}
