package cli

import (
	"context"
	"slices"
	"strings"

	"kartei/decks"
	"kartei/store"
)

// fill brings the decks that come with the program into the collection, once
// for each version of them.
func (e *env) fill(ctx context.Context, st *store.Store) error {
	_, err := e.compile(ctx, st, librarySource(), false)
	return err
}

// A stamp is kept as the sum of the file and the name of its deck.
func knownStamps(ctx context.Context, st *store.Store, root string) ([]decks.Stamp, error) {
	kept, err := st.Stamps(ctx, root)
	if err != nil {
		return nil, err
	}
	var known []decks.Stamp
	for file, stamp := range kept {
		sum, deck, _ := strings.Cut(stamp, " ")
		known = append(known, decks.Stamp{File: file, Deck: deck, Sum: sum})
	}
	return known, nil
}

// stampsAfter are the stamps of what is compiled now: those of a whole folder,
// or for single files those that were known with these on top.
func stampsAfter(known []decks.Stamp, c *decks.Compilation, whole bool) map[string]string {
	stamps := map[string]string{}
	for _, k := range known {
		if !whole || k.Deck == "" || c.Kept(k.Deck) {
			stamps[k.File] = k.Sum + " " + k.Deck
		}
	}
	for _, s := range c.Stamps {
		stamps[s.File] = s.Sum + " " + s.Deck
	}
	return stamps
}

// apply hands what was compiled to the store, unless all is as it was.
func (e *env) apply(ctx context.Context, st *store.Store, s source, known []decks.Stamp, c *decks.Compilation, dryRun bool) (store.Plan, error) {
	stamps := stampsAfter(known, c, s.whole())
	if len(c.Decks) == 0 && len(stamps) == len(known) {
		return store.Plan{}, nil
	}
	kept := append(slices.Clone(c.Broken), c.Unchanged...)
	p := e.progress("%d cards compiled")
	defer p.end()
	return st.Apply(ctx, store.Compiled{
		Root: s.root, Decks: c.Decks, Whole: s.whole(), Broken: kept, Stamps: stamps, DryRun: dryRun, Progress: p.at,
	}, e.moment())
}
