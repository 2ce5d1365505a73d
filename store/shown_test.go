package store

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"kartei/store/journal"
)

// What was shown is in the log: it comes once, travels with it, and is not an act that
// the learner takes back.
func TestIntroductionsAreShownOnce(t *testing.T) {
	path, _ := used(t)
	s := openTest(t, path)
	about := journal.Shown{Deck: "maths", Section: []string{"Numbers", "Primes"}, Text: "a"}
	before := len(logOf(t, path))
	for range 2 {
		if err := s.MarkShown(t.Context(), at(3, 0), about, journal.Shown{Deck: "maths"}); err != nil {
			t.Fatal(err)
		}
	}
	anew := about
	anew.Text = "b"
	if err := s.MarkShown(t.Context(), at(4, 0), anew); err != nil {
		t.Fatal(err)
	}
	shown, err := s.Shown(t.Context(), "maths")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]journal.Shown{{Deck: "maths"}, anew}, shown); diff != "" {
		t.Errorf("shown: %s", diff)
	}
	if others, err := s.Shown(t.Context(), "history"); err != nil || len(others) > 0 {
		t.Errorf("of another deck: %v %v", others, err)
	}
	if n := len(logOf(t, path)) - before; n != 3 {
		t.Errorf("%d rows were written, want 3", n)
	}
	rows, err := s.Undo(t.Context(), at(5, 0))
	if err != nil || rows[0].Kind == journal.KindShown {
		t.Errorf("undo took back %v %v", rows, err)
	}
	if err := s.MarkShown(t.Context(), at(6, 0), journal.Shown{}); err == nil {
		t.Error("an introduction of no deck was shown")
	}
	healthy(t, s)
}
