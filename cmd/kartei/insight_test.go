package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"kartei/cmd/internal/screentest"
)

const ctrlL = "\x0c"

// card puts a deck of its own into the collection.
func (l *learner) card(text string) *learner {
	l.Helper()
	path := filepath.Join(l.home, "one.md")
	if err := os.WriteFile(path, []byte("---\ndeck: one\n---\n\n"+text), 0o666); err != nil {
		l.Fatal(err)
	}
	l.run("compile", path)
	return l
}

// Whatever a key printed, the question stands on the screen afterwards, and the
// answer if it was shown; at every size.
func TestQuestionStaysInSight(t *testing.T) {
	t.Parallel()
	for _, size := range [][2]int{{24, 8}, {40, 20}, {80, 24}, {120, 40}} {
		t.Run(fmt.Sprintf("%dx%d", size[0], size[1]), func(t *testing.T) {
			t.Parallel()
			l := newLearner(t).card("Q: Capital of Chile?\nA: Santiago\n")
			s := l.start(size[0], size[1], "review", "one")
			s.WaitFor("Show the an")
			asked := fmt.Sprintf("in-sight-%dx%d-", size[0], size[1])
			s.Golden(asked + "question")
			for _, c := range [][2]string{{"i", "state"}, {"o", "There is no"}, {"h", "has no"}, {"?", "leave;"}} {
				s.Send(c[0])
				s.Wait(c[1], func(string) bool { return strings.Contains(s.History(), c[1]) })
				s.WaitMatch(`Capital of Chile\?(.*\n)+.*Show the an.*\n*\z`)
			}
			s.Golden(asked + "keys")
			s.Send(ctrlL)
			s.Wait("a clear screen", func(screen string) bool {
				return strings.Count(screen, "Show the an") == 1 && strings.HasPrefix(screen, "new 1")
			})
			s.Send(" ")
			s.WaitFor("4  Easy")
			for _, key := range []string{"?", "i", ctrlL} {
				s.Send(key)
				if size[1] < 10 { // no room for the question, too
					s.WaitMatch(`Santiago(.*\n)+.*4  Easy\s`)
				} else {
					s.WaitMatch(`Capital of Chile\?(.*\n)+.*Santiago(.*\n)+.*4  Easy\s`)
				}
			}
			s.Golden(asked + "answer")
			s.Send("3q")
			s.Exit()
			if stray := screentest.Stray(s.Raw()); len(stray) > 0 {
				t.Errorf("control characters on the screen: %q", stray)
			}
			l.healthy(1)
		})
	}
}

// What is half typed, half marked, half in order stays so when a key is asked for in
// between.
func TestDraftsStay(t *testing.T) {
	t.Parallel()
	l := newLearner(t).card("Q: Capital of Chile?\nA: Santiago\n")
	s := l.start(80, 24, "review", "one", "--typed")
	s.WaitFor("Your answer:")
	s.Send("Sanigo", screentest.Left, screentest.Left, screentest.Left, screentest.Escape)
	s.WaitFor("Go on typing")
	s.Send("i")
	s.WaitMatch(`Your answer: Sanigo\n*\z`)
	s.Send("t", ctrlL)
	s.WaitMatch(`\Anew 1(.*\n)+Your answer: Santigo\n*\z`)
	s.Send(screentest.Right, "a", screentest.Enter)
	s.WaitFor("Santiago")
	s.WaitFor("Right. How easily")
	s.Send("3", screentest.Escape)
	s.WaitFor("Go on typing")
	s.Send("q")
	s.Exit()

	l = newLearner(t).card("Q: Which are capitals?\n- [x] Lima\n- [ ] Cusco\n- [x] Quito\n- [ ] Cali\n")
	s = l.start(80, 24, "review", "one")
	s.WaitFor("mark them")
	option := strings.Split(s.Screen(), "Lima")[0]
	lima := option[strings.LastIndex(option, "[ ] ")+4:][:1]
	s.Send(lima, "?")
	s.WaitMatch(`\[x\] ` + lima + `  Lima`)
	s.Send(screentest.Escape)
	s.WaitFor("Go on choosing")
	s.Send("b")
	s.WaitFor("Buried until tomorrow")
	s.Exit()
}

// fg brings the question back.
func TestQuestionAfterAStop(t *testing.T) {
	t.Parallel()
	l := newLearner(t).card("Q: Capital of Chile?\nA: Santiago\n")
	s := l.start(60, 50, "review", "one")
	s.WaitFor("Show the answer")
	s.Send(screentest.CtrlZ)
	s.Wait("the question twice", func(screen string) bool { return strings.Count(screen, "Capital of Chile?") == 2 })
	s.Send(" ")
	s.WaitFor("4  Easy")
	s.Send(screentest.CtrlZ)
	s.Wait("the answer twice", func(screen string) bool { return strings.Count(screen, "Santiago") == 2 })
	s.Send("3q")
	s.Exit()
}

// The settings of a session: no footer, one card a screen, two grades.
func TestSessionSettings(t *testing.T) {
	t.Parallel()
	l := newLearner(t).card("Q: Capital of Chile?\nA: Santiago\n\nQ: Capital of Peru?\nA: Lima\n")
	l.run("config", "footer", "off")
	l.run("config", "screen", "clear")
	l.run("config", "grades", "two")
	s := l.start(60, 20, "review", "one")
	s.WaitFor("Show the answer")
	if strings.Contains(s.Screen(), "all keys") {
		t.Errorf("a footer:\n%s", s.Screen())
	}
	s.Send(" ")
	s.WaitFor("2  Good")
	if strings.Contains(s.Screen(), "Hard") || strings.Contains(s.Screen(), "Easy") {
		t.Errorf("more than two grades:\n%s", s.Screen())
	}
	s.Send("2")
	s.WaitMatch(`\A  Good, back in 10m\n\nnew 1 · learning 1`)
	s.Send(" 1")
	s.WaitFor("Again, back in")
	s.Send("q")
	s.Exit()
	if log := l.run("log", "--json"); !strings.Contains(log, `"grade":1`) || !strings.Contains(log, `"grade":3`) {
		t.Errorf("the log:\n%s", log)
	}
}

// The keys are named below each question for three days of study, and no longer.
func TestFooterOfTheFirstDays(t *testing.T) {
	t.Parallel()
	l := newLearner(t).drill()
	for day := 23; day <= 27; day++ {
		l.env = append(l.env, fmt.Sprintf("KARTEI_NOW=2026-11-%dT09:00:00+01:00", day))
		s := l.start(80, 24, "review", "drill")
		s.WaitFor("Show the answer")
		if named := strings.Contains(s.Screen(), "? all keys"); named != (day <= 26) {
			t.Errorf("day %d: keys named: %t\n%s", day-22, named, s.Screen())
		}
		s.Send(" 3")
		s.WaitFor("back in")
		s.WaitFor("Show the answer")
		s.Send("q")
		s.Exit()
	}
}

// The screens of a session have the same colours on light and on dark, and no others:
// those for which show's own test computes the contrast with both.
func TestColoursOfASession(t *testing.T) {
	t.Parallel()
	l := newLearner(t).kinds()
	l.env = append(l.env, "NO_COLOR=")
	s := &student{learner: l, Session: l.start(80, 40, "review", "kinds")}
	s.play(kinds)
	readable := regexp.MustCompile(`^(?:[0-4]?|(?:[1-4];)*38;5;(?:29|63|131|163|243)|[1-4](?:;[1-4])*)$`)
	seen := map[string]bool{}
	for _, style := range regexp.MustCompile("\x1b\\[([0-9;]*)m").FindAllSubmatch(s.Raw(), -1) {
		code := string(style[1])
		seen[code] = true
		if !readable.MatchString(code) && !strings.Contains(code, ";48;") {
			t.Errorf("style %q", code)
		}
	}
	for _, code := range []string{"1", "38;5;243", "38;5;63", "38;5;29", "38;5;131"} {
		if !seen[code] {
			t.Errorf("no style %q: the screens are without colour", code)
		}
	}
}

// Who has said so once is talked to in plain lines everywhere.
func TestPlainBySetting(t *testing.T) {
	t.Parallel()
	l := newLearner(t).card("Q: Capital of **Chile**?\nA: *Santiago*\n\nQ: Which?\n- [x] a1\n- [ ] b1\n- [ ] c1\n")
	l.run("config", "plain", "yes")
	s := l.start(80, 60)
	s.WaitFor("Start?")
	s.WaitMatch(`^\?\n*\z`)
	s.Send("one\n")
	s.WaitMatch(`Capital of Chile\?\n\n\?\n*\z`)
	s.Send("\n3\n")
	s.WaitFor("  Santiago\n")
	s.WaitFor("Which one?")
	s.Send(":b\n")
	s.WaitFor("Buried until tomorrow.")
	s.Send("q\n")
	s.Exit()
	for _, sign := range []string{"*", "▸"} {
		if strings.Contains(s.History(), sign) {
			t.Errorf("%q is not for ears:\n%s", sign, s.History())
		}
	}
}
