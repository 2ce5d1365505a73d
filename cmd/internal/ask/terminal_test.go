package ask_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"syscall"
	"testing"

	"kartei/cmd/internal/ask"
	"kartei/cmd/internal/keys"
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

var leave = ask.Leave{"u": "undo", "q": "quit", "?": "help"}

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

func put(ctx context.Context, a ask.Asker, question string) (any, error) {
	switch question {
	case "show":
		return a.Menu(ctx, ask.Menu{Items: []ask.Item{{Label: "Show the answer", Keys: []keys.Key{keys.Space, keys.Enter}}}, Leave: leave})
	case "grade":
		return a.Menu(ctx, grades())
	case "several":
		return a.Several(ctx, ask.Menu{Label: "Which are capitals?", Items: ask.Lettered("Bern", "Zürich", "東京", "Sydney"), Leave: ask.Leave{"q": "quit"}})
	case "order":
		return a.Order(ctx, ask.Menu{Label: "In order, please", Items: ask.Lettered("Washington", "Wales", "Vilnius"), Leave: ask.Leave{"q": "quit"}})
	case "line":
		s, err := a.Line(ctx, ask.Line{Label: "Answer:", Leave: ask.Leave{keys.Escape: "skip"}})
		return fmt.Sprintf("%q", s), err
	case "pick":
		return a.Pick(ctx, ask.Pick{Label: "Which deck?", Items: []ask.Item{
			{Label: "nato-en", Detail: "12 due"}, {Label: "nato-de", Detail: "3 due"}, {Label: "geo/capitals"}, {Label: "地理"},
		}})
	case "confirm":
		return a.Confirm(ctx, "Delete it?", false)
	}
	return nil, fmt.Errorf("no such question")
}

func grades() ask.Menu {
	m := ask.Menu{Label: "How well did you know it?", Start: 2, Leave: leave}
	details := []string{"10 min", "1 day", "3 days", "8 days"}
	for i, label := range []string{"Again", "Hard", "Good", "Easy"} {
		m.Items = append(m.Items, ask.Item{Label: label, Detail: details[i], Keys: []keys.Key{keys.Key(rune('1' + i))}})
	}
	m.Items[2].Keys = append(m.Items[2].Keys, keys.Space)
	return m
}

func start(t testing.TB, columns, rows int, questions string, env ...string) *screentest.Session {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(exe)
	cmd.Env = append(append(os.Environ(), program+"="+questions), env...)
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
		{"confirm", "confirm", "y", "1 confirm: true, <nil>"},
		{"confirm by enter", "confirm", "\r", "1 confirm: false, <nil>"},
		{"line", "line", "Nörfolk\r", `1 line: "Nörfolk", <nil>`},
		{"line, ctrl-d when empty", "line", screentest.CtrlD, `1 line: "", the input ended`},
		{"line, ctrl-d deletes", "line", "ab" + screentest.Home + screentest.CtrlD + "\r", `1 line: "b", <nil>`},
		{"line, a command", "line", "ab" + screentest.Escape, `1 line: "", left with "skip"`},
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
			if test.want != "" && !strings.Contains(s.Screen(), test.want+"\n") {
				t.Errorf("no %q:\n%s", test.want, s.Screen())
			}
			if test.want == "" {
				screentest.Golden(t, "typed-ahead", s.Screen())
			}
			if stray := screentest.Stray(s.Raw()); stray != nil {
				t.Errorf("stray controls: %q", stray)
			}
		})
	}
}
