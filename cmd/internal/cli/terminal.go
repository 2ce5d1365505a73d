package cli

import (
	"bufio"
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
	"kartei/store/atomicfile"
)

// A console is where a command reads from and writes to: its three streams, and
// how a person wants to see what is written.
type console struct {
	in       io.Reader
	out, err io.Writer
	color    string          // flag --color
	quiet    bool            // flag --quiet
	tick     time.Duration   // how often long work says how far it is
	warned   map[string]bool // lines that were said
}

func newConsole(in io.Reader, out, errw io.Writer) *console {
	return &console{in: in, out: out, err: errw, tick: progressEvery, warned: map[string]bool{}}
}

// atTerminal reports whether a person sits at both ends of the program.
func (c *console) atTerminal() bool {
	return isTerminal(c.in) && isTerminal(c.out) && os.Getenv("TERM") != "dumb"
}

func isTerminal(stream any) bool {
	f, ok := stream.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// say tells a person something on stderr, unless they asked for quiet.
func (c *console) say(format string, args ...any) {
	if !c.quiet {
		fmt.Fprintf(c.err, format+"\n", args...)
	}
}

// warn says in a line what a person should know, though the command goes on. It
// says the same only once.
func (c *console) warn(format string, args ...any) {
	line := show.Line(fmt.Sprintf(format, args...))
	if !c.warned[line] {
		fmt.Fprintf(c.err, "kartei: warning: %s\n", line)
	}
	c.warned[line] = true
}

// palette is how stdout is coloured.
func (c *console) palette() show.Palette {
	p, err := show.NewPalette(c.color, isTerminal(c.out), os.Getenv)
	if err != nil {
		return show.Plain
	}
	return p
}

// width is the width of the terminal now, or that of a printed page.
func (c *console) width() int {
	if f, ok := c.out.(*os.File); ok {
		if w, _, err := term.GetSize(int(f.Fd())); err == nil && w > 0 {
			return w
		}
	}
	return 80
}

// height is the height of the terminal now.
func (c *console) height() int {
	if f, ok := c.out.(*os.File); ok {
		if _, h, err := term.GetSize(int(f.Fd())); err == nil && h > 0 {
			return h
		}
	}
	return 24
}

// printTable prints a table: as wide as the terminal, or for a program, whole.
func (c *console) printTable(t show.Table) error {
	width := math.MaxInt32
	if isTerminal(c.out) {
		width = c.width()
	}
	for _, l := range (show.Page{Width: width, Palette: c.palette()}).Table(t) {
		if _, err := fmt.Fprintln(c.out, l); err != nil {
			return err
		}
	}
	return nil
}

// asker gives the one who asks: a terminal's menus or plain lines.
func (c *console) asker(plain bool) (ask.Asker, func() error, error) {
	if plain {
		return ask.NewPlain(c.in, c.out), func() error { return nil }, nil
	}
	t, err := ask.NewTerminal(c.in.(*os.File), c.out.(*os.File), c.palette())
	if err != nil {
		return nil, nil, fmt.Errorf("take over the terminal: %w", err)
	}
	return t, t.Close, nil
}

// writeFile writes a file for the user; "-" is stdout.
func (c *console) writeFile(name string, write func(io.Writer) error) error {
	return c.writeFileAs(name, atomicfile.Shared, write)
}

// writePrivate writes a file that is for the user's own eyes.
func (c *console) writePrivate(name string, write func(io.Writer) error) error {
	return c.writeFileAs(name, atomicfile.Private, write)
}

func (c *console) writeFileAs(name string, mode fs.FileMode, write func(io.Writer) error) error {
	if name == "-" {
		w := bufio.NewWriter(c.out)
		return errors.Join(write(w), w.Flush())
	}
	return replaceFile(name, mode, write)
}
