package ask

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/chzyer/readline"
	"golang.org/x/term"

	"kartei/cmd/internal/keys"
	"kartei/cmd/internal/lineedit"
	"kartei/cmd/internal/show"
)

// Terminal asks at a terminal, with promptui's menus and a line editor.
//
// The terminal is in raw mode from [NewTerminal] to [Terminal.Close], not only
// while a question is open: so what is typed between two questions is neither
// echoed nor lost, Ctrl-C included. Output stays as usual; "\n" begins a line.
type Terminal struct {
	in      *os.File
	out     *os.File
	palette show.Palette
	keys    *keys.Reader
	resizes func() // stops watching for them
	cooked  *readline.State
}

// Bracketed paste: pasted text is told from typed keys and grades no card.
const pasteOn, pasteOff = "\x1b[?2004h", "\x1b[?2004l"

// NewTerminal takes the terminal over. The caller must Close the result before
// the program ends, for whatever reason, and must handle signals: a cancelled
// context ends any question.
func NewTerminal(in, out *os.File, palette show.Palette) (*Terminal, error) {
	resized, stop := watchResizes()
	t := &Terminal{in: in, out: out, palette: palette, resizes: stop, keys: keys.NewReader(in, resized)}
	if err := t.raw(); err != nil {
		stop()
		return nil, err
	}
	return t, nil
}

// Close gives the terminal back as it was.
func (t *Terminal) Close() error {
	t.resizes()
	return t.cook()
}

// silently is how long work goes on before the terminal listens for Ctrl-C.
const silently = 500 * time.Millisecond

// While does work for which a person may have to wait: Ctrl-C ends its context, and
// the error is [ErrInterrupted] unless the work was done all the same. What else is
// typed stays for the next question.
func (t *Terminal) While(ctx context.Context, work func(context.Context) error) (err error) {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	over, end := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer end()
		err = work(ctx)
	}()
	select {
	case <-done:
		return err
	case <-time.After(silently):
	}
	interrupted := t.keys.Interrupted(over)
	if interrupted {
		stop()
	}
	if <-done; interrupted && err != nil {
		return ErrInterrupted
	}
	return err
}

// Pause gives the terminal back while f runs, for an editor or a shell.
func (t *Terminal) Pause(f func() error) error {
	if err := t.cook(); err != nil {
		return err
	}
	err := f()
	return errors.Join(err, t.raw())
}

func (t *Terminal) raw() error {
	state, err := readline.MakeRaw(int(t.in.Fd()))
	if err != nil {
		return fmt.Errorf("take the terminal over: %w", err)
	}
	t.cooked = state
	io.WriteString(t.out, pasteOn)
	return nil
}

func (t *Terminal) cook() error {
	if t.cooked == nil {
		return nil
	}
	io.WriteString(t.out, pasteOff)
	err := readline.Restore(int(t.in.Fd()), t.cooked)
	t.cooked = nil
	if err != nil {
		return fmt.Errorf("give the terminal back: %w", err)
	}
	return nil
}

// Size is the window's columns and rows; 80 and 24 where it has none.
func (t *Terminal) Size() (columns, rows int) {
	columns, rows, err := term.GetSize(int(t.out.Fd()))
	if err != nil || columns < 1 || rows < 1 {
		return 80, 24
	}
	return columns, rows
}

func (t *Terminal) columns() int {
	columns, _ := t.Size()
	return columns
}

// Menu implements [Asker].
func (t *Terminal) Menu(ctx context.Context, m Menu) (int, error) {
	l := t.list(m)
	l.press = func(e keys.Event) action { return l.choose(e.Key) }
	if err := t.run(ctx, l); err != nil {
		return 0, err
	}
	return l.cursor, nil
}

// Several implements [Asker]: Space or an item's key marks it, Enter confirms.
func (t *Terminal) Several(ctx context.Context, m Menu) ([]int, error) {
	m.Start = max(0, m.Start)
	l := t.list(m)
	l.chosen = slices.Clone(m.Marked)
	l.resume()
	l.mark = func(i int) string {
		if l.placed(i) > 0 {
			return "[x] "
		}
		return "[ ] "
	}
	l.press = func(e keys.Event) action { return l.toggle(e.Key) }
	if err := t.run(ctx, l); err != nil {
		return nil, err
	}
	return l.ascending(), nil
}

// Order implements [Asker]: Space, Enter or an item's key puts it next, the
// same key or Backspace takes it back, and Enter confirms the whole order.
func (t *Terminal) Order(ctx context.Context, m Menu) ([]int, error) {
	m.Start = max(0, m.Start)
	l := t.list(m)
	l.resume()
	digits := len(fmt.Sprint(len(m.Items)))
	l.mark = func(i int) string {
		if n := l.placed(i); n > 0 {
			return fmt.Sprintf("%*d. ", digits, n)
		}
		return strings.Repeat(" ", digits-1) + "·  "
	}
	l.press = func(e keys.Event) action { return l.place(e.Key) }
	if err := t.run(ctx, l); err != nil {
		return nil, err
	}
	return l.chosen, nil
}

// Confirm implements [Asker].
func (t *Terminal) Confirm(ctx context.Context, question string, yes bool) (bool, error) {
	i, err := t.Menu(ctx, confirmation(question, yes))
	return i == 0 && err == nil, err
}

// Line implements [Asker].
func (t *Terminal) Line(ctx context.Context, l Line) (string, error) {
	defer t.tick(l.Clock)()
	draft := l.Draft
	if draft == nil {
		draft = &Draft{}
	}
	editor := lineedit.Editor{
		Text:   draft.text,
		Cursor: draft.cursor,
		Keys:   t.keys,
		Out:    t.out,
		Width:  t.columns,
		Prompt: prompt(l.Label),
		Clock:  l.Clock,
		Limit:  l.limit(),
		Hidden: l.Hidden,
		Leave: func(k keys.Key, empty bool) error {
			if k == keys.EndInput && !empty {
				return nil
			}
			if k == stop {
				if err := t.stop(0); err != nil {
					return err
				}
				k = keys.Continue
			}
			return l.Leave.error(k)
		},
	}
	text, err := editor.Read(ctx)
	*draft = Draft{text: editor.Text, cursor: editor.Cursor, left: true}
	return text, ended(err)
}

// tick has a clock drawn anew each second, until stop is called.
func (t *Terminal) tick(c Clock) (stop func()) {
	if c != nil {
		t.keys.Tick = time.Second
	}
	return func() { t.keys.Tick = 0 }
}

// beside puts the clock before a label.
func (c Clock) beside(label string) string {
	if c == nil {
		return label
	}
	return c() + " " + label
}

func prompt(label string) string {
	if label = show.Line(label); label != "" {
		return label + " "
	}
	return "> "
}

// error is what a key that leaves a question ends it with, else nil.
func (l Leave) error(k keys.Key) error {
	if command, ok := l[k]; ok && !k.Types() {
		return command
	}
	return ending(k)
}

// ending is what the keys that end every question end it with.
func ending(k keys.Key) error {
	switch k {
	case keys.Interrupt:
		return ErrInterrupted
	case keys.EndInput:
		return ErrQuit
	}
	return nil
}

// ended makes the end of the input ErrQuit.
func ended(err error) error {
	if errors.Is(err, io.EOF) {
		return ErrQuit
	}
	return err
}

// Pick implements [Asker]: what is typed narrows the list down.
func (t *Terminal) Pick(ctx context.Context, p Pick) (int, error) {
	l := t.list(Menu{Label: p.Label, Items: p.Items})
	_, height := t.Size()
	s := l.selection(min(height-4, 12))
	s.Searcher, s.StartInSearchMode = p.matches, true
	return t.sel(ctx, s, searching(p.Leave))
}

// searching maps the keys of a Pick to those of promptui.
func searching(leave Leave) func(keys.Event) action {
	return func(e keys.Event) action {
		if err := leave.error(e.Key); err != nil {
			return action{end: true, err: err}
		}
		switch e.Key {
		case keys.Enter:
			return action{send: sendEnter}
		case keys.Escape:
			return action{end: true, err: ErrQuit}
		case keys.Up, "ctrl-p", "shift-tab":
			return action{send: sendUp}
		case keys.Down, "ctrl-n", keys.Tab:
			return action{send: sendDown}
		case keys.PageUp:
			return action{send: sendPageUp}
		case keys.PageDown:
			return action{send: sendPageDown}
		case keys.Backspace:
			return action{send: sendBackspace}
		case keys.Resize:
			return action{send: sendNothing}
		case keys.Paste:
			return action{send: show.Line(e.Text)}
		}
		return action{send: show.Clean(e.Text)}
	}
}
