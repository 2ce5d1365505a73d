// Package console is where a command talks: results go to stdout, everything said
// to a person goes to stderr, and long work says how far it is.
package console

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"time"

	"golang.org/x/term"

	"kartei/cmd/internal/ask"
	"kartei/cmd/internal/show"
	"kartei/cmd/internal/userfile"
	"kartei/store/atomicfile"
)

// A Console is where a command reads from and writes to: its three streams, and
// how a person wants to see what is written.
type Console struct {
	In       io.Reader
	Out, Err io.Writer
	Color    string          // flag --color
	Quiet    bool            // flag --quiet
	Plain    bool            // talk in plain lines at a terminal, too
	Tick     time.Duration   // how often long work says how far it is
	warned   map[string]bool // lines that were said
	screen   *os.File        // the terminal behind a pager; nil: Out is the place
}

// New returns a console of these streams.
func New(in io.Reader, out, errw io.Writer) *Console {
	return &Console{In: in, Out: out, Err: errw, Tick: progressEvery, warned: map[string]bool{}}
}

// AtTerminal reports whether a person sits at both ends of the program.
func (c *Console) AtTerminal() bool {
	return IsTerminal(c.In) && IsTerminal(c.shown()) && os.Getenv("TERM") != "dumb"
}

// IsTerminal reports whether a stream is a terminal.
func IsTerminal(stream any) bool {
	f, ok := stream.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// shown is where a person sees what is written to Out.
func (c *Console) shown() io.Writer {
	if c.screen != nil {
		return c.screen
	}
	return c.Out
}

// Say tells a person something on stderr, unless they asked for quiet.
func (c *Console) Say(format string, args ...any) {
	if !c.Quiet {
		fmt.Fprintf(c.Err, format+"\n", args...)
	}
}

// Warn says in a line what a person should know, though the command goes on. It
// says the same only once.
func (c *Console) Warn(format string, args ...any) {
	line := show.Line(fmt.Sprintf(format, args...))
	if !c.warned[line] {
		fmt.Fprintf(c.Err, "kartei: warning: %s\n", line)
	}
	c.warned[line] = true
}

// Palette is how stdout is coloured.
func (c *Console) Palette() show.Palette {
	p, err := show.NewPalette(c.Color, IsTerminal(c.shown()), os.Getenv)
	if err != nil {
		return show.Plain
	}
	return p
}

// Width is the width of the terminal now, or that of a printed page.
func (c *Console) Width() int {
	if f, ok := c.shown().(*os.File); ok {
		if w, _, err := term.GetSize(int(f.Fd())); err == nil && w > 0 {
			return w
		}
	}
	return 80
}

// Height is the height of the terminal now.
func (c *Console) Height() int {
	if f, ok := c.shown().(*os.File); ok {
		if _, h, err := term.GetSize(int(f.Fd())); err == nil && h > 0 {
			return h
		}
	}
	return 24
}

// PrintTable prints a table: as wide as the terminal, or for a program, whole.
func (c *Console) PrintTable(t show.Table) error {
	width := math.MaxInt32
	if IsTerminal(c.shown()) {
		width = c.Width()
	}
	for _, l := range (show.Page{Width: width, Palette: c.Palette()}).Table(t) {
		if _, err := fmt.Fprintln(c.Out, l); err != nil {
			return err
		}
	}
	return nil
}

// Asker returns the one who asks: a terminal's menus or plain lines.
func (c *Console) Asker(plain bool) (ask.Asker, func() error, error) {
	if plain || c.Plain {
		return ask.NewPlain(c.In, c.Out), func() error { return nil }, nil
	}
	t, err := ask.NewTerminal(c.In.(*os.File), c.Out.(*os.File), c.Palette())
	if err != nil {
		return nil, nil, fmt.Errorf("take over the terminal: %w", err)
	}
	return t, t.Close, nil
}

// Secret asks for a line that nobody else is to see. Where no person sits there it is
// the next line of the input.
func (c *Console) Secret(ctx context.Context, label string) (secret string, err error) {
	if !c.AtTerminal() {
		return ask.NewPlain(c.In, io.Discard).Line(ctx, ask.Line{})
	}
	t, err := ask.NewTerminal(c.In.(*os.File), c.Out.(*os.File), c.Palette())
	if err != nil {
		return "", fmt.Errorf("take over the terminal: %w", err)
	}
	defer func() { err = errors.Join(err, t.Close()) }()
	return t.Line(ctx, ask.Line{Label: label, Hidden: true})
}

// WriteFile writes a file for the user; "-" is stdout.
func (c *Console) WriteFile(name string, write func(io.Writer) error) error {
	return c.writeFileAs(name, atomicfile.Shared, write)
}

// WritePrivate writes a file that is for the user's own eyes.
func (c *Console) WritePrivate(name string, write func(io.Writer) error) error {
	return c.writeFileAs(name, atomicfile.Private, write)
}

func (c *Console) writeFileAs(name string, mode fs.FileMode, write func(io.Writer) error) error {
	if name == "-" {
		w := bufio.NewWriter(c.Out)
		return errors.Join(write(w), w.Flush())
	}
	return userfile.Replace(name, mode, write)
}
