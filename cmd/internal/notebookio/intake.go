package notebookio

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"kartei/cmd/internal/compiler"
	"kartei/cmd/internal/deckfolder"
	"kartei/cmd/internal/fault"
	"kartei/cmd/internal/show"
	"kartei/decks/notebook"
	"kartei/store"
	"kartei/store/journal"
)

// An intake is an import on its way into the collection.
type intake struct {
	*Importer
	merged  *merged
	root    string // absolute, of the deck files
	last    compiler.Last
	origins map[journal.Origin][]store.OriginCard // of cards that came before

	sum    compiler.Result
	report store.HistoryReport
}

// newIntake reads what must be known before the collection is being changed.
func (in *Importer) newIntake(ctx context.Context, st *store.Store, m *merged) (*intake, error) {
	t := &intake{Importer: in, merged: m}
	var err error
	if t.root, err = filepath.Abs(in.Target.Folder); err != nil {
		return nil, err
	}
	if t.last, err = compiler.LastOf(ctx, st, t.root); err != nil {
		return nil, err
	}
	if t.origins, err = st.Origins(ctx, in.Format.Name); err != nil {
		return nil, err
	}
	for _, f := range m.files {
		if err := t.checkFree(ctx, st, f); err != nil {
			return nil, err
		}
	}
	return t, nil
}

// checkFree refuses a deck that the collection has from elsewhere.
func (t *intake) checkFree(ctx context.Context, st *store.Store, f *mergedFile) error {
	d, err := st.Deck(ctx, f.Deck)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return nil
	case err != nil:
		return err
	case d.Live() && d.Root != t.root:
		return fault.Failf("give the import a name of its own: --deck "+t.Format.Name,
			"your collection has a deck %s already, of %s; nothing was written", f.Deck, show.Line(d.Root))
	}
	return nil
}

// compile compiles the deck files, and takes the history over.
func (t *intake) compile(ctx context.Context, c *store.Change) error {
	there, err := os.OpenRoot(t.root)
	if err != nil {
		return err
	}
	defer there.Close()
	cards := map[string]map[string]string{} // ids of cards, by file and fact, then by name
	for _, names := range t.portions() {
		s := deckfolder.Folder{Root: t.root, FS: deckfolder.Overlay{Top: c.Files.Aside(), Below: there.FS()}, Files: names}
		if err := t.compilePortion(ctx, c, s, cards); err != nil {
			return err
		}
	}
	if histories := t.histories(cards); len(histories) > 0 {
		t.report, err = c.ImportHistory(ctx, histories, t.moment(t.merged.made), t.Moment())
	}
	return err
}

// largestPortion is how many bytes of deck files are compiled at once, unless one
// deck has more: what is compiled is in memory.
const largestPortion = 4 << 20

// portions are the names of the deck files in portions of whole decks.
func (t *intake) portions() (all [][]string) {
	files := slices.Clone(t.merged.files)
	slices.SortStableFunc(files, func(a, b *mergedFile) int { return strings.Compare(a.Deck, b.Deck) })
	size, deck := 0, ""
	for _, f := range files {
		if f.Deck != deck && size+len(f.text) > largestPortion || all == nil {
			all, size = append(all, nil), 0
		}
		size, deck = size+len(f.text), f.Deck
		last := &all[len(all)-1]
		*last = append(*last, f.Name)
	}
	return all
}

func (t *intake) compilePortion(
	ctx context.Context, c *store.Change, s deckfolder.Folder, cards map[string]map[string]string,
) error {
	one, read, err := compiler.Read(t.Console, s, compiler.Last{})
	if err != nil {
		return err
	}
	origins := t.factOrigins()
	for _, d := range read.Decks {
		for i := range d.Facts {
			f := &d.Facts[i]
			f.Origin = origins[f.File+"\x00"+f.Key]
			names := map[string]string{}
			for j := range f.Cards {
				names[f.Cards[j].Name] = f.Cards[j].ID
			}
			cards[f.File+"\x00"+f.Key] = names
		}
	}
	if err := compiler.Apply(ctx, t.Console, t.Clock, c, s, &t.last, read, &one, compiler.Options{}); err != nil {
		return err
	}
	one.LeaveOutUnchanged()
	t.sum.Add(one)
	return nil
}

// factOrigins are what facts are known by in the source, by file and id. Of one that was
// reworded there, and is known by its text, none is told: its id is the same here.
func (t *intake) factOrigins() map[string]string {
	origins := map[string]string{}
	reworded := t.reworded()
	first := map[string]notebook.Known{}
	for _, f := range t.merged.files {
		for _, k := range f.Known {
			fact := f.Name + "\x00" + f.id(k.Fact)
			if before, ok := first[fact]; k.Note == "" || reworded(f.Deck, f.id(k.Fact), k) || ok && before.Ordinal <= k.Ordinal {
				continue
			}
			first[fact] = k
			origins[fact] = store.FactOrigin(t.origin(k), k.Card)
		}
	}
	return origins
}

// reworded returns what tells whether a fact was known by what the source does not have
// any more, and is known now by what the collection does not have yet.
func (t *intake) reworded() func(deck, fact string, k notebook.Known) bool {
	there := map[journal.Origin]bool{}
	for _, f := range t.merged.files {
		for _, k := range f.Known {
			there[t.origin(k)] = true
		}
	}
	gone := map[[2]string]bool{}
	for origin, cards := range t.origins {
		for _, c := range cards {
			if !c.Retired && !there[origin] {
				gone[[2]string{c.Deck, c.Fact}] = true
			}
		}
	}
	return func(deck, fact string, k notebook.Known) bool {
		return gone[[2]string{deck, fact}] && len(t.origins[t.origin(k)]) == 0
	}
}

// histories are those of cards that the collection has: of the deck files, or where
// they have been moved since.
func (t *intake) histories(cards map[string]map[string]string) (all []store.CardHistory) {
	for _, f := range t.merged.files {
		for _, k := range f.Known {
			if id := cards[f.Name+"\x00"+f.id(k.Fact)][k.Card]; id != "" {
				all = append(all, t.history(k, id))
				continue
			}
			for _, c := range t.origins[t.origin(k)] {
				if !c.Retired {
					all = append(all, t.history(k, c.ID))
				}
			}
		}
	}
	return all
}
