package cli

import (
	"context"
	"slices"
	"strings"

	"kartei/decks"
	"kartei/scheduler"
	"kartei/store"
)

// fill brings the decks that come with the program into the collection, once
// for each version of them.
func (e *env) fill(ctx context.Context, st *store.Store) error {
	s := librarySource()
	known, err := knownStamps(ctx, st, s.root)
	if err == nil {
		_, err = e.compileFrom(ctx, st, s, known, compileOptions{})
	}
	return err
}

// soundStamps are the known stamps, but that those of decks which the collection
// does not have from this root any more are as if their files had changed: what
// another folder or a later compile made of them is not what is in these.
func soundStamps(ctx context.Context, st *store.Store, root string) ([]decks.Stamp, error) {
	known, err := knownStamps(ctx, st, root)
	if err != nil || len(known) == 0 {
		return known, err
	}
	held, err := st.Holds(ctx, root)
	for i := range known {
		if k := &known[i]; k.Deck != "" && !held[k.Deck] {
			k.Sum = ""
		}
	}
	return known, err
}

// A stamp is kept as the sum of the file and the name of its deck.
func knownStamps(ctx context.Context, st *store.Store, root string) ([]decks.Stamp, error) {
	kept, err := st.Stamps(ctx, root)
	if err != nil {
		return nil, err
	}
	return parseStamps(kept), nil
}

func parseStamps(kept map[string]string) (known []decks.Stamp) {
	for file, stamp := range kept {
		sum, deck, _ := strings.Cut(stamp, " ")
		known = append(known, decks.Stamp{File: file, Deck: deck, Sum: sum})
	}
	return known
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

// An applier is the store, or a change of it.
type applier interface {
	Apply(context.Context, store.Compiled, scheduler.Moment) (store.Plan, error)
}

// apply hands what was compiled to the store, unless all is as it was.
func (e *env) apply(ctx context.Context, st applier, s source, known []decks.Stamp, c *decks.Compilation, opts compileOptions) (store.Plan, error) {
	stamps := stampsAfter(known, c, s.whole())
	if len(c.Decks) == 0 && len(stamps) == len(known) {
		return store.Plan{}, nil
	}
	kept := append(slices.Clone(c.Broken), c.Unchanged...)
	p := e.progress("%d cards compiled")
	defer p.end()
	return st.Apply(ctx, store.Compiled{
		Root: s.root, Decks: c.Decks, Whole: s.whole(), Broken: kept, Stamps: stamps, DryRun: opts.dryRun, Progress: p.at,
		There: s.there, TakeOver: opts.takeOver,
	}, e.moment())
}
