package ankiio

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"path"
	"path/filepath"
	"runtime/debug"
	"slices"

	"kartei/cmd/internal/ankihistory"
	"kartei/cmd/internal/clock"
	"kartei/cmd/internal/compiler"
	"kartei/cmd/internal/console"
	"kartei/cmd/internal/deckfolder"
	"kartei/cmd/internal/fault"
	"kartei/cmd/internal/show"
	"kartei/decks"
	"kartei/decks/anki"
	"kartei/decks/plural"
	"kartei/scheduler"
	"kartei/store"
	"kartei/store/atomicfile"
)

// takeIn brings what was read into its folder and, compiled and with its history,
// into the collection: all of it or, whatever happens, nothing. A text file that is
// not to be compiled, or whose pictures are still to be copied, becomes deck files
// only. There is whether they are there already.
//
// An import that brings deck files up to date replaces them.
func (imp *Importer) takeIn(
	ctx context.Context, st *store.Store, im *anki.Import, a *adopted, r *refresh, there bool,
) error {
	con, clk, t := imp.Console, imp.Clock, imp.Target
	in, err := newIntake(ctx, con, clk, st, im, t, a, r)
	if err != nil {
		return err
	}
	if imp.Text {
		in.before = ankihistory.FromAnki(im, foundCards(a.found), st.Calendar(), clk.Now().Location())
	}
	lacking := im.Lacking()
	if haveSchedules(in.histories) {
		if _, err := st.Backup(ctx, "import", clk.Moment()); err != nil {
			return err
		}
	}
	out, err := st.Change(ctx, t.Folder, func(c *store.Change) error {
		if err := in.addFiles(c, im); err != nil {
			return err
		}
		if !imp.compiles() || len(lacking) > 0 {
			return in.each(c, func(s deckfolder.Folder) error { return in.nameOrigins(c, s) })
		}
		return in.compile(ctx, c)
	})
	var unplaced *store.UnplacedError
	if errors.As(err, &unplaced) {
		return fault.WithHint(fault.Failed, fmt.Errorf("all of it is in the collection, but not all of its files are in their places: %w", err),
			"mend that; the next kartei command goes on with it")
	}
	if err != nil {
		return err
	}
	deckfolder.SayAlone(con, out)
	if r != nil {
		sayRefreshed(con, r, t)
	}
	switch {
	case len(lacking) > 0:
		con.Say("%s written", show.Line(t.Folder))
		con.Say("copy %s from Anki's media folder into %s, then: kartei compile %s",
			plural.Count(len(lacking), "file"), show.Line(filepath.Join(t.Folder, t.Media)), show.Line(t.Path()))
		return nil
	case imp.compiles():
		return in.tell(ctx)
	case there:
		deckfolder.SayThere(con, t.Path(), imp.File)
	case r == nil:
		deckfolder.SayMade(con, in.facts, in.decks, t.Path(), false)
	case r.changed():
		deckfolder.SayChanged(con, t.Path())
	}
	return nil
}

// An intake is an import on its way into the collection.
type intake struct {
	*console.Console
	*clock.Clock
	target    deckfolder.Target
	refresh   *refresh // nil: the files are new
	root      string   // absolute, of the deck files
	last      compiler.Last
	portions  [][]string
	origins   map[string]map[string]*anki.Origin // by deck and fact
	kept      map[string][]byte
	before    []store.CardHistory // of cards that are there, whose origins the log may lack
	histories []store.CardHistory
	made      scheduler.Moment // when they were written in Anki

	facts  int      // of deck files that are not compiled
	decks  []string // likewise
	sum    compiler.Result
	report store.HistoryReport

	presets map[string]anki.Preset // by deck
	options []optionLine           // what was set, in words
}

// newIntake reads what must be known before the collection is being changed.
func newIntake(
	ctx context.Context, con *console.Console, clk *clock.Clock, st *store.Store, im *anki.Import, t deckfolder.Target,
	a *adopted, r *refresh,
) (*intake, error) {
	root, err := filepath.Abs(t.Folder)
	if err != nil {
		return nil, err
	}
	last, err := compiler.LastOf(ctx, st, root)
	if err != nil {
		return nil, err
	}
	origins := map[string]map[string]*anki.Origin{}
	for i := range im.Origins {
		o := &im.Origins[i]
		if origins[o.Deck] == nil {
			origins[o.Deck] = map[string]*anki.Origin{}
		}
		origins[o.Deck][o.Fact] = o
	}
	var stay map[anki.FactName]bool
	if r != nil {
		stay = r.leftElse
	}
	return &intake{
		Console: con, Clock: clk, target: t, refresh: r, root: root, last: last, portions: portions(t, im.DeckFiles),
		origins:   origins,
		kept:      im.Kept,
		presets:   im.Presets,
		histories: ankihistory.FromAnki(im, a.cards(stay), st.Calendar(), clk.Now().Location()),
		made:      madeAt(clk, im),
	}, nil
}

// addFiles adds pictures and sounds, and then the deck files: no deck is to be
// there without its pictures.
func (in *intake) addFiles(c *store.Change, im *anki.Import) error {
	p := in.Progress("%d files written")
	defer p.End()
	for i, m := range im.Media {
		if !im.Has(m) {
			continue
		}
		err := in.add(c)(path.Join(in.target.Media, m.Name), func(w io.Writer) error { return unpack(im, m, w) })
		if errors.Is(err, atomicfile.ErrOther) {
			return fault.Failf("choose another place with -o",
				"%s is there already and is another picture or sound; nothing was written",
				filepath.Join(in.target.Folder, in.target.Media, m.Name))
		}
		if err != nil {
			return err
		}
		p.At(i, len(im.Media))
	}
	for _, s := range im.DeckFiles {
		err := in.add(c)(fileName(in.target, s), func(w io.Writer) error { _, err := w.Write(s.Text); return err })
		if err != nil {
			return err
		}
	}
	// They are on disk, and in histories and origins; the compiler needs the room.
	im.DeckFiles, im.Cards, im.Origins, im.Kept = nil, nil, nil, nil
	debug.FreeOSMemory()
	return nil
}

// Add is how files are added: what is there stays, unless it is brought up to date.
func (in *intake) add(c *store.Change) func(string, func(io.Writer) error) error {
	if in.refresh != nil {
		return c.Files.Replace
	}
	return c.Files.Add
}

func unpack(im *anki.Import, m anki.Medium, to io.Writer) error {
	in, err := im.OpenMedium(m)
	if err != nil {
		return err
	}
	defer in.Close()
	if _, err := io.Copy(to, in); err != nil {
		return fmt.Errorf("unpack %s: %w", m.Name, err)
	}
	return nil
}

// each does something with the deck files, a portion at a time.
func (in *intake) each(c *store.Change, do func(deckfolder.Folder) error) error {
	there, err := os.OpenRoot(in.root)
	if err != nil {
		return err
	}
	defer there.Close()
	for _, files := range in.portions {
		if err := do(deckfolder.Folder{Root: in.root, FS: deckfolder.Overlay{Top: c.Files.Aside(), Below: there.FS()}, Files: files}); err != nil {
			return err
		}
	}
	return nil
}

// nameOrigins adds where the facts of files came from that are not compiled yet.
func (in *intake) nameOrigins(c *store.Change, s deckfolder.Folder) error {
	read, err := decks.Compile(s.FS, s.Files...)
	if err != nil {
		return err
	}
	for _, d := range read.Decks {
		in.facts += len(d.Facts)
		if !slices.Contains(in.decks, d.Name) {
			in.decks = append(in.decks, d.Name)
		}
		if err := in.addOrigins(c, d); err != nil {
			return fmt.Errorf("write which of Anki's notes the facts are: %w", err)
		}
	}
	return nil
}

// compile compiles the deck files, and takes the history over.
func (in *intake) compile(ctx context.Context, c *store.Change) error {
	if len(in.before) > 0 { // a note that is reworded is known again by them
		if _, err := c.ImportHistory(ctx, in.before, in.made, in.Moment()); err != nil {
			return err
		}
	}
	err := in.each(c, func(s deckfolder.Folder) error { return in.compilePortion(ctx, c, s) })
	if err != nil {
		return err
	}
	if err := in.takeOptions(ctx, c); err != nil {
		return err
	}
	in.origins, in.kept = nil, nil // they are on disk; histories need the room
	if len(in.histories) > 0 {
		in.report, err = c.ImportHistory(ctx, in.histories, in.made, in.Moment())
	}
	return err
}

// compilePortion compiles some of the files, and adds where their facts came from.
func (in *intake) compilePortion(ctx context.Context, c *store.Change, s deckfolder.Folder) error {
	one, read, err := compiler.Read(in.Console, s, compiler.Last{})
	if err != nil {
		return err
	}
	for _, d := range read.Decks {
		for i := range d.Facts {
			o := in.origins[d.Name][d.Facts[i].Key]
			if o == nil {
				former, _ := in.refresh.formerly(d.Name, d.Facts[i].Key)
				o = &former
			}
			d.Facts[i].Origin = ankihistory.FactOrigin(*o)
		}
	}
	if err := compiler.Apply(ctx, in.Console, in.Clock, c, s, &in.last, read, &one, compiler.Options{}); err != nil {
		return err
	}
	one.LeaveOutUnchanged()
	in.sum.Add(one)
	for _, d := range read.Decks {
		if err := in.addOrigins(c, d); err != nil {
			return fmt.Errorf("write which of Anki's notes the facts are: %w", err)
		}
	}
	return nil
}

// addOrigins adds the origins of a compiled deck's facts, with the sums by which an
// edit is known, and their notes as Anki has them.
func (in *intake) addOrigins(c *store.Change, d *decks.Deck) error {
	if in.origins[d.Name] == nil {
		return nil
	}
	err := c.Files.Replace(filepath.ToSlash(originsFile(d.Name)),
		func(w io.Writer) error { return anki.WriteOrigins(w, in.known(d)) })
	if err != nil {
		return err
	}
	return c.Files.Replace(filepath.ToSlash(keptFile(d.Name)), func(w io.Writer) error {
		if in.refresh != nil {
			return anki.WriteKept(w, in.refresh.keep(d.Name), in.known(d))
		}
		_, err := w.Write(in.kept[d.Name])
		return err
	})
}

// known are the origins of a deck's facts.
func (in *intake) known(d *decks.Deck) iter.Seq[anki.Origin] {
	return func(yield func(anki.Origin) bool) {
		for i := range d.Facts {
			f := &d.Facts[i]
			var o anki.Origin
			known := in.origins[d.Name][f.Key]
			ok := known != nil
			if ok {
				o = *known
				in.refresh.settle(&o, f)
			} else {
				o, ok = in.refresh.formerly(d.Name, f.Key)
			}
			if ok && !yield(o) {
				return
			}
		}
		for _, o := range in.refresh.withdrawn(d) {
			if !yield(o) {
				return
			}
		}
	}
}

// Tell says what became of it.
func (in *intake) tell(ctx context.Context) error {
	in.sum.Diagnostics = slices.DeleteFunc(in.sum.Diagnostics,
		func(d decks.Diagnostic) bool { return d.Severity != decks.Error })
	if err := compiler.Say(ctx, in.Console, in.sum, compiler.Options{Paths: []string{in.target.Path()}}); err != nil {
		return err
	}
	if haveSchedules(in.histories) {
		compiler.SayHistory(in.Console, in.report)
	}
	in.sayOptions()
	in.Say("the deck files are yours, in %s; kartei shows what waits today", show.Line(in.target.Path()))
	return nil
}
