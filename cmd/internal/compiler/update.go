package compiler

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"kartei/cmd/internal/ask"
	"kartei/cmd/internal/clock"
	"kartei/cmd/internal/console"
	"kartei/cmd/internal/deckfolder"
	"kartei/decks"
	"kartei/store"
)

// Whether decks are compiled by themselves when their files have changed.
const (
	Auto = "auto"
	Ask  = "ask"
	Off  = "off"
)

// unaskedWait is how long a compile that nobody asked for waits for others that
// write: a learner waits for the first question.
const unaskedWait = 200 * time.Millisecond

// An Updater brings decks up to date with their files.
type Updater struct {
	con      *console.Console
	clk      *clock.Clock
	declined map[string]bool // roots that the learner does not want compiled now
}

// NewUpdater returns an updater that talks to a console.
func NewUpdater(con *console.Console, clk *clock.Clock) *Updater {
	return &Updater{con: con, clk: clk, declined: map[string]bool{}}
}

// Run compiles the known sources that look otherwise than when they were
// compiled last. What must stay as it was is said in a line each; only an
// interruption is an error. Whoever has the terminal already asks, else it is nil.
func (u *Updater) Run(ctx context.Context, mode string, st *store.Store, asker ask.Asker) error {
	if mode == Off {
		return nil
	}
	roots, err := st.Roots(ctx)
	if err != nil {
		return err
	}
	for _, r := range roots {
		if seen := decks.ParseSights(r.Seen); seen != nil && !seen.Look(os.DirFS(r.Path)).Any() {
			continue
		}
		one := &update{Console: u.con, Clock: u.clk, declined: u.declined, st: st, asker: asker, root: r.Path}
		err := one.run(ctx, mode)
		switch {
		case ctx.Err() != nil:
			return context.Cause(ctx)
		case errors.Is(err, store.ErrBusy):
			u.con.Warn("another program is writing the collection; what changed in %s is asked from the next time on",
				pathBelow(one.root, "."))
		case err != nil:
			u.con.Warn("what changed in %s is not asked yet: %v", pathBelow(one.root, "."), err)
		}
	}
	return nil
}

// An update brings the decks of one root up to date.
type update struct {
	*console.Console
	*clock.Clock
	declined map[string]bool // roots that the learner does not want compiled now
	st       *store.Store
	asker    ask.Asker
	root     string
	last     Last
	deck     map[string]string // by file, as it was last; "" is a file without facts
	changes  decks.Changes
	left     []string          // decks that stay as they are because of what became of their files
	renamed  map[string]string // those of them that their files call otherwise now, with the new name
}

func (u *update) run(ctx context.Context, mode string) error {
	if err := u.know(ctx); err != nil {
		return err
	}
	u.changes = changesOf(u.last.seen, u.root)
	switch _, err := os.Stat(u.root); {
	case !u.changes.Any():
		return nil
	case err != nil:
		return u.sayVanished(ctx)
	}
	s, err := u.source()
	if err != nil || s.Close == nil {
		return err
	}
	defer s.Close()
	one, c, err := u.read(ctx, s)
	if err != nil || c == nil {
		return err
	}
	switch changed := u.changed(one, c); {
	case u.st.ReadOnly():
		if len(changed) > 0 {
			u.Warn("%s has changed; it is asked as it was", pathsBelow(u.root, changed))
		}
		return nil
	case mode == Ask && len(changed) > 0:
		return u.ask(ctx, s, changed)
	}
	if err := Apply(ctx, u.Console, u.Clock, u.st, s, &u.last, c, &one, Options{Unasked: true}); err != nil {
		return err
	}
	return u.tell(ctx, s, one)
}

// know reads what is known of the root. Where nothing is known of its files they
// are those of its decks, and are to be read.
func (u *update) know(ctx context.Context) (err error) {
	if u.last, err = LastOf(ctx, u.st, u.root); err != nil {
		return err
	}
	u.deck = map[string]string{}
	for _, s := range u.last.stamps {
		u.deck[s.File] = s.Deck
	}
	if u.last.seen != nil {
		return nil
	}
	all, err := u.st.Decks(ctx)
	for _, d := range all {
		if d.Root != u.root || d.Missing {
			continue
		}
		for _, f := range d.Files {
			if u.last.seen = append(u.last.seen, decks.Sight{Path: f}); u.deck[f] == "" {
				u.deck[f] = d.Name
				u.last.stamps = append(u.last.stamps, decks.Stamp{File: f, Deck: d.Name})
			}
		}
	}
	u.last.seen = decks.Sights{}.On(u.last.seen)
	return err
}

const (
	writing = 30 * time.Millisecond // how long an editor takes to save
	tries   = 5
)

// changesOf looks at the files of a root. One that is missing or empty may be in the middle of
// being saved: it is looked at once more.
func changesOf(seen decks.Sights, root string) decks.Changes {
	changes := seen.Look(os.DirFS(root))
	for _, f := range slices.Concat(changes.Gone, changes.Emptied) {
		path := filepath.Join(root, filepath.FromSlash(f))
		info, err := os.Stat(path)
		if err != nil {
			info, err = os.Stat(filepath.Dir(path))
		}
		if err == nil && time.Since(info.ModTime()).Abs() < time.Second {
			time.Sleep(writing)
			return seen.Look(os.DirFS(root))
		}
	}
	return changes
}

// read compiles the files, but for the decks that stay as they are. It gives nothing
// if there is nothing to do, and that was said.
func (u *update) read(ctx context.Context, s deckfolder.Folder) (one Result, c *decks.Compilation, err error) {
	moving := "a file"
	for range tries {
		one, c, err = Read(u.Console, s, u.last)
		if err == nil {
			now := c.Seen.Look(os.DirFS(u.root))
			if !now.Any() {
				return u.leave(ctx, s, one, c)
			}
			moving = pathsBelow(u.root, slices.Concat(now.Edited, now.Emptied, now.Gone))
		} else if !errors.Is(err, fs.ErrNotExist) {
			return one, nil, err
		}
		time.Sleep(writing)
	}
	u.Warn("%s is being written at this moment: it is asked as it was", moving)
	return one, nil, nil
}

// leave takes the decks out that stay as they are, whatever else was compiled.
func (u *update) leave(
	ctx context.Context, s deckfolder.Folder, one Result, c *decks.Compilation,
) (Result, *decks.Compilation, error) {
	if s.Whole() && !slices.ContainsFunc(c.Seen, func(s decks.Sight) bool { return !s.Folder() }) {
		return one, nil, u.sayVanished(ctx)
	}
	renames := headers(u.deck, s, c)
	u.renamed = map[string]string{}
	for _, name := range u.emptied(s, c) {
		u.last.leaveOut(c, name)
		if to := renames[name]; to != "" {
			u.renamed[name] = to
			u.last.leaveOut(c, to) // both as they were, or the next compile would not know what became of what
		}
		u.left = append(u.left, name)
	}
	return one, c, nil
}

// changed are the files that do not hold what they did, and those that are gone.
func (u *update) changed(one Result, c *decks.Compilation) []string {
	files := slices.Clone(u.changes.Gone)
	before := map[string]string{}
	for _, s := range u.last.stamps {
		before[s.File] = s.Sum
	}
	for _, s := range c.Stamps {
		if before[s.File] != s.Sum {
			files = append(files, s.File)
		}
	}
	for f, deck := range one.files {
		if slices.Contains(c.Broken, deck) {
			files = append(files, f)
		}
	}
	slices.Sort(files)
	return files
}

// source is what of the root is to be compiled: all of it, where all of it was;
// else the files that changed, with the others of their decks. Nothing is left of
// a source that cannot be closed.
func (u *update) source() (s deckfolder.Folder, err error) {
	s.Root = u.root
	if !u.last.seen.Whole() {
		s.Files = u.files()
		u.sayGone(s.Files)
		if len(s.Files) == 0 {
			return s, nil
		}
	}
	r, err := os.OpenRoot(u.root)
	if err != nil {
		return s, err
	}
	s.FS, s.Close = r.FS(), r.Close
	return s, nil
}

// Files are those that changed and are there, and the others of their decks.
func (u *update) files() (files []string) {
	changed := map[string]bool{}
	for _, f := range slices.Concat(u.changes.Edited, u.changes.Emptied, u.changes.Gone) {
		changed[u.deck[f]] = true
	}
	for _, s := range u.last.seen {
		own := slices.Contains(u.changes.Edited, s.Path) || slices.Contains(u.changes.Emptied, s.Path)
		if own || u.deck[s.Path] != "" && changed[u.deck[s.Path]] && !slices.Contains(u.changes.Gone, s.Path) {
			files = append(files, s.Path)
		}
	}
	return files
}

// emptied are the decks of files that are empty now, and of single files that have
// no facts any more: they are as they were.
func (u *update) emptied(s deckfolder.Folder, c *decks.Compilation) (names []string) {
	for _, f := range u.changes.Emptied {
		names = append(names, u.deck[f])
	}
	here := map[string]bool{}
	for _, stamp := range c.Stamps {
		here[stamp.Deck] = true
	}
	for _, f := range s.Files {
		if d := u.deck[f]; !here[d] && !c.Kept(d) && !slices.Contains(c.Broken, d) {
			names = append(names, d)
		}
	}
	slices.Sort(names)
	return slices.DeleteFunc(slices.Compact(names), func(name string) bool { return name == "" })
}

// headers are the new names of decks whose single files call them otherwise now.
func headers(before map[string]string, s deckfolder.Folder, c *decks.Compilation) map[string]string {
	names := map[string]string{}
	for _, stamp := range c.Stamps {
		if was := before[stamp.File]; len(s.Files) > 0 && was != "" && stamp.Deck != "" && stamp.Deck != was {
			names[was] = stamp.Deck
		}
	}
	return names
}

// pathBelow is a path below a root, as short as it can be typed here.
func pathBelow(root, file string) string {
	path := filepath.Join(root, filepath.FromSlash(file))
	if here, err := os.Getwd(); err == nil {
		if short, err := filepath.Rel(here, path); err == nil && filepath.IsLocal(short) {
			path = short
		}
	}
	return path
}

// pathsBelow names a file, or the folder if there are more.
func pathsBelow(root string, files []string) string {
	if len(files) == 1 {
		return pathBelow(root, files[0])
	}
	return pathBelow(root, ".")
}
