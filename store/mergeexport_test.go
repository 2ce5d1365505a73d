package store

import (
	"bytes"
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
