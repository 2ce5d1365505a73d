package cli

import (
	"io"

	"kartei/cmd/internal/clock"
	"kartei/cmd/internal/compiler"
	"kartei/cmd/internal/console"
)

// An env is what a command may touch of the world outside, in parts. A function
// takes the one that it needs.
type env struct {
	*console.Console
	*clock.Clock
	*opener
	settings   *settings // once a command runs
	interrupts *interrupts
	updater    *compiler.Updater
}

func newEnv(in io.Reader, out, errw io.Writer) (*env, error) {
	clk, err := clock.New()
	if err != nil {
		return nil, err
	}
	con := console.New(in, out, errw)
	return &env{Console: con, Clock: clk, opener: newOpener(con, clk), interrupts: &interrupts{},
		updater: compiler.NewUpdater(con, clk)}, nil
}
