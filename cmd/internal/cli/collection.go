package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"kartei/cmd/internal/show"
	"kartei/scheduler"
	"kartei/store"
)

// moment is now, as the learner lives it.
func (e *env) moment() scheduler.Moment { return e.calendar.Moment(e.now()) }

// open opens the collection as it is.
func (e *env) open(ctx context.Context) (*store.Store, error) { return e.openAs(ctx, store.Config{}) }

// openExisting opens the collection for reading, for a command that can do
// without one: it makes none, and says nothing.
func (e *env) openExisting(ctx context.Context) (*store.Store, error) {
	path, err := e.collectionPath()
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
func (e *env) openAs(ctx context.Context, config store.Config) (*store.Store, error) {
	path, err := e.collectionPath()
	if err != nil {
		return nil, err
	}
	config.Calendar, config.Now, config.Seed = scheduler.DefaultCalendar, e.now, e.order
	config.Progress, config.Waiting = e.work.tell, e.sayWaiting
	st, err := store.Open(ctx, path, config)
	if errors.Is(err, store.ErrReadOnly) || errors.Is(err, store.ErrFull) || errors.Is(err, store.ErrDisk) {
		config.ReadOnly = true
		reading, failed := store.Open(ctx, path, config)
		if failed != nil {
			return nil, err
		}
		fmt.Fprintf(e.err, "kartei: warning: %s\n", show.Line(err.Error()))
		fmt.Fprintf(e.err, "kartei: warning: what it holds can be read, but nothing can be recorded now\n")
		st, err = reading, nil
	}
	if err != nil {
		return nil, err
	}
	e.calendar = st.Calendar()
	e.sayRecovered(st)
	return st, nil
}

// sayRecovered says what became of an import that had been interrupted.
func (e *env) sayRecovered(st *store.Store) {
	out, err := st.Recovered()
	switch {
	case err != nil:
		fmt.Fprintf(e.err, "kartei: warning: an import was interrupted, and its files are not in their places yet: %s\n", show.Line(err.Error()))
		if out != nil {
			fmt.Fprintf(e.err, "kartei: hint: put the folder %s back; or, to give them up: rm %s\n", show.Line(out.Folder), show.Line(out.Journal))
		}
	case out == nil:
	case !out.Done:
		fmt.Fprintf(e.err, "kartei: warning: an import into %s was interrupted; nothing of it is left, import it again\n", show.Line(out.Folder))
	case out.Placed+len(out.Left) > 0:
		fmt.Fprintf(e.err, "kartei: warning: an import into %s was interrupted; it is complete now\n", show.Line(out.Folder))
		e.sayAlone(*out)
	}
}

// sayWaiting says why nothing happens.
func (e *env) sayWaiting() {
	e.say("kartei: another program keeps the collection locked; waiting for it, a minute at most (Ctrl-C gives up)")
}

// openFilled opens the collection for a command that needs cards: the decks
// that come with the program are in it afterwards.
func (e *env) openFilled(ctx context.Context) (*store.Store, error) {
	st, err := e.open(ctx)
	if err != nil {
		return nil, err
	}
	if st.ReadOnly() {
		return st, nil
	}
	if err := e.installLibrary(ctx, st); err != nil {
		return nil, errors.Join(fmt.Errorf("put the built-in decks into the collection: %w", err), st.Close())
	}
	return st, nil
}

// with opens a filled collection for the time of use. The day's first use ends
// with a backup, when nobody waits for it any more.
func (e *env) with(ctx context.Context, use func(*store.Store) error) (err error) {
	st, err := e.openFilled(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, st.Close()) }()
	if err := use(st); err != nil || st.ReadOnly() {
		return err
	}
	return e.dailyBackup(ctx, st)
}

// dailyBackup makes the day's backup. A large collection takes a while to copy
// and verify; whoever does not want to wait leaves it to the next command.
func (e *env) dailyBackup(ctx context.Context, st *store.Store) error {
	e.work.about, e.work.hint = "today's backup: ", " (Ctrl-C leaves it to the next command)"
	defer func() { e.work.about, e.work.hint = "", "" }()
	if _, err := st.DailyBackup(ctx, e.moment()); err != nil && ctx.Err() == nil {
		fmt.Fprintf(e.err, "kartei: warning: %s\n", show.Line(err.Error()))
	}
	return nil
}

// findDecks finds decks by name; an unknown one has the nearest as its hint.
func findDecks(ctx context.Context, st *store.Store, names []string) ([]store.Deck, error) {
	var found []store.Deck
	for _, name := range names {
		d, err := st.Deck(ctx, name)
		if errors.Is(err, store.ErrNotFound) {
			return nil, unknownDeck(ctx, st, name)
		}
		if err != nil {
			return nil, err
		}
		found = append(found, d)
	}
	return found, nil
}

// within tells whether a deck is another, or below it.
func within(deck, outer string) bool { return deck == outer || strings.HasPrefix(deck, outer+"/") }

// knowDeck fails if no deck has a name, nor lies below it: a folder of decks
// goes by its name, too, without having a deck itself.
func knowDeck(ctx context.Context, st *store.Store, name string) error {
	all, err := st.Decks(ctx)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(all, func(d store.Deck) bool { return !d.Retired && within(d.Name, name) }) {
		return nil
	}
	return unknownDeck(ctx, st, name)
}

func unknownDeck(ctx context.Context, st *store.Store, name string) error {
	all, err := st.Decks(ctx)
	if err != nil {
		return err
	}
	var names []string
	for _, d := range all {
		if !d.Retired {
			names = append(names, d.Name)
		}
	}
	return failf(didYouMean("", name, names, "kartei decks lists them"), "there is no deck %q", name)
}
