//go:build unix

package ask_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"regexp"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"kartei/cmd/internal/ask"
	"kartei/cmd/internal/screentest"
	"kartei/cmd/internal/show"
)

// The test binary is also the program that the tests run on a terminal: it
// asks the questions that this variable names, in turn, and prints what came.
const program = "ASK_QUESTIONS"

func TestMain(m *testing.M) {
	if questions := os.Getenv(program); questions != "" {
		os.Exit(play(strings.Fields(questions)))
	}
	os.Exit(m.Run())
}

func play(questions []string) int {
	ctx, cancel := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGHUP)
	defer cancel()
	palette, _ := show.NewPalette(os.Getenv("COLOR"), true, os.Getenv)
	terminal, err := ask.NewTerminal(os.Stdin, os.Stdout, palette)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer terminal.Close()
	fmt.Println("ready")
	for i, question := range questions {
		answer, err := put(ctx, terminal, question)
		fmt.Printf("%d %s: %v, %v\n", i+1, question, answer, err)
		switch {
		case ctx.Err() != nil, errors.Is(err, ask.ErrQuit), errors.Is(err, ask.ErrInterrupted):
			return 3
		}
	}
	return 0
}

func start(t testing.TB, columns, rows int, questions string, env ...string) *screentest.Session {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(exe)
	cmd.Env = append(append(os.Environ(), program+"="+questions, "GORACE=atexit_sleep_ms=0"), env...)
	return screentest.Start(t, columns, rows, cmd)
}

func TestTerminal(t *testing.T) {
	tests := []struct {
		name, questions, keys, want string
	}{
		{"one key", "grade", "1", "1 grade: 0, <nil>"},
		{"enter chooses where the cursor starts", "grade", "\r", "1 grade: 2, <nil>"},
		{"space may be a key", "grade", " ", "1 grade: 2, <nil>"},
		{"arrows", "grade", screentest.Down + screentest.Down + screentest.Up + "\r", "1 grade: 2, <nil>"},
		{"a command", "grade", "u", `1 grade: 0, left with "undo"`},
		{"ctrl-c", "grade", screentest.CtrlC, "1 grade: 0, interrupted"},
		{"ctrl-d", "grade", screentest.CtrlD, "1 grade: 0, the input ended"},
		{"other keys do nothing", "grade", "xjk\x1b[3~\x0c\x12\x13\x07\t4", "1 grade: 3, <nil>"},
		{"pasted text grades nothing", "grade", screentest.Paste("1234") + "2", "1 grade: 1, <nil>"},
		{"several by letter, digit and space", "several", "a3" + screentest.Down + " \r", "1 several: [0 1 2], <nil>"},
		{"several, taken back", "several", "aab\r", "1 several: [1], <nil>"},
		{"none of several", "several", "\r", "1 several: [], <nil>"},
		{"order", "order", "bca\r", "1 order: [1 2 0], <nil>"},
		{"order, the last needs no key", "order", "cb\r", "1 order: [2 1 0], <nil>"},
		{"order by arrows", "order", screentest.Down + "\r" + screentest.Up + "\r\r", "1 order: [1 0 2], <nil>"},
		{"order, taken back", "order", "ba" + screentest.Backspace + "c\r", "1 order: [1 2 0], <nil>"},
		{"no enter before an arrow", "choice", "\r \r" + screentest.Down + screentest.Down + "\r", "1 choice: 1, <nil>"},
		{"a list longer than the window", "long", strings.Repeat(screentest.Down, 50) + "\r", "1 long: 50, <nil>"},
		{"typed ahead of an editor", "grade editor", "1edit\n", "2 editor: <nil>, <nil>"},
		{"ctrl-z without a shell to stop for", "grade line", screentest.CtrlZ + "1" + screentest.CtrlZ + "a\r", `2 line: "a", <nil>`},
		{"confirm", "confirm", "y", "1 confirm: true, <nil>"},
		{"confirm by enter", "confirm", "\r", "1 confirm: false, <nil>"},
		{"line", "line", "Nörfolk\r", `1 line: "Nörfolk", <nil>`},
		{"line, ctrl-d when empty", "line", screentest.CtrlD, `1 line: "", the input ended`},
		{"line, ctrl-d deletes", "line", "ab" + screentest.Home + screentest.CtrlD + "\r", `1 line: "b", <nil>`},
		{"line, a command", "line", "ab" + screentest.Escape, `1 line: "", left with "skip"`},
		{"line, hostile", "line", "a\x9b\u202e\u009b\x07" + screentest.Paste("b\x1b[2J\x1b]0;t\x07\nc") + "\U000e0041\r", `1 line: "ab[2J]0;t c", <nil>`},
		{"pick, hostile", "pick", screentest.Paste("\x1b]0;t\x07\u202egeo") + strings.Repeat(screentest.Backspace, 10) + "geo\r", "1 pick: 2, <nil>"},
		{"pick", "pick", "de\r", "1 pick: 1, <nil>"},
		{"pick in another script", "pick", "地\r", "1 pick: 3, <nil>"},
		{"pick with no result first", "pick", "xyz\r" + strings.Repeat(screentest.Backspace, 3) + "geo\r", "1 pick: 2, <nil>"},
		{"pick left without a result", "pick", "xyz" + screentest.CtrlC, "1 pick: 0, interrupted"},
		{"pick left", "pick", screentest.Escape, "1 pick: 0, the input ended"},
		{"typed ahead", "show grade show grade line show", " 3\ru two words\r ", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s := start(t, 60, 24, test.questions)
			s.WaitFor("ready")
			s.Send(test.keys)
			s.End()
			if test.want == "" {
				s.Golden("typed-ahead")
			} else if !strings.Contains(s.Screen(), test.want+"\n") {
				t.Errorf("no %q:\n%s", test.want, s.Screen())
			}
			leftAlone(t, s)
		})
	}
}

// leftAlone checks what holds after every question, however it ended.
func leftAlone(t *testing.T, s *screentest.Session) {
	t.Helper()
	if stray := screentest.Stray(s.Raw()); stray != nil {
		t.Errorf("stray controls: %q", stray)
	}
	if strings.Contains(string(s.Raw()), "DATA RACE") {
		t.Errorf("a race:\n%s", s.Raw())
	}
	if !s.Restored() {
		t.Errorf("the terminal is not as it was")
	}
}

func TestTerminalScreens(t *testing.T) {
	for _, columns := range []int{20, 40, 80, 120} {
		for question, keys := range map[string]string{
			"grade": screentest.Down, "choice": screentest.Down + screentest.Down, "several": "a" + screentest.Down + " ", "order": "b", "pick": "n", "confirm": "",
		} {
			t.Run(fmt.Sprint(question, columns), func(t *testing.T) {
				t.Parallel()
				s := start(t, columns, 16, question)
				s.WaitMatch("Easy|Naples.*|Sydney|Vilnius|地理|No")
				painted := len(s.Raw())
				s.Send(keys)
				settle(t, s, question, keys, painted)
				s.Golden(fmt.Sprintf("%s-%d", question, columns))
				s.Send(screentest.CtrlC)
				if code := s.Exit(); code != 3 {
					t.Errorf("exit code %d", code)
				}
				leftAlone(t, s)
			})
		}
	}
}

// settle waits until the keys show.
func settle(t *testing.T, s *screentest.Session, question, keys string, painted int) {
	t.Helper()
	if keys == "" {
		return
	}
	want := map[string]string{"grade": "▸ 4", "choice": "▸ b", "several": "▸ [x] b", "order": "1. b", "pick": "Search: n"}[question]
	s.Wait(want, func(screen string) bool {
		return len(s.Raw()) > painted && strings.Contains(screen, want) && (question != "pick" || !strings.Contains(screen, "geo"))
	})
}

func TestTerminalColours(t *testing.T) {
	for _, test := range []struct {
		env, escape string
		want        bool
	}{
		{"COLOR=always", "\x1b[1;38;5;63m", true},
		{"COLOR=auto", "\x1b[1;38;5;63m", true},
		{"NO_COLOR=1", "\x1b[1m", true},
		{"NO_COLOR=1", "36m", false},
		{"COLOR=never", "m", false},
	} {
		s := start(t, 80, 24, "grade", test.env)
		s.WaitFor("Easy")
		got := strings.Contains(string(s.Raw()), test.escape)
		if test.escape == "m" {
			got = styled.Match(s.Raw())
		}
		if got != test.want {
			t.Errorf("with %s, %q written: %t, want %t", test.env, test.escape, got, test.want)
		}
	}
}

var styled = regexp.MustCompile("\x1b\\[[0-9;]*m")

func TestTerminalSignals(t *testing.T) {
	for _, question := range []string{"grade", "line", "pick"} {
		for _, signal := range []os.Signal{syscall.SIGTERM, syscall.SIGHUP} {
			t.Run(fmt.Sprint(question, signal), func(t *testing.T) {
				t.Parallel()
				s := start(t, 80, 24, question)
				s.WaitMatch("Easy|Answer:|geo")
				s.Signal(signal)
				if code := s.Exit(); code != 3 {
					t.Errorf("exit code %d", code)
				}
				if want := signal.String() + " signal received"; !strings.Contains(s.Screen(), want) {
					t.Errorf("no %q:\n%s", want, s.Screen())
				}
				leftAlone(t, s)
			})
		}
		t.Run(question+" closed", func(t *testing.T) {
			t.Parallel()
			s := start(t, 80, 24, question)
			s.WaitMatch("Easy|Answer:|geo")
			s.Hangup()
			if code := s.Exit(); code != 3 {
				t.Errorf("exit code %d", code)
			}
		})
	}
}

func TestTerminalResize(t *testing.T) {
	s := start(t, 80, 24, "choice line grade")
	s.WaitMatch(`Which one(.|\n)*Naples`)
	s.Resize(30, 24)
	s.WaitMatch(`plans fo…(.|\n)*Naples`)
	s.Golden("resized")
	s.Send("b")
	s.WaitFor("Answer:")
	s.Send(strings.Repeat("long ", 10))
	s.WaitFor("‹")
	s.Resize(80, 24)
	s.WaitFor("Answer: " + strings.Repeat("long ", 9) + "long")
	s.Send("\r3")
	s.End()
	if !strings.Contains(s.Screen(), "3 grade: 2, <nil>") {
		t.Errorf("the screen is\n%s", s.Screen())
	}
	leftAlone(t, s)
}

func TestTerminalResizeOfALine(t *testing.T) {
	s := start(t, 80, 24, "line")
	s.WaitFor("Answer:")
	s.Send(strings.Repeat("long ", 10))
	s.Wait("all that was typed", func(string) bool {
		x, _, _ := s.Cursor()
		return x == len("Answer: ")+50
	})
	s.Resize(30, 24)
	s.WaitFor("‹")
	s.Golden("resized-line")
}

// Two hundred cards typed ahead, as fast as a terminal takes them.
func TestTerminalBurst(t *testing.T) {
	const cards = 200
	s := start(t, 80, 24, strings.Repeat("show grade ", cards))
	s.WaitFor("ready")
	s.Send(strings.Repeat(" 3", cards))
	if err := s.End(); err != nil {
		t.Fatal(err)
	}
	for i := 1; i <= cards; i++ {
		if want := fmt.Sprintf("\n%d grade: 2, <nil>\n", 2*i); !strings.Contains(s.History(), want) {
			t.Fatalf("no %q:\n%s", want, s.History())
		}
	}
	leftAlone(t, s)
}

// A Select leaves a goroutine behind. It must keep no more than that, or a long
// session would not stay small.
func TestTerminalKeepsLittle(t *testing.T) {
	const questions, most = 200, 8 << 10 // bytes a question
	kept := 0
	s := screentest.Run(t, 80, 24, func(tty *os.File) error {
		a, err := ask.NewTerminal(tty, tty, show.Colour)
		if err != nil {
			return err
		}
		defer a.Close()
		before := inUse()
		for range questions {
			if _, err := a.Menu(t.Context(), grades()); err != nil {
				return err
			}
		}
		kept = (inUse() - before) / questions
		return nil
	})
	s.Send(strings.Repeat("3", questions))
	if err := s.End(); err != nil {
		t.Fatal(err)
	}
	if kept > most {
		t.Errorf("each question keeps %d bytes", kept)
	}
}

func inUse() int {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int(m.HeapAlloc + m.StackInuse)
}

// A search that is longer than the window stays on its row.
func TestTerminalLongSearch(t *testing.T) {
	s := start(t, 20, 10, "pick")
	s.WaitFor("地理")
	s.Send(strings.Repeat("nato ", 10), "-en")
	s.Wait("one deck", func(screen string) bool {
		return strings.Contains(screen, "nato-en") && !strings.Contains(screen, "nato-de")
	})
	s.Golden("long-search")
	s.Send("\r")
	s.WaitFor("1 pick: 0, <nil>")
}

func TestTerminalLongAnswer(t *testing.T) {
	s := start(t, 80, 24, "length")
	s.WaitFor("Answer:")
	s.Send(strings.Repeat("東", 10_010), "\r")
	s.End()
	if !strings.Contains(s.Screen(), "1 length: 10000, <nil>") {
		t.Errorf("the screen is\n%s", s.Screen())
	}
	leftAlone(t, s)
}

// BenchmarkKeyToPaint is the time from a key that grades to the next question
// on the screen, over the pseudo-terminal.
func BenchmarkKeyToPaint(b *testing.B) {
	questions := b.N + 1
	s := start(b, 80, 24, strings.Repeat("grade ", questions))
	s.WaitFor("Easy")
	b.ResetTimer()
	for i := range b.N {
		s.Send("3")
		s.WaitFor(fmt.Sprintf("\n%d grade: 2, <nil>\nHow well", i+1))
	}
}
