package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"syscall"

	"kartei/cmd/internal/ask"
	"kartei/cmd/internal/show"
	"kartei/decks/quiz"
	"kartei/scheduler"
	"kartei/store"
	"kartei/store/atomicfile"
	"kartei/store/plainfile"
)

// The exit codes of CLI.md.
const (
	exitDone        = 0
	exitFailed      = 1
	exitUsage       = 2
	exitDeckErrors  = 3
	exitNewer       = 4
	exitDamaged     = 5
	exitInterrupted = 130
)

// A failure is an error with what a person can do about it.
type failure struct {
	code int
	err  error
	hint string // a command to type, or a short sentence; may be empty
}

func (f *failure) Error() string { return f.err.Error() }
func (f *failure) Unwrap() error { return f.err }

// errSilent ends a command whose output has already said what is wrong.
var errSilent = errors.New("already said")

func failf(hint, format string, args ...any) error {
	return &failure{exitFailed, fmt.Errorf(format, args...), hint}
}

func usagef(hint, format string, args ...any) error {
	return &failure{exitUsage, fmt.Errorf(format, args...), hint}
}

// exitCode is what the program returns for err.
func exitCode(err error) int {
	var f *failure
	switch {
	case err == nil:
		return exitDone
	case errors.As(err, &f):
		return f.code
	case errors.Is(err, ask.ErrInterrupted), errors.Is(err, context.Canceled):
		return exitInterrupted
	case errors.Is(err, store.ErrNewer):
		return exitNewer
	case errors.Is(err, store.ErrDamaged), errors.Is(err, store.ErrNotDatabase):
		return exitDamaged
	}
	return exitFailed
}

// report says err in one line, and what to do about it in another.
func report(w io.Writer, err error) {
	if err == nil || errors.Is(err, errSilent) || errors.Is(err, ask.ErrInterrupted) || errors.Is(err, context.Canceled) {
		return
	}
	fmt.Fprintf(w, "kartei: error: %s\n", show.Line(err.Error()))
	if hint := hintFor(err); hint != "" {
		fmt.Fprintf(w, "kartei: hint: %s\n", show.Line(hint))
	}
}

func hintFor(err error) string {
	var f *failure
	var option *scheduler.OptionError
	switch {
	case errors.As(err, &f):
		return f.hint
	case errors.As(err, &option):
		return fmt.Sprintf("kartei decks options DECK --%s= takes it away; kartei decks options --help explains it", option.Name)
	case errors.Is(err, store.ErrNewer):
		return "install the newest kartei; this collection was written by it"
	case errors.Is(err, store.ErrDamaged):
		return "kartei doctor"
	case errors.Is(err, store.ErrNotDatabase):
		return "kartei doctor says more; or choose another file with --collection PATH"
	case errors.Is(err, quiz.ErrNotForm):
		return "kartei quiz make DECK -o exam.form --key exam.key writes one"
	case errors.Is(err, store.ErrFull), errors.Is(err, syscall.ENOSPC):
		return "make room on the disk and try again; what was recorded is safe"
	case errors.Is(err, store.ErrDisk), errors.Is(err, syscall.EIO):
		return "look after the disk, then kartei doctor --full; what was recorded is safe"
	case errors.Is(err, atomicfile.ErrUnderWay):
		return "wait until the other import is done, and try again"
	case errors.Is(err, store.ErrGone):
		return "what you did last is not kept; see with kartei doctor what is there now"
	case errors.Is(err, store.ErrBeside):
		return "move it away and try again; Kartei did not put it there"
	case errors.Is(err, store.ErrBusy):
		return "another kartei is at work on this collection; try again in a moment"
	case errors.Is(err, store.ErrReadOnly):
		return "choose a place that you may read and write with --collection PATH"
	case errors.Is(err, plainfile.ErrNotPlain):
		return "name a plain file; write what comes through a pipe into one first"
	case isPathError(err):
		return "choose a place that you may read and write"
	}
	return ""
}

func isPathError(err error) bool {
	var path *fs.PathError
	var link *os.LinkError
	return errors.As(err, &path) || errors.As(err, &link)
}
