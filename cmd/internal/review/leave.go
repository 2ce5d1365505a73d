package review

import (
	"context"
	"errors"
	"strings"

	"kartei/cmd/internal/ask"
	"kartei/cmd/internal/keys"
)

// Commands that stand for no action of the help page.
const (
	menu    ask.Command = "menu"   // the keys that would type letters, or choose
	goOn    ask.Command = "go on"  // back from there
	redraw  ask.Command = "redraw" // draw the screen anew
	resumed ask.Command = "resumed"
)

// redrawKey is what programs at a terminal draw their screen anew for.
const redrawKey keys.Key = "ctrl-l"

// leave returns the keys that leave a question whose own are none of them.
func (q *question) leave() ask.Leave {
	leave := q.Keys.leave()
	if _, taken := leave[redrawKey]; !taken {
		leave[redrawKey] = redraw
	}
	leave[keys.Continue] = resumed
	return leave
}

// leaveLetters gives those of a question where letters type, or choose: the commands
// of letters are reached by Escape, or in plain lines by a colon.
func (q *question) leaveLetters() ask.Leave {
	leave := q.leave()
	if !q.Plain {
		leave[keys.Escape] = menu
	}
	return leave
}

// otherKeys asks, once Escape has left a question, for the key that is meant. Any
// other error stays as it is.
func (q *question) otherKeys(ctx context.Context, err error, back string) error {
	if !errors.Is(err, menu) {
		return err
	}
	_, err = q.Ask.Menu(ctx, ask.Menu{
		Items: []ask.Item{{Label: back, Detail: q.Keys.of(Help) + " other keys", Keys: q.Keys.show()}},
		Leave: q.leave(),
	})
	if err == nil {
		return goOn
	}
	return err
}

// footer names the keys that a newcomer needs first, as many as fit.
func (q *question) footer(columns int) string {
	if !q.Footer {
		return ""
	}
	undo, edit := q.Keys.of(Undo)+" undo", q.Keys.of(Edit)+" edit"
	help, quit := q.Keys.of(Help)+" all keys", q.Keys.of(Quit)+" leave"
	for _, parts := range [][]string{{undo, edit, help, quit}, {undo, help, quit}, {help, quit}, {help}} {
		if line := strings.Join(parts, " · "); len(line) <= columns {
			return line
		}
	}
	return ""
}
