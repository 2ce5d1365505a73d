package cli

import (
	"os"

	"golang.org/x/term"

	"kartei/cmd/internal/show"
)

// palette is how stdout is coloured; checkColor has checked the flag.
func (e *env) palette() show.Palette {
	p, err := show.NewPalette(e.color, isTerminal(e.out), os.Getenv)
	if err != nil {
		return show.Plain
	}
	return p
}

// width is the width of the terminal now, or that of a printed page.
func (e *env) width() int {
	if f, ok := e.out.(*os.File); ok {
		if w, _, err := term.GetSize(int(f.Fd())); err == nil && w > 0 {
			return w
		}
	}
	return 80
}
