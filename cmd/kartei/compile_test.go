package main

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
)

const (
	numberedDeck = "---\ndeck: d\n---\n\nQ: Which river flows through Vienna?\nA: the Danube\nId: q1\n\n" +
		"Q: What is the highest mountain of the Alps?\nA: Mont Blanc\nId: q2\n\nQ: Which is the saltiest sea?\nA: the Red Sea\nId: q3\n"
	renumberedDeck = "---\ndeck: d\n---\n\nQ: Who wrote the Odyssey?\nA: Homer\nId: q1\n\nQ: Which river flows through Vienna?\nA: the Danube\nId: q2\n\n" +
		"Q: What is the highest mountain of the Alps?\nA: Monte Bianco\nId: q3\n"
)

// newRenumbered is somebody who has learned a deck, and has numbered it anew since.
func newRenumbered(t *testing.T) *learner {
	l := newLearner(t)
	l.write("d.md", numberedDeck)
	l.run("compile", "d.md")
	cmd := l.command("review", "d", "--plain")
	cmd.Stdin = strings.NewReader(strings.Repeat("\n3\n", 3) + "q\n")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	l.write("d.md", renumberedDeck)
	return l
}

// TestCompileAsks: at a terminal a compile asks where an id stands over another
// text than was learned, and before much of a deck goes.
func TestCompileAsks(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, keys string
		shrinks    string // the answer to the question about the deck; empty: it is not asked
		want       map[string]string
	}{
		{"the text", "ttt", "y", map[string]string{"q1": `"reps":0`, "q2": `"prompt":"Which river.*"reps":1`, "q3": `"prompt":"What is.*"reps":1`}},
		{"the text, each time", "T", "y", map[string]string{"q1": `"reps":0`, "q2": `"prompt":"Which river.*"reps":1`}},
		{"the id, each time", "I", "y", map[string]string{"q1": `"prompt":"Who wrote.*"reps":1`, "q2": `"prompt":"Which river.*"reps":1`}},
		{"neither", "l", "", map[string]string{"q1": `"prompt":"Which river.*"reps":1`}},
		{"too much goes", "T", "n", map[string]string{"q1": `"prompt":"Which river.*"reps":1`}},
	} {
		t.Run(test.name, func(t *testing.T) {
			l := newRenumbered(t)
			s := &student{learner: l, Session: l.start(80, 50, "compile", "d.md")}
			for i, key := range test.keys {
				s.WaitFor(fmt.Sprintf("In d, the id q%d stands over another text now.", i+1))
				s.menu(`What does its history follow\?`, 5-2*(i/2))
				if test.name == "the text" && i == 0 {
					s.Golden("compile-asks")
				}
				s.Send(string(key))
			}
			if test.shrinks != "" {
				s.WaitFor("d loses 1 of its 3 cards, and you have learned 1 of them.")
				s.WaitFor("Retire them, with their history?")
				s.Send(test.shrinks)
			}
			if code := s.Exit(); code != 0 || !s.Restored() {
				t.Errorf("exit code %d, restored: %t\n%s", code, s.Restored(), s.History())
			}
			for id, want := range test.want {
				if got := l.run("cards", "--json", "deck:d", "fact:"+id); !regexp.MustCompile(want).MatchString(got) {
					t.Errorf("%s is %s, want %s", id, got, want)
				}
			}
			if test.keys == "l" || test.shrinks == "n" {
				if !strings.Contains(s.History(), "d: left as it was") {
					t.Errorf("nothing tells that the deck was left:\n%s", s.History())
				}
			}
		})
	}
}

// TestCompileAsksInFewColumns: what differs may stand at the end of a question.
func TestCompileAsksInFewColumns(t *testing.T) {
	t.Parallel()
	l := newRenumbered(t)
	s := &student{learner: l, Session: l.start(40, 50, "compile", "d.md")}
	s.menu(`What does its history follow\?`, 5)
	screen := strings.Join(strings.Fields(s.Screen()), " ")
	for _, want := range []string{"− Which river flows through Vienna? — the Danube +", "+ Who wrote the Odyssey? — Homer"} {
		if !strings.Contains(screen, want) {
			t.Errorf("the screen lacks %q\n%s", want, s.Screen())
		}
	}
	s.Send("T")
	s.WaitFor("Retire them, with their history?")
	if screen := strings.Join(strings.Fields(s.Screen()), " "); !strings.Contains(screen, "d loses 1 of its 3 cards, and you have learned 1 of them.") {
		t.Errorf("the screen does not say what goes\n%s", s.Screen())
	}
	s.Send("y")
	s.Exit()
}

// TestLongPlansPage: at a terminal a plan that is longer than the window stops at
// each page.
func TestLongPlansPage(t *testing.T) {
	t.Parallel()
	l := newLearner(t)
	var deck strings.Builder
	for i := range 60 {
		fmt.Fprintf(&deck, "Q: Which is the city of the number %d?\nA: Town %d\n\n", i, i)
	}
	l.write("d.md", deck.String())
	s := &student{learner: l, Session: l.start(80, 24, "compile", "-v", "d.md")}
	s.menu("40 more lines", 3)
	s.Send(" ")
	s.menu("19 more lines", 3)
	s.Send("e")
	s.WaitFor("number 59?")
	if code := s.Exit(); code != 0 || !s.Restored() {
		t.Errorf("exit code %d, restored: %t", code, s.Restored())
	}
}
