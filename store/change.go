package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"

	"kartei/scheduler"
	"kartei/store/atomicfile"
	"kartei/store/sqlite"
)

// PlaceFiles puts files that belong together in their places in a folder, without a
// change of the collection at path: whoever opens that next ends what is interrupted.
// The error wraps [atomicfile.ErrNoJournal] where no collection can be.
func PlaceFiles(path, folder string, add func(*atomicfile.Step) error) (atomicfile.Outcome, error) {
	path, err := atomicfile.Resolve(path)
	if err == nil {
		err = atomicfile.MakeFolder(filepath.Dir(path), sqlite.FolderMode)
	}
	if err != nil {
		return atomicfile.Outcome{}, fmt.Errorf("%w: %w", atomicfile.ErrNoJournal, err)
	}
	out, err := atomicfile.Place(stepJournal(path), folder, add)
	return out, sqlite.Explain("write into "+folder, err)
}

// stepJournal is where files that come with a change of the collection are
// written down; see [atomicfile.Step].
func stepJournal(path string) string { return path + "-step" }

// lastStep is the setting that names the step of the last change with files: the
// commit that writes it decides for them, too.
const lastStep = "step"

// decided reports whether a step was made.
func (s *Store) decided(ctx context.Context) func(id string) (bool, error) {
	return func(id string) (made bool, err error) {
		var last string
		err = s.db.QueryRowContext(ctx, `SELECT value FROM settings WHERE name = ?`, lastStep).Scan(&last)
		if errors.Is(err, sql.ErrNoRows) {
			err = nil
		}
		return last == id, err
	}
}

// Recovered tells what opening the collection did about files of a change that had
// been interrupted: nil if there was none. An error says what is in the way; the
// next time that the collection is opened it is tried again.
func (s *Store) Recovered() (*atomicfile.Outcome, error) { return s.recovered, s.unrecovered }

// A Change is one of the collection together with files: after whatever interrupts
// it there is all of both, or nothing of either.
type Change struct {
	Files *atomicfile.Step // the files go aside with its Add and Replace
	tx    *tx
}

// An UnplacedError says that a change was made, but not all of its files are in
// their places yet. The next opening of the collection goes on with it.
type UnplacedError struct{ error }

func (e *UnplacedError) Unwrap() error { return e.error }

// Change makes a change together with files in a folder, which is made if it is
// not there. While make runs nobody else can write, and whatever s is asked but
// through the Change fails with [sqlite.ErrLent]. Unless the error is an [UnplacedError], nothing was done. It
// wraps [atomicfile.ErrUnderWay] if another such change is under way.
func (s *Store) Change(ctx context.Context, folder string, make func(*Change) error) (atomicfile.Outcome, error) {
	defer s.config.Progress.Over()
	files, err := atomicfile.Begin(stepJournal(s.path), folder)
	if err != nil {
		return atomicfile.Outcome{}, sqlite.Explain("write into "+folder, err)
	}
	ready, committed := false, false
	err = s.roomy(ctx, func() error {
		err := s.record(ctx, func(tx *tx) error {
			err := s.db.Lend(func() error { return make(&Change{files, tx}) })
			if err == nil {
				err = tx.decide(ctx, files)
			}
			ready = err == nil
			return err
		})
		committed = err == nil
		return err
	})
	switch {
	case committed: // whatever came after it
	case !ready || s.refuse(ctx) == nil:
		return atomicfile.Outcome{}, sqlite.Explain("write into "+folder, errors.Join(err, files.Undo()))
	default:
		return atomicfile.Outcome{}, sqlite.Explain("write into "+folder, errors.Join(err, files.Leave()))
	}
	out, err := files.Finish()
	if err != nil {
		err = &UnplacedError{sqlite.Explain("write into "+folder, err)}
	}
	return out, err
}

// decide is the last of a change before its commit: the files are on disk then.
func (tx *tx) decide(ctx context.Context, files *atomicfile.Step) error {
	if err := files.Seal(); err != nil {
		return err
	}
	return tx.setStep(ctx, files.ID)
}

func (tx *tx) setStep(ctx context.Context, id string) error {
	_, err := tx.exec(ctx, `INSERT INTO settings (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value`, lastStep, id)
	return err
}

// refuse makes sure that a change whose commit failed is not made. What SQLite wrote
// before it failed may be found whole by whoever opens the collection after a
// crash, unless another commit is in its place.
func (s *Store) refuse(ctx context.Context) error {
	ctx = context.WithoutCancel(ctx)
	return s.record(ctx, func(tx *tx) error { return tx.setStep(ctx, "") })
}

// Apply is [Store.Apply] within a change with files.
func (c *Change) Apply(ctx context.Context, compiled Compiled, now scheduler.Moment) (Plan, error) {
	plan, err := c.tx.apply(ctx, compiled, match, now)
	return plan, sqlite.Explain("apply the compiled decks", err)
}

// See is [Store.See] within a change with files.
func (c *Change) See(ctx context.Context, root, seen string) error {
	return sqlite.Explain("remember how "+root+" looks", see(ctx, c.tx.sql, root, seen))
}

// ImportHistory is [Store.ImportHistory] within a change with files.
func (c *Change) ImportHistory(
	ctx context.Context, cards []CardHistory, made, now scheduler.Moment,
) (HistoryReport, error) {
	report, err := c.tx.importHistory(ctx, cards, made, now)
	return report, sqlite.Explain("import the history", err)
}

// Set sets options of a deck for which none were set, within a change with files: those
// that came with it from elsewhere. Options that hold there already are left out. It
// reports which were set; Undo does not stop at them.
func (c *Change) Set(
	ctx context.Context, deck string, values map[string]string, now scheduler.Moment,
) (set map[string]string, err error) {
	err = c.set(ctx, deck, values, now, &set)
	return set, sqlite.Explain("set options", err)
}

func (c *Change) set(
	ctx context.Context, deck string, values map[string]string, now scheduler.Moment, set *map[string]string,
) error {
	all, err := readScopes(ctx, c.tx)
	if err != nil || len(all[deck]) > 0 {
		return err
	}
	fits, err := readFits(ctx, c.tx)
	if err != nil {
		return err
	}
	holds, err := all.resolve(deck, fits)
	if err != nil {
		return err
	}
	*set = map[string]string{}
	for name, value := range values {
		if now, err := holds.Get(name); err == nil && now != value {
			(*set)[name] = value
		}
	}
	_, err = c.tx.set(ctx, deck, *set, true, now)
	return err
}
