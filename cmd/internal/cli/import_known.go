package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"time"

	"kartei/cmd/internal/move"
	"kartei/cmd/internal/show"
	"kartei/decks/anki"
	"kartei/decks/syntax"
	"kartei/scheduler"
	"kartei/store"
)

// finder finds the cards that Anki has among those of the collection.
func (e *env) finder(ctx context.Context, st *store.Store) (*move.Finder, error) {
	return move.NewFinder(ctx, st, func() (map[string]map[string]anki.Origin, error) {
		live, err := st.Decks(ctx)
		if err != nil {
			return nil, err
		}
		return knownOrigins(live)
	})
}

// knownOrigins gives the origins of decks' facts that stand beside them, by the
// decks' names; of none, where there are none.
func knownOrigins(found []store.Deck) (map[string]map[string]anki.Origin, error) {
	all := map[string]map[string]anki.Origin{}
	for _, d := range found {
		origins, err := originsOf(d)
		switch {
		case errors.Is(err, fs.ErrNotExist):
		case err != nil:
			return nil, fmt.Errorf("read %s: %w", show.Line(filepath.Join(d.Root, originsFile(d.Name))), err)
		default:
			all[d.Name] = origins
		}
	}
	return all, nil
}

// made is when an import was written in Anki.
func (e *env) made(im *anki.Import) scheduler.Moment {
	if im.Made <= 0 {
		return scheduler.Moment{}
	}
	return e.calendar.Moment(time.UnixMilli(im.Made).In(e.now().Location()))
}

// haveSchedules reports whether histories say more than where cards came from, as
// those of a text file do not.
func haveSchedules(histories []store.CardHistory) bool {
	return slices.ContainsFunc(histories, func(h store.CardHistory) bool {
		return h.Past != nil || h.Place != nil || h.Suspended || h.Buried || h.Flag != 0
	})
}

// takeHome takes schedules and reviews over for the cards that the collection has.
func (e *env) takeHome(ctx context.Context, st *store.Store, im *anki.Import) error {
	finder, err := e.finder(ctx, st)
	if err != nil {
		return err
	}
	found, err := finder.Find(ctx, im.Cards)
	if err != nil {
		return err
	}
	next := 0
	named := func(*anki.ImportedCard) (ids []string) {
		for _, c := range found[next] {
			ids = append(ids, c.ID)
		}
		next++
		return ids
	}
	return e.takeHistory(ctx, st, move.In(im.Cards, named, st.Calendar(), e.now().Location()), e.made(im))
}

// adopt gives facts that the collection knows, by their notes, the ids that they
// have: an id is made once.
func (e *env) adopt(ctx context.Context, st *store.Store, im *anki.Import) error {
	finder, err := e.finder(ctx, st)
	if err != nil {
		return err
	}
	found, err := finder.Find(ctx, im.Cards)
	if err != nil {
		return err
	}
	ids := map[anki.FactName]string{}
	for i := range im.Cards {
		c := &im.Cards[i]
		for _, known := range found[i] {
			if syntax.IsID(known.Fact) && (ids[c.FactName()] == "" || known.Deck == c.Deck) {
				ids[c.FactName()] = known.Fact
			}
		}
	}
	im.Rename(ids)
	return nil
}
