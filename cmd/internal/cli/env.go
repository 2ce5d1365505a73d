package cli

import (
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"sync/atomic"
	"time"

	"golang.org/x/term"

	"kartei/cmd/internal/config"
	"kartei/scheduler"
)

// env is what a command may touch of the world outside: its streams, the
// clock, the dice and the place of the collection.
type env struct {
	in       io.Reader
	out, err io.Writer
	now      func() time.Time
	seed     uint64
	order    uint64 // of cards that come in random order: always the same, so that what is counted is what is asked

	calendar scheduler.Calendar // of the collection, once it is open
	settings *config.Config     // once a command runs
	inEditor atomic.Bool        // a learner's editor has the terminal

	warned   map[string]bool // lines that were said
	declined map[string]bool // roots that the learner does not want compiled now

	work       *work         // of the collection
	tick       time.Duration // how often long work says how far it is
	collection string        // flag --collection
	color      string        // flag --color
	quiet      bool          // flag --quiet
}

func newEnv(in io.Reader, out, errw io.Writer) (*env, error) {
	e := &env{in: in, out: out, err: errw, now: time.Now, seed: rand.Uint64(), calendar: scheduler.DefaultCalendar, tick: progressEvery,
		warned: map[string]bool{}, declined: map[string]bool{}}
	e.work = &work{e: e}
	if s := os.Getenv("KARTEI_NOW"); s != "" {
		t, err := time.Parse(time.RFC3339, s)
		if err != nil {
			return nil, usagef("write it as 2026-11-23T09:00:00+01:00", "KARTEI_NOW is no time: %q", s)
		}
		e.now = func() time.Time { return t }
	}
	if s := os.Getenv("KARTEI_SEED"); s != "" {
		n, err := strconv.ParseUint(s, 10, 64)
		if err != nil {
			return nil, usagef("write a whole number from 0 on", "KARTEI_SEED is no number: %q", s)
		}
		e.seed, e.order = n, n
	}
	return e, nil
}

// atTerminal reports whether a person sits at both ends of the program.
func (e *env) atTerminal() bool {
	return isTerminal(e.in) && isTerminal(e.out) && os.Getenv("TERM") != "dumb"
}

func isTerminal(stream any) bool {
	f, ok := stream.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// say tells a person something on stderr, unless they asked for quiet.
func (e *env) say(format string, args ...any) {
	if !e.quiet {
		fmt.Fprintf(e.err, format+"\n", args...)
	}
}

// collectionPath is where the learner's collection lies.
func (e *env) collectionPath() (string, error) {
	if e.collection != "" {
		return e.collection, nil
	}
	if p := os.Getenv("KARTEI_COLLECTION"); p != "" {
		return p, nil
	}
	dir, err := dataDir()
	if err != nil {
		return "", failf("set HOME, or name a file with --collection PATH", "find a place for the collection: %w", err)
	}
	return filepath.Join(dir, "kartei", "collection.db"), nil
}

// dataDir is the folder for data that programs keep: the XDG folder where it
// is set, else what the platform's own programs use.
func dataDir() (string, error) {
	if dir := os.Getenv("XDG_DATA_HOME"); filepath.IsAbs(dir) {
		return dir, nil
	}
	switch runtime.GOOS {
	case "darwin", "windows", "ios":
		return os.UserConfigDir()
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "", err
	}
	return filepath.Join(home, ".local", "share"), nil
}
