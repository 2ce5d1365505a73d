package store

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kartei/scheduler"
)

// learnAll answers every live card once, with its own number of answers: one for
// the first, two for the second, and so on. It gives the numbers by answer.
func learnAll(t *testing.T, s *Store) map[string]uint32 {
	t.Helper()
	learned := map[string]uint32{}
	var ids, answers []string
	for c, err := range s.Cards(t.Context(), Query{}, at(0, 0)) {
		if err != nil {
			t.Fatal(err)
		}
		if !c.Retired {
			ids, answers = append(ids, c.ID), append(answers, c.Deck+": "+c.Prompt+" "+c.AnswerText())
		}
	}
	for i, id := range ids {
		for range i + 1 {
			grade(t, s, id, scheduler.Good, at(0, 0))
		}
		learned[answers[i]] = uint32(i + 1)
	}
	return learned
}

// learnedNow gives how often each live card was answered.
func learnedNow(t *testing.T, s *Store) map[string]uint32 {
	t.Helper()
	learned := map[string]uint32{}
	for c, err := range s.Cards(t.Context(), Query{}, at(0, 0)) {
		if err != nil {
			t.Fatal(err)
		}
		if !c.Retired {
			learned[c.Deck+": "+c.Prompt+" "+c.AnswerText()] = c.Reps
		}
	}
	return learned
}

// TestNewPlaceFirst moves a learned fact to another file of the folder, and
// compiles file by file, the new place first: the history comes along when the old
// place is compiled, also much later.
func TestNewPlaceFirst(t *testing.T) {
	const alpha, beta = "Q: alpha?\nA: the first letter\n\n", "Q: beta?\nA: the second letter\n\n"
	for _, answered := range []bool{false, true} {
		s := newStore(t)
		compileFile(t, s, "/a", "a", alpha+beta)
		learnAll(t, s)
		compileFile(t, s, "/a", "b", alpha)
		if answered {
			grade(t, s, answeringIn(t, s, "b", "the first letter").ID, scheduler.Good, at(1, 0))
		}
		said := compileFile(t, s, "/a", "a", beta)
		if want := "b: the history of 1 card came along from a"; !strings.Contains(said, want) {
			t.Errorf("the plan says %q, want %q", said, want)
		}
		want := map[string]uint32{"a: beta? the second letter": 2, "b: alpha? the first letter": 1}
		if answered {
			want["b: alpha? the first letter"] = 2
		}
		if diff := cmp.Diff(want, learnedNow(t, s)); diff != "" {
			t.Errorf("answered in between: %t (-want +got):\n%s", answered, diff)
		}
		healthy(t, s)
	}
}

// TestCopyKeepsItsOwn: a card that says the same in another folder and has answers
// of its own takes no others.
func TestCopyKeepsItsOwn(t *testing.T) {
	const alpha, beta = "Q: alpha?\nA: the first letter\n\n", "Q: beta?\nA: the second letter\n\n"
	s := newStore(t)
	compileFile(t, s, "/a", "a", alpha+beta)
	compileFile(t, s, "/b", "b", alpha)
	learnAll(t, s)
	compileFile(t, s, "/a", "a", beta)
	compileFile(t, s, "/a", "a", alpha+beta)
	if diff := cmp.Diff(map[string]uint32{"a: alpha? the first letter": 1, "a: beta? the second letter": 2, "b: alpha? the first letter": 3}, learnedNow(t, s)); diff != "" {
		t.Errorf("answers (-want +got):\n%s", diff)
	}
}

// TestOptionsFollowDecks renames decks, by their files, and folders of decks.
func TestOptionsFollowDecks(t *testing.T) {
	const alpha, beta, gamma = "Q: alpha?\nA: the first letter\n\n", "Q: beta?\nA: the second letter\n\n", "Q: gamma?\nA: the third letter\n\n"
	for _, test := range []struct {
		name          string
		before, after map[string]string
		set           string
		want          map[string]string // by deck: the retention
	}{
		{"a deck", map[string]string{"a": alpha + beta}, map[string]string{"aa": alpha + beta}, "a", map[string]string{"aa": "0.95", "a": ""}},
		{"a deck that is reworded, too", map[string]string{"a": alpha + beta}, map[string]string{"aa": alpha + strings.Replace(beta, "?", ", tell?", 1)}, "a", map[string]string{"aa": "0.95"}},
		{"most of a deck, into another", map[string]string{"a": alpha + beta}, map[string]string{"aa": alpha + gamma}, "a", map[string]string{"aa": "", "a": "0.95"}},
		{"a folder", map[string]string{"l/a": alpha, "l/b": beta}, map[string]string{"m/a": alpha, "m/b": beta}, "l", map[string]string{"m": "0.95", "l": ""}},
		{"half a folder", map[string]string{"l/a": alpha, "l/b": beta}, map[string]string{"m/a": alpha, "l/b": beta}, "l", map[string]string{"m": "", "l": "0.95"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := newStore(t)
			compileNamed(t, s, test.before)
			learnAll(t, s)
			if err := s.Set(t.Context(), test.set, map[string]string{"retention": "0.95"}); err != nil {
				t.Fatal(err)
			}
			compileNamed(t, s, test.after)
			for deck, want := range test.want {
				settings, err := s.Settings(t.Context(), deck)
				if err != nil {
					t.Fatal(err)
				}
				if got := settings["retention"]; got != want {
					t.Errorf("the retention of %s is %q, want %q", deck, got, want)
				}
			}
			healthy(t, s)
		})
	}
}

func answeringIn(t *testing.T, s *Store, deck, answer string) Card {
	t.Helper()
	for c, err := range s.Cards(t.Context(), Query{}, at(0, 0)) {
		if err != nil {
			t.Fatal(err)
		}
		if c.Deck == deck && c.AnswerText() == answer && !c.Retired {
			return c
		}
	}
	t.Fatalf("no card of %s wants %q", deck, answer)
	return Card{}
}
