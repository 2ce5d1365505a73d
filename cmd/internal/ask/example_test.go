package ask_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"kartei/cmd/internal/ask"
	"kartei/cmd/internal/keys"
)

// The same question goes to a terminal, to a script, or, as here, to lines.
func Example() {
	var a ask.Asker = ask.NewPlain(strings.NewReader("2\nu\n"), os.Stdout)
	grade := ask.Menu{
		Label: "How well did you know it?",
		Items: []ask.Item{
			{Label: "Again", Detail: "10 min", Keys: []keys.Key{"1"}},
			{Label: "Good", Detail: "3 days", Keys: []keys.Key{"2", keys.Space}},
		},
		Start: 1,
		Leave: ask.Leave{"u": "undo"},
	}
	for range 2 {
		i, err := a.Menu(context.Background(), grade)
		var command ask.Command
		if errors.As(err, &command) {
			fmt.Println("do:", command)
			return
		}
		fmt.Println("chosen:", grade.Items[i].Label)
	}
	// Output:
	// How well did you know it?
	// 1 Again 10 min
	// 2 Good 3 days
	// ?
	// chosen: Good
	// How well did you know it?
	// 1 Again 10 min
	// 2 Good 3 days
	// ?
	// do: left with "undo"
}
