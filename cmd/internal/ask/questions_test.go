package ask_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"unicode/utf8"

	"kartei/cmd/internal/ask"
	"kartei/cmd/internal/keys"
)

var leave = ask.Leave{"u": "undo", "q": "quit", "?": "help"}

// put asks a question of these tests.
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
	case "length":
		s, err := a.Line(ctx, ask.Line{Label: "Answer:"})
		return utf8.RuneCountInString(s), err
	case "pick":
		return a.Pick(ctx, ask.Pick{Label: "Which deck?", Items: []ask.Item{
			{Label: "nato-en", Detail: "12 due"}, {Label: "nato-de", Detail: "3 due"}, {Label: "geo/capitals"}, {Label: "地理"},
		}})
	case "choice":
		return a.Menu(ctx, ask.Menu{Label: "Which one?", Start: -1, Leave: ask.Leave{"q": "quit"}, Items: ask.Lettered(
			"Norfolk", "The one that plans for the North Atlantic and Northern Europe, 東京 included", "Naples\x1b[2J\u202e\nand more")})
	case "long":
		m := ask.Menu{Label: "Which number?", Start: 0}
		for i := range 100 {
			m.Items = append(m.Items, ask.Item{Label: fmt.Sprint("number ", i)})
		}
		return a.Menu(ctx, m)
	case "editor":
		return nil, a.(*ask.Terminal).Pause(func() error {
			line, err := bufio.NewReaderSize(os.Stdin, 16).ReadString('\n')
			fmt.Printf("edited %q\n", line)
			return err
		})
	case "wait":
		<-ctx.Done()
		return nil, ctx.Err()
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
