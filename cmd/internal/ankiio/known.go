package ankiio

import (
	"context"
	"slices"
	"time"

	"kartei/cmd/internal/ankihistory"
	"kartei/cmd/internal/clock"
	"kartei/cmd/internal/console"
	"kartei/cmd/internal/show"
	"kartei/decks/anki"
	"kartei/decks/plural"
	"kartei/decks/syntax"
	"kartei/scheduler"
	"kartei/store"
)

// newFinder returns what finds the cards that Anki has among those of the collection.
func newFinder(ctx context.Context, st *store.Store) (*ankihistory.Finder, error) {
	return ankihistory.NewFinder(ctx, st, func() (map[string]map[string]anki.Origin, error) {
		live, err := st.Decks(ctx)
		if err != nil {
			return nil, err
		}
		return knownOrigins(live)
	})
}

// madeAt is when an import was written in Anki.
func madeAt(clk *clock.Clock, im *anki.Import) scheduler.Moment {
	if im.Made <= 0 {
		return scheduler.Moment{}
	}
	return clk.Calendar.Moment(time.UnixMilli(im.Made).In(clk.Now().Location()))
}

// haveSchedules reports whether histories say more than where cards came from, as
// those of a text file do not.
func haveSchedules(histories []store.CardHistory) bool {
	return slices.ContainsFunc(histories, func(h store.CardHistory) bool {
		return h.Past != nil || h.Place != nil || h.Suspended || h.Buried || h.Flag != 0
	})
}

// takeHome takes schedules and reviews over for the cards that the collection has.
func takeHome(ctx context.Context, con *console.Console, clk *clock.Clock, st *store.Store, im *anki.Import) error {
	finder, err := newFinder(ctx, st)
	if err != nil {
		return err
	}
	found, err := finder.Find(ctx, im.Cards)
	if err != nil {
		return err
	}
	return takeFound(ctx, con, clk, st, im, found)
}

// takeFound is takeHome for cards that were found.
func takeFound(
	ctx context.Context, con *console.Console, clk *clock.Clock, st *store.Store, im *anki.Import,
	found [][]store.OriginCard,
) error {
	return takeHistory(ctx, con, clk, st, ankihistory.FromAnki(im, foundCards(found), st.Calendar(),
		clk.Now().Location()), madeAt(clk, im))
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

// An adopted import is one of which is known what the collection has of it.
type adopted struct {
	found [][]store.OriginCard   // for each card
	home  map[anki.FactName]bool // facts that were made here, and went to Anki

	guests map[string]bool // decks that came from Anki, as far as they were asked about
}

// cards names the cards of the collection for those of the import: of a deck file
// that is being written, or those that have been here all along.
func (a *adopted) cards(stay map[anki.FactName]bool) func(*anki.ImportedCard) []string {
	found := foundCards(a.found)
	return func(c *anki.ImportedCard) []string {
		if before := found(c); stay[c.FactName()] {
			return before
		}
		return ankihistory.Written(c)
	}
}

// adopt gives facts that the collection knows, by their notes, the ids that they
// have: an id is made once. It looks for facts that were made here if they are not
// to be taken for a copy.
func adopt(ctx context.Context, st *store.Store, im *anki.Import, home bool) (*adopted, error) {
	finder, err := newFinder(ctx, st)
	if err != nil {
		return nil, err
	}
	a := &adopted{home: map[anki.FactName]bool{}, guests: map[string]bool{}}
	if a.found, err = finder.Find(ctx, im.Cards); err != nil {
		return nil, err
	}
	ids := map[anki.FactName]string{}
	for i := range im.Cards {
		c := &im.Cards[i]
		if len(a.found[i]) == 0 {
			continue
		}
		if home && (c.Own || !a.guest(ctx, st, c, a.found[i])) {
			born, err := finder.BornHere(ctx, c)
			if err != nil {
				return nil, err
			}
			if born {
				a.home[c.FactName()] = true
				continue
			}
		}
		for _, known := range a.found[i] {
			if syntax.IsID(known.Fact) && (ids[c.FactName()] == "" || known.Deck == c.Deck) {
				ids[c.FactName()] = known.Fact
			}
		}
	}
	im.Rename(ids)
	return a, nil
}

// guest reports whether a card is of a deck that came from Anki, whatever it is
// itself: a fact that was added here and went there is one of the others by now.
func (a *adopted) guest(ctx context.Context, st *store.Store, c *anki.ImportedCard, found []store.OriginCard) bool {
	if !slices.ContainsFunc(found, func(known store.OriginCard) bool { return known.Deck == c.Deck }) {
		return false
	}
	guest, known := a.guests[c.Deck]
	if !known {
		d, err := st.Deck(ctx, c.Deck)
		guest = err == nil && cameFromAnki(d)
		a.guests[c.Deck] = guest
	}
	return guest
}

// comeHome takes schedules and reviews of decks that were made here: their files
// are the original. It leaves of the import what is of other decks.
func (in *Importer) comeHome(ctx context.Context, st *store.Store, im *anki.Import, a *adopted) error {
	con := in.Console
	var decks []string
	home, strange := map[string]bool{}, map[string]bool{}
	for name := range a.home {
		home[name.Deck] = true
	}
	all, cards, found := *im, im.Cards, a.found
	im.Cards, a.found, all.Cards = nil, nil, nil
	var foundHome [][]store.OriginCard
	for i := range found {
		c := &cards[i]
		if !home[c.Deck] {
			im.Cards, a.found = append(im.Cards, *c), append(a.found, found[i])
			continue
		}
		all.Cards, foundHome = append(all.Cards, *c), append(foundHome, found[i])
		switch {
		case !a.home[c.FactName()]:
			strange[c.Note] = true
		case !slices.Contains(decks, found[i][0].Deck):
			decks = append(decks, found[i][0].Deck)
		}
	}
	im.DeckFiles = slices.DeleteFunc(im.DeckFiles, func(f anki.DeckFile) bool { return home[f.Deck] })
	im.Origins = slices.DeleteFunc(im.Origins, func(o anki.Origin) bool { return home[o.Deck] })
	slices.Sort(decks)
	con.Say("%s: went to Anki from here, so the deck files stay as they are", show.SomeOf(decks))
	if len(strange) > 0 {
		con.Say("left out: %s that came about in Anki; --deck NAME makes decks of all of the file",
			plural.Count(len(strange), "note"))
	}
	if !in.compiles() {
		return nil
	}
	return takeFound(ctx, con, in.Clock, st, &all, foundHome)
}
