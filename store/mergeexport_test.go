package store

import (
	"bytes"
	"errors"
	"testing"
	"time"

	"kartei/scheduler"
)

// mergeByHand merges all of a collection into another, by hand.
func mergeByHand(t *testing.T, from, to *Store) ImportedUnion {
	t.Helper()
	var text bytes.Buffer
	if err := from.Export(t.Context(), &text); err != nil {
		t.Fatal(err)
	}
	out, err := to.MergeExport(t.Context(), &text)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// An export merges as a place does: answers, decks, quizzes, and copies of one collection.
func TestAnExportMerges(t *testing.T) {
	a, b := newStore(t), newStore(t)
	apply(t, a, deck("maths", 4), deck("letters", 2))
	apply(t, b, deck("maths", 4))
	card := func(i int) string { return deck("maths", 4).Facts[i].Cards[0].ID }
	grade(t, a, card(0), scheduler.Good, at(0, 0))
	grade(t, b, card(0), scheduler.Hard, at(0, time.Minute))
	takeQuiz(t, a)
	if out := mergeByHand(t, a, b); out.Answers != 1 || out.Decks != 1 || out.Quizzes != 1 {
		t.Errorf("it brought %+v", out)
	}
	mergeByHand(t, b, a)
	alike(t, a, b)
	if out := mergeByHand(t, a, b); out != (ImportedUnion{}) {
		t.Errorf("a second time it brought %+v", out)
	}
	c := copyOf(t, a)
	grade(t, a, card(1), scheduler.Good, at(1, 0))
	grade(t, c, card(2), scheduler.Good, at(1, 0))
	if out := mergeByHand(t, a, c); !out.Branch || out.Answers != 1 {
		t.Errorf("it brought %+v", out)
	}
	mergeByHand(t, c, a)
	alike(t, a, c)
}

// Two copies answered one card at the same moment, and each took the other's export: both
// gave their own rows to a new device. A place makes them one, in memory, too.
func TestCopiesThatBothBranched(t *testing.T) {
	for minute := range time.Duration(6) { // the names of the new devices follow from the rows, and the order from the names
		p, _ := meet(t)
		a := newStore(t)
		maths := deck("maths", 1)
		card := maths.Facts[0].Cards[0].ID
		apply(t, a, maths)
		grade(t, a, card, scheduler.Good, at(0, 0))
		b := copyOf(t, a)
		grade(t, a, card, scheduler.Good, at(3, minute*time.Minute))
		grade(t, b, card, scheduler.Again, at(3, minute*time.Minute))
		var ours, theirs bytes.Buffer
		if err := errors.Join(a.Export(t.Context(), &ours), b.Export(t.Context(), &theirs)); err != nil {
			t.Fatal(err)
		}
		for s, from := range map[*Store]*bytes.Buffer{a: &theirs, b: &ours} {
			if out, err := s.MergeExport(t.Context(), from); err != nil || !out.Branch {
				t.Fatalf("it brought %+v, %v", out, err)
			}
		}
		member(t, a, p, "laptop")
		member(t, b, p, "desktop")
		for _, s := range []*Store{a, b, a} {
			meets(t, s, p)
		}
		alike(t, a, b)
		if got := cardStates(t, a)[card].Reps; got != 3 {
			t.Errorf("%d answers count", got)
		}
	}
}

// Quizzes that were handed in travel once.
func TestQuizzesTravel(t *testing.T) {
	p, _ := meet(t)
	a, b := newStore(t), newStore(t)
	takeQuiz(t, a)
	member(t, a, p, "laptop")
	member(t, b, p, "desktop")
	for range 2 {
		meets(t, a, p)
		meets(t, b, p)
	}
	alike(t, a, b)
	if all, err := b.Quizzes(t.Context()); err != nil || len(all) != 1 || all[0].Ended.IsZero() {
		t.Errorf("%+v, %v", all, err)
	}
}
