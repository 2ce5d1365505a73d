package ask

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"sync"
	"text/template"

	"github.com/chzyer/readline"
	"github.com/manifoldco/promptui"

	"kartei/cmd/internal/keys"
	"kartei/cmd/internal/show"
	"kartei/decks/lazyregexp"
)

// promptui's Select is driven through its Stdin and Stdout, which cures what
// it does not: keys reach it one at a time and only those that it handles
// well. Enter is the one key with which a Select ends without a race, so that
// every way out, a hot key, Ctrl-C, a cancelled context, is an Enter with a
// note of what was meant.

// What promptui is sent. Search has a key that nobody types; sendNothing moves
// the cursor of an empty line and makes promptui draw its list again.
const (
	sendNothing   = "\x01"
	sendSearch    = "\x05"
	sendUp        = "\x10"
	sendDown      = "\x0e"
	sendPageUp    = "\x02"
	sendPageDown  = "\x06"
	sendBackspace = "\x7f"
	sendEnter     = "\r"
)

func selectKeys() *promptui.SelectKeys {
	return &promptui.SelectKeys{
		Prev:     promptui.Key{Code: readline.CharPrev},
		Next:     promptui.Key{Code: readline.CharNext},
		PageUp:   promptui.Key{Code: readline.CharBackward},
		PageDown: promptui.Key{Code: readline.CharForward},
		Search:   promptui.Key{Code: readline.CharLineEnd},
	}
}

// templates has items draw themselves; the colours are ours.
func templates(footer bool) *promptui.SelectTemplates {
	t := &promptui.SelectTemplates{
		Label:    "{{.}}",
		Active:   "{{.Active}}",
		Inactive: "{{.Inactive}}",
		Selected: " ",
		Help:     " ",
		FuncMap:  template.FuncMap{},
	}
	if footer {
		t.Details = "{{.Footer}}"
	}
	return t
}

// An action is what becomes of a key: bytes for promptui, or the question's end.
type action struct {
	send string
	end  bool
	err  error // of the question; nil means that it is answered
}

// sel runs a Select. Each key is handed to press.
func (t *Terminal) sel(ctx context.Context, s *promptui.Select, press func(keys.Event) action) (int, error) {
	screen := &screen{out: t.out, columns: t.columns()}
	keyboard := &keyboard{ctx: ctx, terminal: t, screen: screen, press: press, rows: rowsOf(s),
		search: s.Searcher != nil}
	s.Stdin, s.Stdout = keyboard, screen

	const wrapOff, wrapOn, cursorOn = "\x1b[?7l", "\x1b[?7h", "\x1b[?25h"
	io.WriteString(t.out, wrapOff) // promptui takes each line for one row
	i, _, err := s.Run()
	screen.Close()
	io.WriteString(t.out, wrapOn+cursorOn)

	if keyboard.ended {
		err = keyboard.err
	}
	keyboard.forget()
	return i, err
}

// rowsOf is how many rows a Select takes: its own first one, its label, its items and
// what stands below them.
func rowsOf(s *promptui.Select) int {
	if s.Templates.Details != "" {
		return s.Size + 3
	}
	return s.Size + 2
}

// A keyboard is the Stdin of one Select.
type keyboard struct {
	ctx      context.Context
	terminal *Terminal
	screen   *screen
	press    func(keys.Event) action
	rows     int
	search   bool // the list may be narrowed down to nothing, where Enter does nothing
	pending  string
	ended    bool
	err      error
}

func (k *keyboard) Read(p []byte) (int, error) {
	for k.pending == "" {
		if k.ended {
			return 0, io.EOF
		}
		e, err := k.terminal.keys.Next(k.ctx)
		switch {
		case err != nil:
			k.end(ended(err))
		case e.Key == stop:
			if err := k.terminal.stop(k.rows); err != nil {
				k.end(err)
			} else if a := k.press(keys.Event{Key: keys.Continue}); a.end {
				k.end(a.err)
			} else {
				k.pending = sendNothing
			}
		default:
			k.screen.flow(k.terminal.columns())
			if a := k.press(e); a.end {
				k.end(a.err)
			} else {
				k.pending = a.send
			}
		}
	}
	n := copy(p, k.pending)
	k.pending = k.pending[n:]
	return n, nil
}

func (k *keyboard) end(err error) {
	k.ended, k.err = true, err
	k.pending = sendEnter
	if k.search {
		k.pending = sendSearch + sendEnter
	}
}

// forget lets go of the question: readline never lets go of its Stdin, for
// which one goroutine waits for ever.
func (k *keyboard) forget() { *k = keyboard{ended: true} }

// Close is for readline; the terminal stays open.
func (k *keyboard) Close() error { return nil }

// A screen is the Stdout of one Select. It lets no control character through
// but those that draw the list, so no bell; none of readline's echo below the
// list, which is what does not begin with a control sequence; and nothing once
// it is closed, because readline clears the line once more after Run.
type screen struct {
	mu      sync.Mutex
	out     io.Writer
	closed  bool
	painted []byte // the list as it was drawn last
	columns int    // of the window when flow was last called
}

func (s *screen) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed || len(p) == 0 || p[0] != 0x1b {
		return len(p), nil
	}
	kept := make([]byte, 0, len(p))
	for _, b := range p {
		if b >= ' ' && b != 0x7f || b == 0x1b || b == '\r' || b == '\n' || b == '\b' {
			kept = append(kept, b)
		}
	}
	if bytes.IndexByte(kept, '\n') >= 0 || bytes.Contains(kept, moveDown) {
		s.painted = kept
		kept = append(kept, '\r')
	}
	if _, err := s.out.Write(kept); err != nil {
		return 0, err
	}
	return len(p), nil
}

var (
	moveDown = []byte("\x1b[1B")
	sequence = lazyregexp.New("\x1b\\[[0-9;?]*[A-Za-z]")
)

// flow prepares for a list to be drawn in a window that may have become
// narrower (before a key is handled, since keys outrun the resize). Most terminals
// flow lines anew that have become too long, so that the list takes more rows than
// promptui thinks: the cursor goes back by those.
func (s *screen) flow(columns int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	narrower := columns < s.columns
	s.columns = columns
	if !narrower || s.closed {
		return
	}
	extra := 0
	for line := range bytes.SplitSeq(bytes.ReplaceAll(s.painted, moveDown, []byte("\n")), []byte("\n")) {
		text := bytes.Trim(sequence.ReplaceAll(line, nil), "\r")
		extra += max(0, show.Width(string(text))-1) / columns
	}
	if extra > 0 {
		fmt.Fprintf(s.out, "\x1b[%dA\x1b[J", extra)
	}
}

func (s *screen) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	return nil
}
