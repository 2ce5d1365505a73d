package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"unicode/utf8"

	"kartei/cmd/internal/screentest"
)

// A learner sits at a terminal of their own, with a home of their own.
type learner struct {
	*testing.T
	home    string
	env     []string
	program string // what they start
}

// newLearner has used the program before: the decks that come with it are in the
// collection, which is a copy of one that the program has made.
func newLearner(t *testing.T) *learner {
	t.Helper()
	l := newcomer(t)
	if err := settle(l.home); err != nil {
		t.Fatal(err)
	}
	return l
}

// newcomer has never used the program.
func newcomer(t *testing.T) *learner {
	t.Helper()
	home := t.TempDir()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return &learner{t, home, []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + home, "TERM=xterm-256color", "NO_COLOR=1", raceExit,
		"KARTEI_NOW=" + morning, "KARTEI_SEED=1", asKartei + "=1",
	}, self}
}

func (l *learner) command(args ...string) *exec.Cmd {
	cmd := exec.Command(l.program, args...)
	cmd.Env, cmd.Dir = l.env, l.home
	return cmd
}

// start runs kartei on a terminal.
func (l *learner) start(columns, rows int, args ...string) *screentest.Session {
	return screentest.Start(l, columns, rows, l.command(args...))
}

// drill puts a deck of twelve short answers into the collection.
func (l *learner) drill() *learner {
	l.Helper()
	deck, err := filepath.Abs("testdata/decks/drill.md")
	if err != nil {
		l.Fatal(err)
	}
	l.run("compile", deck)
	return l
}

// run runs kartei without one and returns what it prints.
func (l *learner) run(args ...string) string {
	l.Helper()
	out, err := l.command(args...).CombinedOutput()
	if err != nil {
		l.Errorf("kartei %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return string(out)
}

// answers is how many grades stand in the log.
func (l *learner) answers() (n int) {
	for row := range strings.Lines(l.run("log", "--json")) {
		if strings.Contains(row, `"kind":"grade"`) && !strings.Contains(row, `"undone":true`) {
			n++
		}
	}
	return n
}

// healthy ends a story: nothing is damaged, and the log holds what was answered.
func (l *learner) healthy(answers int) {
	l.Helper()
	l.run("doctor", "--full")
	if got := l.answers(); got != answers {
		l.Errorf("%d answers in the log, want %d", got, answers)
	}
}

// The README's first session: one command on an empty machine.
func TestFirstSession(t *testing.T) {
	t.Parallel()
	l := newcomer(t)
	s := &student{learner: l, Session: l.start(80, 40)}
	s.menu(`Start\?`, 10)
	s.Golden("start")
	s.Send(screentest.Enter) // the deck in the learner's language is the first
	s.WaitFor("Go on")
	s.Send(screentest.Space)
	s.WaitFor("Show the answer")
	s.Send(screentest.Space)
	s.question(howWell, 4)
	s.Golden("first-session")
	s.Send("3")
	s.WaitFor("new 19 · learning 1")
	s.WaitFor("Show the answer")
	s.Send("q")
	s.WaitFor("Until next time")
	if code := s.Exit(); code != 0 {
		t.Errorf("exit code %d", code)
	}
	screentest.Golden(t, "first-session-end", s.History())
	if stray := screentest.Stray(s.Raw()); len(stray) > 0 {
		t.Errorf("control characters on the screen: %q", stray)
	}
	l.healthy(1)
}

// A whole session typed ahead, in one write: every key reaches its question.
func TestTypeAhead(t *testing.T) {
	t.Parallel()
	l := newLearner(t).drill()
	s := l.start(80, 24, "review", "drill")
	s.WaitFor("Show the answer")
	s.Send(" 3", " 1", " 4", "u", " 2", " 3", "q")
	s.WaitFor("Until next time")
	s.Exit()
	l.healthy(4)
}

// However a session ends, and whatever is on the screen then, what was answered
// is in the log, and the terminal is as it was.
func TestEndings(t *testing.T) {
	t.Parallel()
	endings := []struct {
		name string
		code int
		end  func(*screentest.Session)
	}{
		{"quit", 0, func(s *screentest.Session) { s.Send("q") }},
		{"ctrl-d", 0, func(s *screentest.Session) { s.Send(screentest.CtrlD) }},
		{"ctrl-c", 130, func(s *screentest.Session) { s.Send(screentest.CtrlC) }},
		{"sigterm", 130, func(s *screentest.Session) { s.Signal(syscall.SIGTERM) }},
		{"sighup", 130, func(s *screentest.Session) { s.Signal(syscall.SIGHUP) }},
		{"sigquit", 130, func(s *screentest.Session) { s.Signal(syscall.SIGQUIT) }},
		{"closed terminal", unknown, func(s *screentest.Session) { s.Hangup() }},
		{"kill -9", -1, func(s *screentest.Session) { s.Signal(syscall.SIGKILL) }},
	}
	for _, place := range []struct {
		name, first, asks, then, see string
		args                         []string
	}{
		{name: "question", first: " 3", asks: "Show the answer"},
		{name: "grade", first: " 3", asks: "Show the answer", then: " ", see: "How well did you"},
		{name: "typing", args: []string{"--typed"}, first: "eins\r3", asks: "Your answer:", then: screentest.Paste("zwo") + strings.Repeat(screentest.Backspace, 3)},
	} {
		for _, c := range endings {
			if place.name == "typing" && c.name == "quit" {
				continue // it types a letter
			}
			t.Run(place.name+"/"+c.name, func(t *testing.T) {
				t.Parallel()
				l := newLearner(t).drill()
				s := l.start(60, 24, append([]string{"review", "drill"}, place.args...)...)
				s.WaitFor(place.asks)
				s.Send(place.first)
				s.WaitFor("new 11")
				s.WaitMatch(place.asks + `.*\n*\z`)
				s.Send(place.then)
				s.WaitFor(place.see)
				c.end(s)
				if code := s.Exit(); c.code != unknown && code != c.code {
					t.Errorf("exit code %d, want %d", code, c.code)
				}
				if c.code >= 0 && !s.Restored() {
					t.Error("the terminal is not as it was")
				}
				l.healthy(1)
			})
		}
	}
}

// unknown is an exit code that a story leaves open.
const unknown = -2

// Cards are readable however narrow or wide the window is, also when that
// changes in the middle.
func TestWidths(t *testing.T) {
	t.Parallel()
	for _, columns := range []int{40, 80, 120} {
		t.Run(string(rune('0'+columns/10)), func(t *testing.T) {
			l := newLearner(t).drill()
			s := l.start(columns, 40, "review", "drill")
			s.WaitFor("Show the answer")
			s.Send(" ")
			s.WaitFor("How well")
			s.Send("i?")
			s.WaitFor("this page")
			s.Resize(60, 40)
			s.Send("3")
			s.WaitFor("new 11")
			s.Send("q")
			s.Exit()
			for _, line := range strings.Split(s.History(), "\n") {
				if len([]rune(line)) > max(columns, 60) {
					t.Errorf("too wide: %q", line)
				}
			}
			l.healthy(1)
		})
	}
}

// Two learners' homes never meet: the collection is where XDG says.
func TestCollectionPlace(t *testing.T) {
	t.Parallel()
	l := newLearner(t)
	data := filepath.Join(l.home, "elsewhere")
	l.env = append(l.env, "XDG_DATA_HOME="+data)
	l.run("decks")
	if _, err := os.Stat(filepath.Join(data, "kartei", "collection.db")); err != nil {
		t.Error(err)
	}
}

// A card of 5,000 lines scrolls by, and an answer of more than 10,000 characters
// is bounded; the session goes on.
func TestLongCardAndLongAnswer(t *testing.T) {
	t.Parallel()
	l := newLearner(t)
	var long strings.Builder
	for i := range 5000 {
		fmt.Fprintf(&long, "  line %d\n", i)
	}
	l.write("long/long.md", "---\ndeck: long\nlang: en\n---\n\nQ: How long?\n  ```\n"+long.String()+"  ```\nA: Very\nType: recall\n\nQ: And this?\nA: Short\nType: typed\n")
	l.run("compile", "long")
	s := l.start(80, 24, "review", "long")
	s.WaitFor("Show the answer")
	for _, line := range []string{"How long?", "line 0\n", "line 2500\n", "line 4999\n"} {
		if !strings.Contains(s.History(), line) {
			t.Errorf("%q did not scroll by", line)
		}
	}
	s.Send(" 4")
	s.WaitFor("Your answer:")
	s.Send(screentest.Paste(strings.Repeat("東", 9_000)), strings.Repeat("京", 1_500))
	s.Resize(50, 24)
	s.WaitFor("‹")
	s.Send(screentest.Enter)
	s.WaitFor("Not this time")
	s.Send("1", screentest.CtrlD)
	if code := s.Exit(); code != 0 {
		t.Errorf("exit code %d", code)
	}
	typed := regexp.MustCompile(`"typed":"([^"]+)"`).FindStringSubmatch(l.run("log", "--json"))
	if typed == nil || utf8.RuneCountInString(typed[1]) != 10_000 {
		t.Errorf("the log does not keep 10,000 characters: %d of %.40q", utf8.RuneCountInString(typed[1]), typed)
	}
	l.healthy(2)
}
