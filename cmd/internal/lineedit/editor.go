package lineedit

import (
	"context"
	"fmt"
	"io"
	"strings"

	"kartei/cmd/internal/keys"
	"kartei/cmd/internal/show"
)

// An Editor edits a line at a terminal in raw mode.
//
// Its keys are those of the shells: Left, Right, Home, End (Ctrl-B, F, A, E),
// by words with Alt-B, Alt-F or Ctrl-Left, Ctrl-Right; Backspace, Delete,
// Ctrl-W, Alt-Backspace and Alt-D for words, Ctrl-U and Ctrl-K for the line's
// halves, Ctrl-Y to put back what these took.
type Editor struct {
	Keys   *keys.Reader
	Out    io.Writer
	Width  func() int // of the window, in columns
	Prompt string
	Clock  func() string // if set, stands before the prompt, as it is at each key
	Limit  int           // characters; 0 means DefaultLimit
	Hidden bool          // nothing that is typed is shown

	// Text is what the line holds at first, and Cursor how many bytes of it are
	// before the cursor. Read leaves here what the line held when it ended.
	Text   string
	Cursor int

	// Leave, if set, sees each key first. Its error ends the line without an
	// answer and becomes the error of Read.
	Leave func(k keys.Key, empty bool) error

	line   Buffer
	from   int // the first cell that is shown
	column int // of the cursor, as drawn last
	width  int // of the window then
}

var motions = map[keys.Key]func(*Buffer){
	keys.Left: (*Buffer).Left, "ctrl-b": (*Buffer).Left,
	keys.Right: (*Buffer).Right, "ctrl-f": (*Buffer).Right,
	keys.Home: (*Buffer).Home, "ctrl-a": (*Buffer).Home,
	keys.End: (*Buffer).End, "ctrl-e": (*Buffer).End,
	"ctrl-left": (*Buffer).WordLeft, "alt-left": (*Buffer).WordLeft, "alt-b": (*Buffer).WordLeft,
	"ctrl-right": (*Buffer).WordRight, "alt-right": (*Buffer).WordRight, "alt-f": (*Buffer).WordRight,
	keys.Backspace: (*Buffer).Backspace,
	keys.Delete:    (*Buffer).Delete, "ctrl-d": (*Buffer).Delete,
	"ctrl-w":        (*Buffer).KillField,
	"alt-backspace": (*Buffer).KillWordLeft,
	"alt-d":         (*Buffer).KillWordRight, "ctrl-delete": (*Buffer).KillWordRight,
	"ctrl-u": (*Buffer).KillLeft, "ctrl-k": (*Buffer).KillRight,
	"ctrl-y": (*Buffer).Yank,
}

// Read reads a line up to Enter. Its errors are those of [keys.Reader.Next]
// and of Leave; the cursor is on a new line in any case.
func (e *Editor) Read(ctx context.Context) (string, error) {
	e.line, e.from, e.width = Buffer{Limit: e.Limit}, 0, 0
	at := min(max(e.Cursor, 0), len(e.Text))
	e.line.Insert(e.Text[at:])
	e.line.Home()
	e.line.Insert(e.Text[:at])
	defer func() {
		e.Text, e.Cursor = e.line.String(), e.line.Cursor()
		io.WriteString(e.Out, "\r\n")
	}()
	for {
		if err := e.paint(); err != nil {
			return "", err
		}
		event, err := e.Keys.Next(ctx)
		if err != nil {
			return "", err
		}
		if e.Leave != nil {
			if err := e.Leave(event.Key, e.line.Empty()); err != nil {
				return "", err
			}
		}
		if event.Key == keys.Enter {
			return e.line.String(), nil
		}
		e.press(event)
	}
}

func (e *Editor) press(event keys.Event) {
	if move := motions[event.Key]; move != nil {
		move(&e.line)
		return
	}
	e.line.Insert(event.Text)
}

// paint draws prompt and line on the cursor's row and leaves the cursor where
// text goes in.
func (e *Editor) paint() error {
	width := e.Width()
	back := e.flowed(width)
	prompt := e.Prompt
	if e.Clock != nil {
		prompt = e.Clock() + " " + prompt
	}
	if e.Hidden {
		_, err := io.WriteString(e.Out, back+"\r"+show.Cut(prompt, width-1)+"\x1b[K")
		return drawn(err)
	}
	prompt = show.Cut(prompt, width/2)
	text, left := e.visible(width - show.Width(prompt) - 1)
	e.column = show.Width(prompt) + show.Width(text) - left
	paint := back + "\r" + prompt + text + "\x1b[K"
	if left > 0 {
		paint += fmt.Sprintf("\x1b[%dD", left)
	}
	_, err := io.WriteString(e.Out, paint)
	return drawn(err)
}

func drawn(err error) error {
	if err != nil {
		return fmt.Errorf("draw the typed line: %w", err)
	}
	return nil
}

// flowed goes back to the row where the line begins, after the window has
// become narrower: most terminals flow lines anew that have become too long.
func (e *Editor) flowed(width int) string {
	rows := 0
	if width < e.width {
		rows = e.column / max(1, width)
	}
	e.width = width
	if rows == 0 {
		return ""
	}
	return fmt.Sprintf("\x1b[%dA\r\x1b[J", rows)
}

// visible returns the part of the line around the cursor that fits into room
// columns, and the columns from its end back to the cursor. Marks at its ends
// tell that there is more.
func (e *Editor) visible(room int) (text string, back int) {
	e.scroll(max(room, 4) - 2) // a column for each mark
	var s strings.Builder
	used := 0
	if e.from > 0 {
		s.WriteString("‹")
		used = 1
	}
	for _, c := range e.line.before[e.from:] {
		s.WriteString(c.shown)
		used += c.width
	}
	after := e.line.after
	for len(after) > 0 {
		c := after[len(after)-1]
		if used+back+c.width > room-1 && !(len(after) == 1 && used+back+c.width <= room) {
			s.WriteString("›")
			return s.String(), back + 1
		}
		s.WriteString(c.shown)
		back += c.width
		after = after[:len(after)-1]
	}
	return s.String(), back
}

// scroll moves the first shown cell so that the cursor is within room columns
// of it, and to the beginning if that is. It looks at no more cells than fit.
func (e *Editor) scroll(room int) {
	n := len(e.line.before)
	if e.from >= n {
		e.from = max(0, n-room/2) // show what is left of the cursor
	}
	used, first := 0, n
	for first > 0 && used+e.line.before[first-1].width <= room {
		first--
		used += e.line.before[first].width
	}
	if first > 0 {
		first = max(first, e.from)
	}
	e.from = first
}
