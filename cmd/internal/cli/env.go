package cli

import (
	"io"
)

// An env is what a command may touch of the world outside, in parts. A function
// takes the one that it needs.
type env struct {
	*console
	*clock
	*opener
	settings   *settings // once a command runs
	interrupts *interrupts
	declined   map[string]bool // roots that the learner does not want compiled now
}

func newEnv(in io.Reader, out, errw io.Writer) (*env, error) {
	clk, err := newClock()
	if err != nil {
		return nil, err
	}
	con := newConsole(in, out, errw)
	return &env{console: con, clock: clk, opener: newOpener(con, clk), interrupts: &interrupts{}, declined: map[string]bool{}}, nil
}
