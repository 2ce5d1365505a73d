package compiler

import (
	"context"
	"maps"
	"slices"
	"strings"

	"kartei/cmd/internal/clock"
	"kartei/cmd/internal/console"
	"kartei/cmd/internal/deckfolder"
	"kartei/decks"
	"kartei/scheduler"
	"kartei/store"
)

// InstallLibrary brings the decks that come with the program into the collection, once
// for each version of them.
func InstallLibrary(ctx context.Context, con *console.Console, clk *clock.Clock, st *store.Store) error {
	s := deckfolder.Library()
	known, err := knownStamps(ctx, st, s.Root)
	if err == nil {
		_, err = compileFrom(ctx, con, clk, st, s, Last{stamps: known}, Options{})
	}
	return err
}

// A Last is what the collection knows of a root's files since its last
// compile.
type Last struct {
	stamps []decks.Stamp
	seen   decks.Sights // nil: it is not known how they looked
	text   string       // seen as the collection has it
}

// LastOf returns what is known of a root, but that the stamps of decks which
// the collection does not have from it any more are as if their files had changed:
// what another folder or a later compile made of them is not what is in these.
func LastOf(ctx context.Context, st *store.Store, root string) (last Last, err error) {
	if last.stamps, err = knownStamps(ctx, st, root); err != nil {
		return last, err
	}
	if len(last.stamps) > 0 {
		held, err := st.Holds(ctx, root)
		if err != nil {
			return last, err
		}
		for i := range last.stamps {
			if k := &last.stamps[i]; k.Deck != "" && !held[k.Deck] {
				k.Sum = ""
			}
		}
	}
	seen, err := st.Seen(ctx, root)
	last.saw(seen)
	return last, err
}

// saw makes what was seen last what the text says.
func (last *Last) saw(text string) { last.text, last.seen = text, decks.ParseSights(text) }

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

// keptStamps writes stamps as they are kept, by file.
func keptStamps(stamps []decks.Stamp) map[string]string {
	kept := map[string]string{}
	for _, s := range stamps {
		kept[s.File] = s.Sum + " " + s.Deck
	}
	return kept
}

// stampsAfter are the stamps of what is compiled now: those of a whole folder, or
// for single files those that were known with these on top. Those of a deck that
// stays as it was say no more than which files are its own.
func (last Last) stampsAfter(c *decks.Compilation, whole bool) map[string]string {
	anew := map[string]bool{}
	for _, d := range c.Decks {
		anew[d.Name] = true // with c.Stamps: one that is not among those is gone
	}
	var after []decks.Stamp
	for _, k := range last.stamps {
		switch {
		case k.Deck != "" && slices.Contains(c.Broken, k.Deck):
			k.Sum = ""
		case anew[k.Deck], whole && !c.Kept(k.Deck) && (k.Deck != "" || !c.Seen.Has(k.File)):
			continue
		}
		after = append(after, k)
	}
	return keptStamps(append(after, c.Stamps...))
}

// emptied names the decks that have no file any more: each of theirs was given
// another name in its header.
func emptied(before []decks.Stamp, after map[string]string) (names []string) {
	stays := map[string]bool{"": true}
	for _, k := range parseStamps(after) {
		stays[k.Deck] = true
	}
	for _, k := range before {
		if !stays[k.Deck] {
			stays[k.Deck] = true
			names = append(names, k.Deck)
		}
	}
	return names
}

// seenAfter is how the files look after a compile that made the stamps. Those of a
// deck that is not compiled are to be read again, and so are those of which nothing
// is known.
func (last Last) seenAfter(c *decks.Compilation, one *Result, stamps map[string]string, whole bool) decks.Sights {
	seen := c.Seen.Settled(one.began)
	if !whole {
		seen = last.seen.On(seen)
	}
	again := map[string]bool{}
	for file, stamp := range stamps {
		_, deck, _ := strings.Cut(stamp, " ")
		again[file] = deck != "" && slices.Contains(c.Broken, deck)
	}
	var kept decks.Sights
	for _, s := range seen {
		read, stamped := again[s.Path]
		if !whole && !stamped && !s.Folder() && !c.Seen.Has(s.Path) {
			continue // it is gone, and its deck goes on without it
		}
		if read || !stamped && slices.Contains(one.Broken, one.files[s.Path]) {
			s = s.Again()
		}
		kept = append(kept, s)
		delete(again, s.Path)
	}
	var missing decks.Sights
	for file := range again {
		missing = append(missing, last.seen.Of(file).Again())
	}
	return kept.On(missing)
}

// An applier is the store, or a change of it.
type applier interface {
	Apply(context.Context, store.Compiled, scheduler.Moment) (store.Plan, error)
	See(ctx context.Context, root, seen string) error
}

// leaveOut makes a deck stay as the collection has it.
func (last Last) leaveOut(c *decks.Compilation, name string) {
	was := map[string]bool{}
	for _, k := range last.stamps {
		was[k.File] = k.Deck == name
	}
	c.Decks = slices.DeleteFunc(slices.Clone(c.Decks), func(d *decks.Deck) bool { return d.Name == name })
	c.Stamps = slices.DeleteFunc(c.Stamps, func(s decks.Stamp) bool { return s.Deck == name || s.Deck == "" && was[s.File] })
	if !slices.Contains(c.Broken, name) {
		c.Broken = append(c.Broken, name)
	}
}

// Apply hands what was compiled to the store, unless all is as it was. What is known
// of the last compile is then of this one.
func Apply(
	ctx context.Context, con *console.Console, clk *clock.Clock, st applier, s deckfolder.Folder, last *Last,
	c *decks.Compilation, one *Result, opts Options,
) (err error) {
	var stamps map[string]string
	var seen string
	remember := func(left []store.Left) (map[string]string, string) {
		for _, l := range left {
			last.leaveOut(c, l.Deck)
		}
		stamps = last.stampsAfter(c, s.Whole())
		if s.Root != deckfolder.BuiltIn {
			seen = last.seenAfter(c, one, stamps, s.Whole()).String()
		}
		return stamps, seen
	}
	if remember(nil); len(c.Decks) == 0 && maps.Equal(stamps, keptStamps(last.stamps)) {
		if seen == last.text || opts.DryRun {
			return nil
		}
		last.saw(seen)
		return st.See(ctx, s.Root, seen)
	}
	var empty []string
	if !s.Whole() && len(c.Broken) == 0 {
		empty = emptied(last.stamps, stamps)
	}
	p := con.Progress("%d cards compiled")
	defer p.End()
	what := store.Compiled{
		Root: s.Root, Decks: c.Decks, Whole: s.Whole(), Empty: empty,
		Broken: append(slices.Clone(c.Broken), c.Unchanged...), Remember: remember,
		DryRun: opts.DryRun, Progress: p.At, StillExists: s.There, TakeOver: opts.TakeOver, Names: opts.names(),
		Below:  s.Root == deckfolder.BuiltIn,
		Follow: opts.Follow, IfClear: opts.MayAsk,
	}
	if opts.Unasked {
		what.Unattended, what.Wait = true, unaskedWait
		what.StillExists = func(string, []string, []string) bool { return true }
	}
	one.Plan, err = st.Apply(ctx, what, clk.Moment())
	if err == nil && opts.MayAsk && !one.Plan.Clear() {
		p.End()
		one.Plan, err = settle(ctx, con, clk, st, what, one.Plan)
	}
	if err == nil && !opts.DryRun {
		last.stamps = parseStamps(stamps)
		last.saw(seen)
	}
	return err
}
