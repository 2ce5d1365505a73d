package cli

import (
	"context"
	"maps"
	"strings"

	"kartei/decks"
	"kartei/scheduler"
	"kartei/store"
)

// fill brings the decks that come with the program into the collection, once
// for each version of them.
func (e *env) fill(ctx context.Context, st *store.Store) error {
	_, err := e.compile(ctx, st, librarySource(), false)
	return err
}

// knownStamps reads what the last compile of a root remembered of its files.
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

// apply hands what was compiled to the store.
func apply(ctx context.Context, st *store.Store, s source, c *decks.Compilation, dryRun bool, now scheduler.Moment) (store.Plan, error) {
	if len(c.Decks) == 0 && !s.whole() {
		return store.Plan{}, nil
	}
	stamps, err := st.Stamps(ctx, s.root)
	if err != nil {
		return store.Plan{}, err
	}
	fresh := map[string]string{}
	for _, one := range c.Stamps {
		fresh[one.File] = one.Sum + " " + one.Deck
	}
	if s.whole() && maps.Equal(stamps, fresh) {
		return store.Plan{}, nil
	}
	if !s.whole() {
		maps.Copy(stamps, fresh)
		fresh = stamps
	}
	return st.Apply(ctx, store.Compiled{
		Root: s.root, Decks: c.Decks, Whole: s.whole(), Broken: append(c.Broken, c.Unchanged...), Stamps: fresh, DryRun: dryRun,
	}, now)
}
