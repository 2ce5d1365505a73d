// Package fault is errors for people: each says what is wrong and, in a hint, what
// to type next, and each has the exit code that scripts rely on.
package fault

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"syscall"

	"golang.org/x/text/unicode/norm"

	"kartei/cmd/internal/ask"
	"kartei/cmd/internal/show"
	"kartei/decks/quiz"
	"kartei/scheduler"
	"kartei/store"
	"kartei/store/atomicfile"
	"kartei/store/place"
	"kartei/store/plainfile"
)

// The exit codes, which scripts rely on: none ever changes its meaning.
const (
	Done        = 0
	Failed      = 1
	Usage       = 2   // the command was typed wrongly
	DeckErrors  = 3   // a deck has errors
	Newer       = 4   // the collection is newer than this program
	Damaged     = 5   // the collection is damaged
	Interrupted = 130 // by a signal or Ctrl-C
)

// An Error is an error with what a person can do about it.
type Error struct {
	Code int
	Err  error
	Hint string   // a command to type, or a short sentence; may be empty
	Show []string // lines above it, as they are
}

func (f *Error) Error() string { return f.Err.Error() }
func (f *Error) Unwrap() error { return f.Err }

// ErrSaid ends a command whose output has already said what is wrong.
var ErrSaid = errors.New("already said")

// WithHint returns an error with its exit code and a hint of what to type.
func WithHint(code int, err error, hint string) error {
	return &Error{Code: code, Err: err, Hint: hint}
}

// Failf returns an error with a hint of what to type.
func Failf(hint, format string, args ...any) error {
	return WithHint(Failed, fmt.Errorf(format, args...), hint)
}

// Usagef returns the error of a command that was typed wrongly, with a hint of what
// is right.
func Usagef(hint, format string, args ...any) error {
	return WithHint(Usage, fmt.Errorf(format, args...), hint)
}

// WithPlace returns the error of something that was typed and cannot be read from one
// character to another. It is shown with a mark below that.
func WithPlace(typed string, from, to int, err error, hint string) error {
	runes := []rune(norm.NFC.String(typed))
	width := func(n int) int { return show.Width(show.Line(string(runes[:min(n, len(runes))])+"|")) - 1 } // with the spaces at its end
	mark := strings.Repeat(" ", width(from)) + strings.Repeat("^", max(1, width(to)-width(from)))
	return &Error{Code: Usage, Err: err, Hint: hint, Show: []string{"  " + show.Line(string(runes)), "  " + mark}}
}

// Code is what the program returns for err.
func Code(err error) int {
	var f *Error
	switch {
	case err == nil:
		return Done
	case errors.As(err, &f):
		return f.Code
	case errors.Is(err, ask.ErrInterrupted), errors.Is(err, context.Canceled):
		return Interrupted
	case errors.Is(err, store.ErrNewer):
		return Newer
	case errors.Is(err, store.ErrDamaged), errors.Is(err, store.ErrNotDatabase):
		return Damaged
	}
	return Failed
}

// Report says err in one line, and what to do about it in another.
func Report(w io.Writer, err error) {
	if err == nil || errors.Is(err, ErrSaid) || errors.Is(err, ask.ErrInterrupted) || errors.Is(err, context.Canceled) {
		return
	}
	var f *Error
	if errors.As(err, &f) {
		for _, line := range f.Show {
			fmt.Fprintln(w, line)
		}
	}
	fmt.Fprintf(w, "kartei: error: %s\n", show.Line(err.Error()))
	if hint := hintFor(err); hint != "" {
		fmt.Fprintf(w, "kartei: hint: %s\n", show.Line(hint))
	}
}

func hintFor(err error) string {
	var f *Error
	var option *scheduler.OptionError
	switch {
	case errors.As(err, &f):
		return f.Hint
	case errors.As(err, &option):
		return fmt.Sprintf("kartei decks options DECK --%s= takes it away; kartei decks options --help explains it",
			option.Name)
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
	case errors.Is(err, place.ErrUnreachable):
		return "try again when it can; what is new here is safe, and goes there then"
	case errors.Is(err, place.ErrFull):
		return "make room there and try again; what was recorded here is safe"
	case errors.Is(err, place.ErrRefused):
		return "try again when that is mended; what was recorded here is safe"
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
