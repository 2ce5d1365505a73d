package ankihistory

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"kartei/decks"
	"kartei/decks/anki"
	"kartei/store"
	"kartei/store/journal"
)

// A Finder finds the cards of a collection that Anki has, by what stays there
// while notes are reworded, moved, deleted and added: the guid of the note and
// the number of the card in it. It never goes by words or positions.
type Finder struct {
	st     *store.Store
	beside Origins
	rows   map[journal.Origin][]store.OriginCard // what the log says
	files  map[string][]fileFact                 // by guid: what the files say; nil: not yet read
	home   map[journal.Origin][]store.OriginCard // sentences with deletions of decks that were born here; nil: not yet read
}

// Origins reads the files of origins beside the decks, by the decks' names and the
// facts' keys. Earlier versions kept origins only there.
type Origins func() (map[string]map[string]anki.Origin, error)

// A fileFact is a fact with the origin that stands in a file.
type fileFact struct {
	deck   string
	fact   *decks.Fact
	origin anki.Origin
}

// NewFinder reads what the collection knows of Anki's notes, and what stands
// beside its decks once that is needed.
func NewFinder(ctx context.Context, st *store.Store, beside Origins) (*Finder, error) {
	rows, err := st.Origins(ctx, program)
	return &Finder{st: st, beside: beside, rows: rows}, err
}

// readFiles reads the files of origins, and the facts that they name.
func (f *Finder) readFiles(ctx context.Context) error {
	f.files = map[string][]fileFact{}
	origins, err := f.beside()
	if err != nil {
		return err
	}
	for name, known := range origins {
		d, err := f.st.Deck(ctx, name)
		if err != nil {
			return err
		}
		for fact, err := range f.st.Facts(ctx, d) {
			if err != nil {
				return err
			}
			if o, ok := known[fact.Key]; ok {
				kept := *fact
				f.files[o.GUID] = append(f.files[o.GUID], fileFact{name, &kept, o})
			}
		}
	}
	return nil
}

// Find returns the cards of the collection for each card of an import, in their
// order: none, one, or one of each deck that holds a copy.
func (f *Finder) Find(ctx context.Context, cards []anki.ImportedCard) ([][]store.OriginCard, error) {
	ordinals := map[string][]int{} // of the notes' cards
	for i := range cards {
		c := &cards[i]
		ordinals[c.Note] = append(ordinals[c.Note], c.Ordinal)
	}
	for _, o := range ordinals {
		slices.Sort(o)
	}
	found := make([][]store.OriginCard, len(cards))
	for i := range cards {
		c := &cards[i]
		if c.Note == "" {
			continue
		}
		if found[i] = living(f.rows[origin(c)]); len(found[i]) > 0 {
			continue
		}
		if f.files == nil {
			if err := f.readFiles(ctx); err != nil {
				return nil, err
			}
		}
		if found[i] = f.inFiles(c, ordinals[c.Note]); len(found[i]) > 0 {
			continue
		}
		var err error
		if found[i], err = f.bornHere(ctx, c); err != nil {
			return nil, err
		}
	}
	return found, nil
}

// living leaves out cards that are retired, unless all are.
func living(cards []store.OriginCard) []store.OriginCard {
	live := slices.DeleteFunc(slices.Clone(cards), func(c store.OriginCard) bool { return c.Retired })
	if len(live) == 0 {
		return cards
	}
	return live
}

// inFiles finds a card by the files of origins; ordinals are those that its note
// has now.
func (f *Finder) inFiles(c *anki.ImportedCard, ordinals []int) (found []store.OriginCard) {
	byDeck := map[string][]fileFact{}
	for _, fact := range f.files[c.Note] {
		byDeck[fact.deck] = append(byDeck[fact.deck], fact)
	}
	for _, facts := range byDeck {
		for n, fact := range facts {
			for i := range fact.fact.Cards {
				card := &fact.fact.Cards[i]
				if ordinal, ok := fact.ordinal(card, n, len(facts), ordinals); ok && ordinal == c.Ordinal {
					found = append(found, store.OriginCard{ID: card.ID, Deck: fact.deck, Fact: fact.fact.Key})
				}
			}
		}
	}
	slices.SortFunc(found, func(a, b store.OriginCard) int { return strings.Compare(a.Deck, b.Deck) })
	return found
}

// ordinal is the number of a fact's card in its note. Where the file does not say,
// as those of earlier versions do not, deletions have theirs in their names, terms
// have the first two cards, and several facts of a note its cards in their order;
// false is what cannot be told.
func (f *fileFact) ordinal(card *decks.Card, n, facts int, ordinals []int) (int, bool) {
	for _, c := range f.origin.Cards {
		if c.Name == card.Name {
			return c.Ordinal, true
		}
	}
	switch {
	case len(f.origin.Cards) > 0:
		return 0, false
	case card.Kind == decks.Cloze:
		return card.Number - 1, true
	case card.Name == "reverse":
		n = 1
	case card.Name == "card" && facts > 1 && facts != len(ordinals):
		return 0, false
	}
	if n >= len(ordinals) {
		return 0, false
	}
	return ordinals[n], true
}

// FactOrigin is what a fact is known by that came from Anki, for the compiler.
func FactOrigin(o anki.Origin) string {
	if len(o.Cards) == 0 {
		return ""
	}
	first := slices.MinFunc(o.Cards, func(a, b anki.OriginCard) int { return a.Ordinal - b.Ordinal })
	return store.FactOrigin(journal.Origin{Program: program, Note: o.GUID, Ordinal: first.Ordinal}, first.Name)
}

// bornHere finds a card whose note went from here to Anki: its guid is ours.
func (f *Finder) bornHere(ctx context.Context, c *anki.ImportedCard) ([]store.OriginCard, error) {
	if !decks.IsCardID(c.Note) {
		return nil, nil
	}
	if strings.HasPrefix(c.Card, "cloze-") {
		if f.home == nil {
			if err := f.readHome(ctx); err != nil {
				return nil, err
			}
		}
		return f.home[origin(c)], nil
	}
	card, err := f.st.Card(ctx, c.Note)
	if errors.Is(err, store.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("find the card of note %s: %w", c.Note, err)
	}
	return []store.OriginCard{{ID: card.ID, Deck: card.Deck, Fact: card.Fact}}, nil
}

// BornHere reports whether a card that was found went from here to Anki.
func (f *Finder) BornHere(ctx context.Context, c *anki.ImportedCard) (bool, error) {
	found, err := f.bornHere(ctx, c)
	return len(found) > 0, err
}

// readHome reads by which guids sentences with deletions went to Anki.
func (f *Finder) readHome(ctx context.Context) error {
	f.home = map[journal.Origin][]store.OriginCard{}
	all, err := f.st.Decks(ctx)
	if err != nil {
		return err
	}
	for _, d := range all {
		for fact, err := range f.st.Facts(ctx, d) {
			if err != nil {
				return err
			}
			for i := range fact.Cards {
				if card := &fact.Cards[i]; card.Kind == decks.Cloze {
					o := journal.Origin{Program: program, Note: anki.GUID(d.ID, fact.Key, card),
						Ordinal: card.Number - 1}
					f.home[o] = append(f.home[o], store.OriginCard{ID: card.ID, Deck: d.Name, Fact: fact.Key})
				}
			}
		}
	}
	return nil
}
