package cli

import (
	"context"
	"errors"
	"io"
	"os"
	"os/signal"
	"sync/atomic"
	"syscall"
	"time"

	"golang.org/x/term"

	"kartei/cmd/internal/console"
	"kartei/cmd/internal/fault"
)

// grace is how long a command may take to end by itself after a signal. What it
// writes is whole at any moment, so that it can be ended then.
const grace = 1500 * time.Millisecond

// interrupts tell for whom a signal is.
type interrupts struct {
	inEditor atomic.Bool // a learner's editor has the terminal
}

// untilSignal runs a command and cancels its context at a signal. A command that
// does not end then, one that waits for a file or a pipe say, is ended; so it is at
// a second signal.
func untilSignal(e *env, run func(context.Context) error) error {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT)
	defer signal.Stop(signals)
	restore := keepTerminal(e.In, e.Out)
	return e.interrupts.runUntil(signals, grace, func() {
		restore()
		os.Exit(fault.Interrupted)
	}, run)
}

func (i *interrupts) runUntil(
	signals <-chan os.Signal, grace time.Duration, leave func(), run func(context.Context) error,
) error {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	done := make(chan struct{})
	defer close(done)
	go func() {
		if !i.waitForSignal(signals, done) {
			return
		}
		cancel()
		select {
		case <-done:
		case <-signals:
			leave()
		case <-time.After(grace):
			leave()
		}
	}()
	err := run(ctx)
	if err != nil && ctx.Err() != nil && !errors.Is(err, fault.ErrSaid) {
		return context.Canceled // whatever else went wrong by that
	}
	return err
}

// waitForSignal waits for a signal that is meant for the command: Ctrl-C in an
// editor that it started is the editor's.
func (i *interrupts) waitForSignal(signals <-chan os.Signal, done <-chan struct{}) bool {
	for {
		select {
		case <-done:
			return false
		case s := <-signals:
			if s != os.Interrupt || !i.inEditor.Load() {
				return true
			}
		}
	}
}

// keepTerminal returns what makes the terminal as it is now: with its echo, its
// cursor and its wrapping of lines.
func keepTerminal(in, out any) (restore func()) {
	keyboard, _ := in.(*os.File)
	screen, _ := out.(*os.File)
	if keyboard == nil {
		return func() {}
	}
	state, err := term.GetState(int(keyboard.Fd()))
	return func() {
		if err == nil {
			term.Restore(int(keyboard.Fd()), state)
		}
		if err == nil && screen != nil && console.IsTerminal(screen) {
			io.WriteString(screen, "\x1b[?25h\x1b[?7h")
		}
	}
}
