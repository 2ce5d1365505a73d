package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"

	"kartei/cmd/internal/ask"
	"kartei/cmd/internal/clock"
	"kartei/cmd/internal/compiler"
	"kartei/cmd/internal/console"
	"kartei/cmd/internal/deckfolder"
	"kartei/cmd/internal/fault"
	"kartei/cmd/internal/show"
	"kartei/scheduler"
	"kartei/store"
)

// An opener opens the learner's collection.
type opener struct {
	*console.Console
	*clock.Clock
	path string        // flag --collection
	work *console.Work // of the collection
}

func newOpener(con *console.Console, clk *clock.Clock) *opener {
	return &opener{Console: con, Clock: clk, work: console.NewWork(con)}
}

// open opens the collection as it is.
func (o *opener) open(ctx context.Context) (*store.Store, error) {
	return o.openAs(ctx, store.Config{})
}

// openExisting opens the collection for reading, for a command that can do
// without one: it makes none, and says nothing.
func (o *opener) openExisting(ctx context.Context) (*store.Store, error) {
	path, err := o.collectionPath()
	if err != nil {
		return nil, err
	}
	if _, err := os.Stat(path); err != nil {
		return nil, err
	}
	return store.Open(ctx, path, store.Config{ReadOnly: true, Calendar: scheduler.DefaultCalendar})
}

// openAs opens it in a way of its own. One that cannot be written, on a full
// disk or one that is read-only, is opened for reading.
func (o *opener) openAs(ctx context.Context, config store.Config) (*store.Store, error) {
	path, err := o.collectionPath()
	if err != nil {
		return nil, err
	}
	config.Calendar, config.Now, config.Seed = scheduler.DefaultCalendar, o.Now, o.Order
	config.Progress, config.Waiting = o.work.Tell, o.sayWaiting
	st, err := store.Open(ctx, path, config)
	if errors.Is(err, store.ErrReadOnly) || errors.Is(err, store.ErrFull) || errors.Is(err, store.ErrDisk) {
		config.ReadOnly = true
		reading, failed := store.Open(ctx, path, config)
		if failed != nil {
			return nil, err
		}
		fmt.Fprintf(o.Err, "kartei: warning: %s\n", show.Line(err.Error()))
		fmt.Fprintf(o.Err, "kartei: warning: what it holds can be read, but nothing can be recorded now\n")
		st, err = reading, nil
	}
	if err != nil {
		return nil, err
	}
	o.Calendar = st.Calendar()
	o.sayRecovered(st)
	return st, nil
}

// sayRecovered says what became of an import that had been interrupted.
func (o *opener) sayRecovered(st *store.Store) {
	out, err := st.Recovered()
	switch {
	case err != nil:
		fmt.Fprintf(o.Err, "kartei: warning: an import was interrupted, and its files are not in their places yet: %s\n", show.Line(err.Error()))
		if out != nil {
			fmt.Fprintf(o.Err, "kartei: hint: put the folder %s back; or, to give them up: rm %s\n",
				show.Line(out.Folder), show.Line(out.Journal))
		}
	case out == nil:
	case !out.Done:
		fmt.Fprintf(o.Err, "kartei: warning: an import into %s was interrupted; nothing of it is left, import it again\n", show.Line(out.Folder))
	case out.Placed+len(out.Left) > 0:
		fmt.Fprintf(o.Err, "kartei: warning: an import into %s was interrupted; it is complete now\n",
			show.Line(out.Folder))
		deckfolder.SayAlone(o.Console, *out)
	}
}

// sayWaiting says why nothing happens.
func (o *opener) sayWaiting() {
	o.Say("kartei: another program keeps the collection locked; waiting for it, a minute at most (Ctrl-C gives up)")
}

// openFilled opens the collection for a command that needs cards: the decks
// that come with the program are in it afterwards.
func (o *opener) openFilled(ctx context.Context) (*store.Store, error) {
	st, err := o.open(ctx)
	if err != nil {
		return nil, err
	}
	if st.ReadOnly() {
		return st, nil
	}
	if err := compiler.InstallLibrary(ctx, o.Console, o.Clock, st); err != nil {
		return nil, errors.Join(fmt.Errorf("put the built-in decks into the collection: %w", err), st.Close())
	}
	return st, nil
}

// with opens a filled collection for the time of use. The day's first use ends
// with a backup, when nobody waits for it any more.
func (o *opener) with(ctx context.Context, use func(*store.Store) error) (err error) {
	st, err := o.openFilled(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, st.Close()) }()
	if err := use(st); err != nil || st.ReadOnly() {
		return err
	}
	return o.dailyBackup(ctx, st)
}

// dailyBackup makes the day's backup. A large collection takes a while to copy
// and verify; whoever does not want to wait leaves it to the next command.
func (o *opener) dailyBackup(ctx context.Context, st *store.Store) error {
	o.work.About, o.work.Hint = "today's backup: ", " (Ctrl-C leaves it to the next command)"
	defer func() { o.work.About, o.work.Hint = "", "" }()
	if _, err := st.DailyBackup(ctx, o.Moment()); err != nil && ctx.Err() == nil {
		fmt.Fprintf(o.Err, "kartei: warning: %s\n", show.Line(err.Error()))
	}
	return nil
}

// collectionPath is where the learner's collection lies.
func (o *opener) collectionPath() (string, error) {
	if o.path != "" {
		return o.path, nil
	}
	if p := os.Getenv("KARTEI_COLLECTION"); p != "" {
		return p, nil
	}
	dir, err := dataDir()
	if err != nil {
		return "", fault.Failf("set HOME, or name a file with --collection PATH",
			"find a place for the collection: %w", err)
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

// withFresh is with, for a command that asks or shows what stands in the decks:
// they are brought up to date with their files first.
func withFresh(ctx context.Context, e *env, use func(*store.Store) error) error {
	return e.with(ctx, func(st *store.Store) error {
		if err := updateFolders(ctx, e, st, nil); err != nil {
			return err
		}
		return use(st)
	})
}

// updateFolders brings known decks up to date with their files. Whoever has the
// terminal already asks, else it is nil.
func updateFolders(ctx context.Context, e *env, st *store.Store, asker ask.Asker) error {
	return e.updater.Run(ctx, e.settings.get(setCompile), st, asker)
}
