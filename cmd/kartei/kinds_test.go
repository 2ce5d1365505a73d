package main

import (
	"fmt"
	"image"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kartei/cmd/internal/screentest"
	"kartei/cmd/internal/show"
)

// A scene is a card from its question to its grade: the screens that are waited
// for, each with what is typed then.
type scene struct {
	name  string
	steps []act
	grade string
}

// An act waits for a menu of so many rows, or for a line to type, and types.
type act struct {
	label string
	rows  int
	keys  string
}

const yourAnswer = `Your answer:\n*\z`

// shown is the card that only shows its answer.
func shown(name, grade string) scene {
	return scene{name, []act{{showAnswer, 0, screentest.Space}}, grade}
}

// typed is the card whose answer is typed.
func typed(name, keys, grade string) scene {
	return scene{name, []act{{yourAnswer, 0, keys + screentest.Enter}}, grade}
}

// kinds are the cards of testdata/decks/kinds.md, in their order.
var kinds = []scene{
	{"recall, with its hint", []act{{showAnswer, 0, "h"}, {"Hint: cool water\n\n.*" + showAnswer, 0, screentest.Enter}}, "3"},
	typed("typed, right", "abuja"+screentest.Home+screentest.Delete+"A", screentest.Enter),
	{"typed, with a slip, after a hint; overridden", []act{
		{yourAnswer, 0, screentest.Escape}, {"Go on typing", 0, "h"}, {"a queen\n\n" + yourAnswer, 0, "Yamousoukro" + screentest.Enter},
	}, "1"},
	typed("typed, wrong", "Cotonou", screentest.Enter),
	typed("typed, a number within its tolerance", "5 900", "2"),
	{"choice, by a digit, wrong", []act{{`Which one\?`, 3, "2"}}, screentest.Enter},
	{"choice of several, by space and letter", []act{
		{"Several are right", 4, "a"}, {`\[x\] a`, 3, screentest.Down + " "}, {`▸ \[x\] b`, 2, screentest.Enter},
	}, screentest.Enter},
	{"set", []act{{showAnswer, 0, screentest.Space}, {"Tick those that you had", 3, "ac"}, {`\[x\] c`, 0, screentest.Enter}}, screentest.Enter},
	{"sequence", []act{{"Put them in order", 3, "ca"}, {`2\. a`, 2, screentest.Enter}}, screentest.Enter},
	shown("cloze, with its hint in the gap", "4"),
	shown("term", "3"),
	shown("another term", "2"),
	shown("Japanese", "3"),
	typed("typed in Japanese", "東京x"+screentest.Backspace+"都", "3"),
	shown("Hebrew and Arabic", "3"),
	shown("emoji, a flag of tags and combining marks", "3"),
	shown("code and formulas", "3"),
	shown("a picture", "3"),
}

// kinds puts the deck of all kinds into the collection.
func (l *learner) kinds() *learner {
	l.Helper()
	text, err := os.ReadFile("testdata/decks/kinds.md")
	if err != nil {
		l.Fatal(err)
	}
	l.write("kinds/kinds.md", string(text))
	l.write("kinds/madagascar.png", drawn(l, image.NewNRGBA(image.Rect(0, 0, 4, 8))))
	l.run("compile", "kinds")
	return l
}

// play goes through scenes and returns their screens.
func (s *student) play(scenes []scene) string {
	s.Helper()
	var screens strings.Builder
	for _, c := range scenes {
		fmt.Fprintf(&screens, "=== %s\n", c.name)
		for _, a := range c.steps {
			s.await(a)
			screens.WriteString(s.lastCard() + "\n---\n")
			s.Send(a.keys)
		}
		s.question(howWell, 4)
		screens.WriteString(s.lastCard() + "\n\n")
		s.Send(c.grade)
		s.Wait("the next card", func(screen string) bool { return !strings.Contains(screen, "4  Easy") })
	}
	return screens.String()
}

func (s *student) await(a act) {
	s.Helper()
	if a.rows > 0 {
		s.question(a.label, a.rows)
		return
	}
	s.WaitMatch(a.label)
}

// Every kind of card at three widths, what was missed again until it is recalled,
// and the beginning of the second looks.
func TestKinds(t *testing.T) {
	t.Parallel()
	for _, columns := range []int{40, 80, 120} {
		t.Run(fmt.Sprint(columns), func(t *testing.T) {
			t.Parallel()
			l := newLearner(t).kinds()
			s := &student{learner: l, Session: l.start(columns, 50, "review", "kinds")}
			screens := s.play(kinds)
			again := []scene{
				typed("missed before, typed", "Yamoussoukro", "4"),
				typed("missed before, typed", "Porto-Novo", "4"),
				{"missed before, choice", []act{{`Which one\?`, 3, "c"}}, "4"},
				{"missed before, several", []act{{"Several are right", 4, "bc" + screentest.Enter}}, "4"},
				{"missed before, set", []act{{showAnswer, 0, " "}, {"Tick", 3, "abc" + screentest.Enter}}, "4"},
				{"missed before, sequence", []act{{"Put them", 3, "abc" + screentest.Enter}}, "4"},
			}
			screens += s.play(again)
			s.WaitMatch(yourAnswer) // a step, now that nothing else is left
			s.Send(screentest.Escape)
			s.WaitFor("Go on typing")
			s.Send("q")
			code := s.Exit()
			screens += "=== end\n" + s.lastCard()
			if code != 0 || !s.Restored() {
				t.Errorf("exit code %d, restored: %t", code, s.Restored())
			}
			screentest.Golden(t, fmt.Sprintf("kinds-%d", columns), screens)
			s.fits(columns)
			l.healthy(len(kinds) + len(again))
		})
	}
}

// fits tells of lines that are too wide and of controls that are not ours.
func (s *student) fits(columns int) {
	s.Helper()
	for line := range strings.SplitSeq(s.History(), "\n") {
		if show.Width(line) > columns {
			s.Errorf("too wide: %q", line)
		}
	}
	if stray := screentest.Stray(s.Raw()); len(stray) > 0 {
		s.Errorf("control characters on the screen: %q", stray)
	}
}

// The deck of all kinds again, all keys of it in one write.
func TestKindsTypedAhead(t *testing.T) {
	t.Parallel()
	l := newLearner(t).kinds()
	s := l.start(80, 24, "review", "kinds")
	s.WaitFor(showAnswer)
	var all strings.Builder
	for _, c := range kinds {
		for _, a := range c.steps {
			if a.keys == screentest.Escape || a.keys == "h" {
				continue // an escape with a key behind it is another key
			}
			all.WriteString(a.keys)
		}
		all.WriteString(c.grade)
	}
	s.Send(all.String(), screentest.CtrlC)
	if code := s.Exit(); code != 130 || !s.Restored() {
		t.Errorf("exit code %d, restored: %t\n%s", code, s.Restored(), s.History())
	}
	l.healthy(len(kinds))
}

// Every key at three widths, but for those that answer, and what it says. Days
// later undo goes back to the first answer of all, and leaves nothing behind.
func TestKeys(t *testing.T) {
	t.Parallel()
	for _, columns := range []int{40, 80, 120} {
		t.Run(fmt.Sprint(columns), func(t *testing.T) {
			t.Parallel()
			l := newAuthor(t, "no such text", "nor this")
			before := l.run("cards", "deck:notes", "--json")

			s := &student{learner: l, Session: l.start(columns, 70, "review", "notes")}
			s.WaitFor(showAnswer)
			s.Send("hoiff?", "e")
			s.Wait("Kenya once more", func(string) bool { return strings.Count(s.History(), "Kenya?") == 2 })
			s.WaitMatch(showAnswer)
			s.Send("z", screentest.Up, screentest.Paste("3 3 3"), " 1") // Kenya
			s.Send("su", "bu", " f", screentest.Up, screentest.Enter)   // Ghana
			s.Send(" 4", " 4", " 4", " 4")                              // Mali, Togo, Kenya, Ghana
			s.WaitFor("undoes an answer")
			s.Send("u", " 4", screentest.Enter)
			if code := s.Exit(); code != 0 || !s.Restored() {
				t.Errorf("exit code %d, restored: %t", code, s.Restored())
			}
			screentest.Golden(t, fmt.Sprintf("keys-%d", columns), s.History())
			s.fits(columns)
			l.healthy(6)

			l.env = append(l.env, "KARTEI_NOW=2026-11-30T21:00:00+01:00")
			s = &student{learner: l, Session: l.start(columns, 70, "review", "notes")}
			s.WaitFor(showAnswer)
			s.Send("i", strings.Repeat("u", 10))
			s.WaitFor("There is no answer to take back.")
			s.WaitMatch(showAnswer)
			s.Send("q")
			s.Exit()
			screentest.Golden(t, fmt.Sprintf("keys-later-%d", columns), s.History())
			s.fits(columns)
			l.healthy(0)
			if diff := cmp.Diff(before, l.run("cards", "deck:notes", "--json")); diff != "" {
				t.Errorf("undo left something behind (-before +after):\n%s", diff)
			}
		})
	}
}
