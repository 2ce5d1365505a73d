package cli

import (
	"context"
	"slices"
	"time"

	"kartei/cmd/internal/move"
	"kartei/decks/anki"
	"kartei/decks/syntax"
	"kartei/scheduler"
	"kartei/store"
)

// find finds the cards of an import among those of the collection.
func (e *env) find(ctx context.Context, st *store.Store, im *anki.Import) ([][]store.OriginCard, error) {
	finder, err := move.NewFinder(ctx, st, func() (map[string]map[string]anki.Origin, error) {
		live, err := st.Decks(ctx)
		if err != nil {
			return nil, err
		}
		return knownOrigins(live)
	})
	if err != nil {
		return nil, err
	}
	return finder.Find(ctx, im.Cards)
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
	found, err := e.find(ctx, st, im)
	if err != nil {
		return err
	}
	return e.takeHistory(ctx, st, move.In(im.Cards, foundCards(found), st.Calendar(), e.now().Location()), e.made(im))
}

// foundCards names the cards that were found for those of an import, one after the
// other.
func foundCards(found [][]store.OriginCard) func(*anki.ImportedCard) []string {
	next := 0
	return func(*anki.ImportedCard) (ids []string) {
		for _, c := range found[next] {
			ids = append(ids, c.ID)
		}
		next++
		return ids
	}
}

// adopt gives facts that the collection knows, by their notes, the ids that they
// have: an id is made once. It returns the cards that were found.
func (e *env) adopt(ctx context.Context, st *store.Store, im *anki.Import) ([][]store.OriginCard, error) {
	found, err := e.find(ctx, st, im)
	if err != nil {
		return nil, err
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
	return found, nil
}
