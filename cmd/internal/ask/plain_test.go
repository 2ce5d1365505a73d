package ask_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kartei/cmd/internal/ask"
	"kartei/cmd/internal/keys"
)

func TestPlain(t *testing.T) {
	choice := ask.Menu{Label: "Which?", Items: ask.Lettered("Norfolk", "Brunssum", "Naples\x1b[2J"), Start: -1, Leave: ask.Leave{"q": "quit"}}
	show := ask.Menu{Items: []ask.Item{{Label: "Show the answer", Keys: []keys.Key{keys.Space}}}, Leave: leave}
	line := ask.Line{Label: "Answer:", Limit: 5, Leave: leave}
	pick := ask.Pick{Label: "Which deck?", Items: []ask.Item{{Label: "nato-en", Detail: "3 due"}, {Label: "nato-de"}, {Label: "geo"}}}
	menu := func(m ask.Menu) func(context.Context, ask.Asker) (any, error) {
		return func(ctx context.Context, a ask.Asker) (any, error) { return a.Menu(ctx, m) }
	}
	several := func(ctx context.Context, a ask.Asker) (any, error) { return a.Several(ctx, choice) }
	order := func(ctx context.Context, a ask.Asker) (any, error) { return a.Order(ctx, choice) }
	typed := func(ctx context.Context, a ask.Asker) (any, error) { return a.Line(ctx, line) }
	picked := func(ctx context.Context, a ask.Asker) (any, error) { return a.Pick(ctx, pick) }
	confirm := func(ctx context.Context, a ask.Asker) (any, error) { return a.Confirm(ctx, "Delete it?", false) }

	const choices = "Which?\na Norfolk\nb Brunssum\nc Naples␛[2J\n?\n"
	const decks = "Which deck?\n1 nato-en 3 due\n2 nato-de\n3 geo\n?\n"
	const gradeScreen = "How well did you know it?\n1 Again 10 min\n2 Hard 1 day\n3 Good 3 days\n4 Easy 8 days\n?\n"
	tests := []struct {
		name, in string
		question func(context.Context, ask.Asker) (any, error)
		want     any
		err      error
		out      string
	}{
		{"an empty line shows", "\n", menu(show), 0, nil, "?\n"},
		{"a grade", "3\n", menu(grades()), 2, nil, gradeScreen},
		{"an empty line is the start", "\r\n", menu(grades()), 2, nil, gradeScreen},
		{"a command by key", "u\n", menu(grades()), 0, ask.Command("undo"), gradeScreen},
		{"a command by name", "Undo\n", menu(grades()), 0, ask.Command("undo"), gradeScreen},
		{"what is no answer", "7\n\x1b[2Jx\n1\n", menu(grades()), 0, nil, gradeScreen +
			"\"7\" is not an answer: type 1, 2, 3, 4, nothing, ? help, q quit, u undo\n?\n" +
			"\"␛[2Jx\" is not an answer: type 1, 2, 3, 4, nothing, ? help, q quit, u undo\n?\n"},
		{"a choice by letter", "B\n", menu(choice), 1, nil, choices},
		{"a choice by number", "2\n", menu(choice), 1, nil, choices},
		{"a choice by its words", "brunssum\n", menu(choice), 1, nil, choices},
		{"nothing is no choice", "\na\n", menu(choice), 0, nil, choices + "\"\" is not an answer: type a, b, c, q quit\n?\n"},
		{"several", "c a\n", several, []int{0, 2}, nil, choices},
		{"several, run together", "ca\n", several, []int{0, 2}, nil, choices},
		{"several, by commas", "3,1,1\n", several, []int{0, 2}, nil, choices},
		{"none of several", "\n", several, []int{}, nil, choices},
		{"order", "b c a\n", order, []int{1, 2, 0}, nil, choices},
		{"order, incomplete first", "b c\nbb c\nb c a\n", order, []int{1, 2, 0}, nil,
			choices + "name each of the 3 once\n?\n\"bb\" is not an answer: type a, b, c, q quit\n?\n"},
		{"line", "a word\n", typed, "a wor", nil, "Answer:\n?\n"},
		{"line that looks like a command", "u\n", typed, "u", nil, "Answer:\n?\n"},
		{"a command in a line", ":undo\n", typed, "", ask.Command("undo"), "Answer:\n?\n"},
		{"a command in a line by key", ":u\n", typed, "", ask.Command("undo"), "Answer:\n?\n"},
		{"the last line has no end", "abc", typed, "abc", nil, "Answer:\n?\n"},
		{"end of input", "", typed, "", ask.ErrQuit, "Answer:\n?\n"},
		{"pick by number", "3\n", picked, 2, nil, decks},
		{"pick by a part", "to de\n", picked, 1, nil, decks},
		{"pick what is not one", "nato\n\ngeo\n", picked, 2, nil, decks +
			strings.Repeat("type a number, or a part of one name only\n?\n", 2)},
		{"confirm", "y\n", confirm, true, nil, "Delete it?\ny Yes\nn No\n?\n"},
		{"confirm by default", "\n", confirm, false, nil, "Delete it?\ny Yes\nn No\n?\n"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var out strings.Builder
			got, err := test.question(t.Context(), ask.NewPlain(strings.NewReader(test.in), &out))
			if diff := cmp.Diff(test.want, got); diff != "" && err == nil {
				t.Errorf("-want +got:\n%s", diff)
			}
			if !errors.Is(err, test.err) {
				t.Errorf("error %v, want %v", err, test.err)
			}
			if diff := cmp.Diff(test.out, out.String()); diff != "" {
				t.Errorf("printed, -want +got:\n%s", diff)
			}
		})
	}
}

func TestPlainLeavesLinesToTheNextQuestion(t *testing.T) {
	in, out := io.Pipe()
	p := ask.NewPlain(in, io.Discard)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := p.Menu(ctx, grades()); !errors.Is(err, context.Canceled) {
		t.Fatalf("got %v", err)
	}
	ctx, cancel = context.WithCancel(t.Context())
	go cancel()
	if _, err := p.Menu(ctx, grades()); !errors.Is(err, context.Canceled) {
		t.Fatalf("got %v", err)
	}
	go io.WriteString(out, "4\n")
	if i, err := p.Menu(t.Context(), grades()); i != 3 || err != nil {
		t.Fatalf("got %d, %v", i, err)
	}
}

func TestPlainLongLine(t *testing.T) {
	in := strings.Repeat("x", 1<<20) + "\n2\n"
	p := ask.NewPlain(strings.NewReader(in), io.Discard)
	if text, err := p.Line(t.Context(), ask.Line{}); len(text) != 10_000 || err != nil {
		t.Errorf("%d bytes, %v", len(text), err)
	}
	if i, err := p.Menu(t.Context(), grades()); i != 1 || err != nil {
		t.Errorf("got %d, %v", i, err)
	}
}

// recorder is a test that a Script may fail.
type recorder struct {
	failures []string
	cleanup  func()
}

func (*recorder) Helper()            {}
func (r *recorder) Cleanup(f func()) { r.cleanup = f }
func (r *recorder) Errorf(format string, args ...any) {
	r.failures = append(r.failures, fmt.Sprintf(format, args...))
}

func TestScript(t *testing.T) {
	s := ask.NewScript(t,
		ask.Expect("How well", "Good"),
		ask.Expect("How well", 3),
		ask.Expect("How well", ask.Command("undo")),
		ask.Expect("capitals", []string{"東京", "Bern"}),
		ask.Expect("order", []int{2, 0, 1}),
		ask.Expect("Answer", "Norfolk"),
		ask.Expect("Delete", true),
		ask.Expect("deck", "geo"),
	)
	var got []string
	for _, question := range []string{"grade", "grade", "grade", "several", "order", "line", "confirm", "pick"} {
		answer, err := put(t.Context(), s, question)
		got = append(got, fmt.Sprint(answer, " ", err))
	}
	want := []string{"2 <nil>", "3 <nil>", `0 left with "undo"`, "[0 2] <nil>", "[2 0 1] <nil>", `"Norfolk" <nil>`, "true <nil>", "2 <nil>"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestScriptIsStrict(t *testing.T) {
	tests := []struct {
		name, question string
		steps          []ask.Step
		want           string
	}{
		{"another question", "grade", []ask.Step{ask.Expect("Delete", true)}, `asked "How well did you know it?", expected "Delete"`},
		{"one too many", "grade", nil, `asked after the last step: "How well did you know it?"`},
		{"an answer that does not fit", "line", []ask.Step{ask.Expect("Answer", 3)}, `"Answer:": 3 (int) does not answer it`},
		{"no such item", "grade", []ask.Step{ask.Expect("", "Perfect")}, `"How well did you know it?": Perfect (string) is not an item`},
		{"no such index", "grade", []ask.Step{ask.Expect("", 4)}, `"How well did you know it?": 4 (int) is not an item`},
		{"two such items", "pick", []ask.Step{ask.Expect("", "nato")}, `"Which deck?": more than one item holds "nato"`},
		{"no order", "order", []ask.Step{ask.Expect("", []int{1, 1, 2})}, `"In order, please": [1 1 2] is not an order of 3 items`},
		{"never asked", "grade", []ask.Step{ask.Expect("", 1), ask.Expect("Delete", true)}, `never asked: "Delete"`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var r recorder
			s := ask.NewScript(&r, test.steps...)
			put(t.Context(), s, test.question)
			r.cleanup()
			if len(r.failures) == 0 || r.failures[0] != test.want {
				t.Errorf("failed with %q, want %q", r.failures, test.want)
			}
		})
	}
}
