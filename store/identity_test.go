package store

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kartei/scheduler"
	"kartei/store/journal"
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
			if err := s.Set(t.Context(), test.set, map[string]string{"retention": "0.95"}, at(0, 0)); err != nil {
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

const (
	numbered   = "Q: Which river flows through Vienna?\nA: the Danube\nId: q1\n\nQ: What is the highest mountain of the Alps?\nA: Mont Blanc\nId: q2\n\nQ: Which is the saltiest sea?\nA: the Red Sea\nId: q3\n\n"
	renumbered = "Q: Who wrote the Odyssey?\nA: Homer\nId: q1\n\nQ: Which river flows through Vienna?\nA: the Danube\nId: q2\n\nQ: What is the highest mountain of the Alps?\nA: Mont Blanc\nId: q3\n\nQ: Which is the saltiest sea?\nA: the Red Sea\nId: q4\n\n"
)

// byID gives how often the card of each id of a deck was answered.
func byID(t *testing.T, s *Store, deck string) map[string]uint32 {
	t.Helper()
	learned := map[string]uint32{}
	for c, err := range s.Cards(t.Context(), Query{}, at(0, 0)) {
		if err != nil {
			t.Fatal(err)
		}
		if c.Deck == deck && !c.Retired {
			learned[c.Fact] = c.Reps
		}
	}
	return learned
}

// TestFollow puts a question before others whose ids are numbers, and numbers them
// anew. The histories follow the text, unless the author says ids; now or later, and
// back again.
func TestFollow(t *testing.T) {
	byText := map[string]uint32{"q1": 0, "q2": 1, "q3": 2, "q4": 3}
	byIDs := map[string]uint32{"q1": 1, "q2": 2, "q3": 3, "q4": 0}
	one := map[string]uint32{"q1": 0, "q2": 2, "q3": 0, "q4": 3} // q2 alone keeps its history
	type step struct {
		compiled Compiled
		want     map[string]uint32
		doubts   int
	}
	for name, steps := range map[string][]step{
		"text":                  {{Compiled{}, byText, 3}, {Compiled{}, byText, 0}},
		"ids":                   {{Compiled{Follow: journal.FollowIDs}, byIDs, 0}, {Compiled{}, byIDs, 0}},
		"ids later":             {{Compiled{}, byText, 3}, {Compiled{Follow: journal.FollowIDs}, byIDs, 0}, {Compiled{Follow: journal.FollowIDs}, byIDs, 0}},
		"there and back":        {{Compiled{}, byText, 3}, {Compiled{Follow: journal.FollowIDs}, byIDs, 0}, {Compiled{Follow: journal.FollowText}, byText, 0}, {Compiled{Follow: journal.FollowIDs}, byIDs, 0}},
		"one of them by the id": {{Compiled{Choices: []Choice{{"d", "q2", journal.FollowIDs}}}, one, 2}},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStore(t)
			compileTexts(t, s, "/decks", map[string]string{"d": numbered})
			learnAll(t, s)
			for i, step := range steps {
				step.compiled.Root, step.compiled.Whole = "/decks", true
				plan := applyTexts(t, s, step.compiled, map[string]string{"d": renumbered})
				if diff := cmp.Diff(step.want, byID(t, s, "d")); diff != "" {
					t.Errorf("step %d, answers by id (-want +got):\n%s", i, diff)
				}
				if len(plan.Doubts) != step.doubts {
					t.Errorf("step %d: %d doubts, want %d: %+v", i, len(plan.Doubts), step.doubts, plan.Doubts)
				}
			}
			healthy(t, s)
		})
	}
}

// TestChoiceIsMadeOnce: a collection that has the rows of another's choices makes
// the same without a doubt.
func TestChoiceIsMadeOnce(t *testing.T) {
	for _, follow := range []journal.Follow{journal.FollowText, journal.FollowIDs} {
		s := newStore(t)
		compileTexts(t, s, "/decks", map[string]string{"d": numbered})
		learnAll(t, s)
		applyTexts(t, s, Compiled{Root: "/decks", Whole: true, Follow: follow}, map[string]string{"d": renumbered})
		want := byID(t, s, "d")
		// Back to the first text, as on a device that has not seen the second.
		applyTexts(t, s, Compiled{Root: "/decks", Whole: true, Follow: follow}, map[string]string{"d": numbered})
		plan := applyTexts(t, s, Compiled{Root: "/decks", Whole: true, Unattended: true}, map[string]string{"d": renumbered})
		if len(plan.Left) > 0 || !plan.Clear() {
			t.Errorf("by %s, the choice is not known: %+v", follow, plan)
		}
		if diff := cmp.Diff(want, byID(t, s, "d")); diff != "" {
			t.Errorf("by %s (-want +got):\n%s", follow, diff)
		}
		healthy(t, s)
	}
}

// TestUnattended: a compile that nobody asked for does nothing that somebody would
// have to be asked about, and everything else.
func TestUnattended(t *testing.T) {
	const other, edited = "Q: other?\nA: another thing\n", "Q: other, then?\nA: another thing\n"
	short := strings.Join(strings.SplitAfter(numbered, "\n\n")[:2], "")
	for _, test := range []struct {
		name, after string
		left        []Left
	}{
		{"ids numbered anew", renumbered, []Left{{"d", Ambiguous, 0, 0}}},
		{"another text under an id", strings.Replace(strings.Replace(numbered, "saltiest sea", "longest street", 1), "the Red Sea", "Yonge Street", 1), []Left{{"d", Ambiguous, 0, 0}}},
		{"a third of it gone", short, []Left{{"d", Shrinking, 1, 3}}},
		{"all of it gone", "", []Left{{"d", Shrinking, 3, 3}}},
		{"reworded", strings.Replace(numbered, "the Red Sea", "The Red Sea, of course", 1), nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := newStore(t)
			compileTexts(t, s, "/decks", map[string]string{"d": numbered, "e": other})
			learnAll(t, s)
			before := byID(t, s, "d")
			texts := map[string]string{"d": test.after, "e": edited}
			if test.after == "" {
				delete(texts, "d")
			}
			c := Compiled{Root: "/decks", Whole: true, Unattended: true}
			plan := applyTexts(t, s, c, texts)
			if diff := cmp.Diff(test.left, plan.Left); diff != "" {
				t.Errorf("left (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(before, byID(t, s, "d")); diff != "" {
				t.Errorf("answers (-want +got):\n%s", diff)
			}
			if c := answeringIn(t, s, "e", "another thing"); c.Prompt != "other, then?" {
				t.Errorf("the other deck asks %q still", c.Prompt)
			}
			c.Unattended = false
			if plan := applyTexts(t, s, c, texts); len(plan.Left) > 0 || len(test.left) > 0 == plan.Clear() {
				t.Errorf("when it is asked for: %+v", plan)
			}
			healthy(t, s)
		})
	}
}
