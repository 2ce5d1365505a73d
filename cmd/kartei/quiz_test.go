package main

import (
	"fmt"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"kartei/cmd/internal/screentest"
	"kartei/cmd/internal/show"
)

const pageUp, pageDown, ctrlT, ctrlO = "\x1b[5~", "\x1b[6~", "\x14", "\x0f"

// examinee has a form of five questions, one of each kind, in exam.form.
func examinee(t *testing.T, limit string) *learner {
	t.Helper()
	l := newLearner(t)
	deck, err := filepath.Abs("testdata/decks/exam.md")
	if err != nil {
		t.Fatal(err)
	}
	l.run("compile", deck)
	l.run("quiz", "make", "exam", "--seed", "4", "--title", "Mid-term", "--time", limit, "-o", "exam.form")
	return l
}

// A whole quiz at a terminal, at each width: every kind of question, on and
// back, a mark, a changed answer, the overview, handing in, the score and what
// was missed. The schedule is as it was.
func TestQuizAtTheTerminal(t *testing.T) {
	t.Parallel()
	for _, columns := range []int{40, 80, 120} {
		t.Run(fmt.Sprint(columns), func(t *testing.T) {
			l := examinee(t, "20m")
			before := l.run("cards", "--json")
			s := l.start(columns, 40, "quiz", "--form", "exam.form", "--confidence")
			answer := map[string]func(){
				"Switzerland": func() { s.Send("a") },
				"coast":       func() { s.Send("a", "c", screentest.Enter) },
				"Name the":    func() { s.Send("Estonia\r", "latvia\r", "Litauen\r") },
				"Japan":       func() { s.Send("東京\r") },
				"west to":     func() { s.Send("b", "a", screentest.Enter) },
			}
			for n := 1; n <= 5; n++ {
				opened(s, n)
				if n == 1 {
					s.Golden(fmt.Sprintf("quiz-question-%d", columns))
				}
				for words, give := range answer {
					if strings.Contains(strings.Join(strings.Fields(last(s.Screen())), " "), words) {
						give()
					}
				}
				s.WaitFor("How sure are you?")
				s.Send("3")
			}
			s.WaitFor("All questions are answered")
			s.Send(pageUp) // the last question again
			s.Wait("its answer", func(screen string) bool { return strings.Count(screen, "Your answer so far") == 1 })
			s.Send(ctrlT)
			s.WaitFor("marked")
			s.Send(ctrlO)
			s.WaitFor("Hand in")
			s.Golden(fmt.Sprintf("quiz-overview-%d", columns))
			s.Send("l")
			s.WaitFor("Which question?")
			s.Send("Switz")
			s.Wait("only one question", func(screen string) bool { return !strings.Contains(screen, "answered, marked") })
			s.Send(screentest.Enter)
			opened(s, 3)
			s.Send("c", "1") // another answer, only a guess
			opened(s, 4)
			s.Send(ctrlO)
			s.Wait("the overview", func(screen string) bool { return strings.Contains(last(screen), "Hand in") })
			s.Send("h")
			if code := s.Exit(); code != 0 || !s.Restored() {
				t.Errorf("exit code %d, restored: %t", code, s.Restored())
			}
			screentest.Golden(t, fmt.Sprintf("quiz-%d", columns), s.History())
			for _, line := range strings.Split(s.History(), "\n") {
				if show.Width(line) > columns {
					t.Errorf("too wide: %q", line)
				}
			}
			if stray := screentest.Stray(s.Raw()); len(stray) > 0 {
				t.Errorf("control characters on the screen: %q", stray)
			}
			if after := l.run("cards", "--json"); after != before {
				t.Error("a quiz moved the schedule")
			}
			l.healthy(0)
		})
	}
}

// However a quiz ends, what was answered is kept, with the place and the time
// that is left, and the next one begins with the question whether to go on.
func TestQuizGoesOn(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		code int
		end  func(*screentest.Session)
	}{
		{"ctrl-d", 0, func(s *screentest.Session) { s.Send(screentest.CtrlD) }},
		{"ctrl-c", 130, func(s *screentest.Session) { s.Send(screentest.CtrlC) }},
		{"sighup", 130, func(s *screentest.Session) { s.Signal(syscall.SIGHUP) }},
		{"closed terminal", -2, func(s *screentest.Session) { s.Hangup() }},
		{"kill -9", -1, func(s *screentest.Session) { s.Signal(syscall.SIGKILL) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := examinee(t, "20m")
			s := l.start(80, 40, "quiz", "--form", "exam.form")
			opened(s, 1)
			s.Send(pageDown, pageDown)
			opened(s, 3)
			s.Send(pageUp)
			opened(s, 2)
			s.Send(answerTo(last(s.Screen())))
			opened(s, 3)
			c.end(s)
			if code := s.Exit(); c.code != -2 && code != c.code {
				t.Errorf("exit code %d, want %d", code, c.code)
			}
			again := l.start(80, 40, "quiz")
			again.WaitFor("A quiz of 23 November 09:00 waits, 1 of 5 answered. Go on with it?")
			again.Send(screentest.Enter)
			again.WaitFor("question 3 of 5")
			again.Send(pageUp)
			again.WaitFor("Your answer so far")
			again.Send(screentest.CtrlD)
			again.Exit()
			l.healthy(0)
		})
	}
}

// last is the open question: what stands below the last head of one.
func last(screen string) string { return screen[strings.LastIndex(screen, "\nquestion ")+1:] }

// opened waits until a question is open, with its clock beside it.
func opened(s *screentest.Session, n int) {
	s.Wait(fmt.Sprintf("open question %d", n), func(screen string) bool {
		return strings.HasPrefix(last(screen), fmt.Sprintf("question %d of", n)) && strings.Contains(last(screen), "\n20:00 ")
	})
}

// answerTo answers a question.
func answerTo(question string) string {
	switch {
	case strings.Contains(question, "Several may be right"):
		return "a" + screentest.Enter
	case strings.Contains(question, "Which one?"):
		return "a"
	case strings.Contains(question, "Put them"):
		return "ab" + screentest.Enter
	case strings.Contains(question, "of 3"):
		return "x\ry\rz\r"
	}
	return "Tokyo\r"
}

// The clock runs while a question is open, in a menu as in a line, and hands in
// at its end: what was answered counts.
func TestQuizClock(t *testing.T) {
	t.Parallel()
	l := examinee(t, "8s")
	l.env = append(l.env, "KARTEI_NOW=") // the real clock
	s := l.start(80, 40, "quiz", "--form", "exam.form")
	begun := ticking(s, 1, 8)
	asked := ticking(s, 1, begun-1)
	s.Send(answerTo(last(s.Screen())))
	ticking(s, 2, asked-1)
	s.WaitFor("The time is up. What you answered counts.")
	s.WaitMatch(`^  [0-9.]+ of 5 \(\d+ %\)$`)
	s.Send(" ", " ", " ")
	if code := s.Exit(); code != 0 || !s.Restored() {
		t.Errorf("exit code %d, restored: %t", code, s.Restored())
	}
	if out := l.run("quiz", "results", "--json"); !strings.Contains(out, `"answered":1,`) || strings.Contains(out, `"ended":null`) {
		t.Errorf("results: %s", out)
	}
}

// ticking waits until a question is open with at most so many seconds on the
// clock, and returns them.
func ticking(s *screentest.Session, question, most int) (seconds int) {
	s.Wait(fmt.Sprintf("question %d with %d seconds", question, most), func(screen string) bool {
		open := last(screen)
		clock := regexp.MustCompile(`(?m)^0:(\d\d) `).FindStringSubmatch(open)
		if clock == nil || !strings.HasPrefix(open, fmt.Sprintf("question %d of", question)) {
			return false
		}
		seconds, _ = strconv.Atoi(clock[1])
		return seconds <= most
	})
	return seconds
}

// Time in front of questions that stay open counts, too, when a quiz goes on.
func TestQuizTimeIsKept(t *testing.T) {
	t.Parallel()
	l := examinee(t, "1h")
	l.env = append(l.env, "KARTEI_NOW=") // the real clock
	s := l.start(80, 40, "quiz", "--form", "exam.form")
	s.WaitMatch("^59:([0-4][0-9]|5[0-8]) ")
	s.Send(pageDown)
	s.WaitFor("question 2 of 5")
	s.Signal(syscall.SIGKILL)
	s.Exit()
	s = l.start(80, 40, "quiz", "--resume")
	s.WaitMatch(`^(1:00:00|59:\d\d) `)
	if screen := s.Screen(); strings.Contains(screen, "1:00:00") || strings.Contains(screen, "59:59") {
		t.Errorf("the clock began anew:\n%s", screen)
	}
	s.Send(screentest.CtrlD)
	s.Exit()
}

// A whole quiz in one write: every key reaches its question.
func TestQuizTypeAhead(t *testing.T) {
	t.Parallel()
	l := newLearner(t).drill()
	s := l.start(80, 24, "quiz", "drill", "--questions", "2", "--kinds", "typed", "--seed", "1")
	s.WaitFor("question 1 of 2")
	s.Send("x\r", "y\r", "h", " ", "d")
	if code := s.Exit(); code != 0 {
		t.Errorf("exit code %d", code)
	}
	if screen := s.History(); !strings.Contains(screen, "0 of 2 (0 %)") || strings.Count(screen, "✗") != 2 {
		t.Errorf("the screen:\n%s", screen)
	}
	l.healthy(0)
}
