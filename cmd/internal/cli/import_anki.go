package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"kartei/cmd/internal/move"
	"kartei/cmd/internal/show"
	"kartei/decks"
	"kartei/decks/anki"
	"kartei/decks/check"
	"kartei/decks/noun"
	"kartei/decks/syntax"
	"kartei/store"
	"kartei/store/atomicfile"
)

// ankiTime is how long reading a stranger's package may take.
const ankiTime = 3 * time.Minute

// importAnki makes deck files of a package or a text file of Anki's, compiles
// them, and takes the history over. All of the file is read before anything is
// written.
func importAnki(ctx context.Context, e *env, opts importOptions, f *os.File) error {
	t, err := opts.target()
	if err != nil {
		return err
	}
	defer debug.SetMemoryLimit(debug.SetMemoryLimit(importMemory))
	defer debug.SetGCPercent(debug.SetGCPercent(smallerHeap))
	im, err := e.readAnki(ctx, opts, t, f)
	if err != nil {
		return &failure{exitFailed, fmt.Errorf("import %s: %w", opts.file, err), "nothing was written"}
	}
	if opts.history {
		return e.with(ctx, func(st *store.Store) error {
			return e.takeHistory(ctx, st, move.In(im.Cards, st.Calendar(), e.now().Location()))
		})
	}
	e.sayImported(im)
	if len(im.Sources) == 0 {
		return failf("the lines above say why; nothing was written", "there is no note in %s that a deck could hold", opts.file)
	}
	if t.stdout {
		return e.printSources(im, opts)
	}
	if t.file != "" && len(im.Sources) > 1 {
		return usagef(fmt.Sprintf("name a folder: -o %s", strings.TrimSuffix(opts.output, ".md")),
			"%s becomes %s", opts.file, noun.Count(len(im.Sources), "deck file"))
	}
	return e.with(ctx, func(st *store.Store) error {
		if err := t.free(ctx, st, im); err != nil {
			return err
		}
		if err := e.writeImport(im, t); err != nil {
			return fmt.Errorf("import %s: %w", opts.file, err)
		}
		return e.takeOver(ctx, st, im, t)
	})
}

func (e *env) readAnki(ctx context.Context, opts importOptions, t target, f *os.File) (*anki.Import, error) {
	p := e.progress("%d notes read")
	defer p.end()
	options := anki.ImportOptions{
		Zone: e.now().Location(), Deck: stem(opts.file), Media: t.media + "/", Picture: check.ImageProblem, Rename: opts.deck, Progress: p.at,
	}
	if opts.format == formatAnkiText {
		return anki.ReadText(f, options)
	}
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeoutCause(ctx, ankiTime, fmt.Errorf("it takes longer than %v to read", ankiTime))
	defer cancel()
	im, err := anki.ReadPackage(ctx, f, info.Size(), options)
	if err != nil && ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	return im, err
}

// importMemory is how much memory, in bytes, an import takes before it saves it at
// the cost of time.
const importMemory = 200 << 20

// smallerHeap is how many percent of what is in use may be garbage meanwhile.
const smallerHeap = 40

// A target is where an import goes.
type target struct {
	stdout bool
	folder string // of the deck files
	file   string // the name of the one deck file; empty: each has its own
	media  string // name of the folder of pictures and sounds, within folder
}

// target is what -o says: a deck file, a folder, or stdout.
func (o importOptions) target() (target, error) {
	switch {
	case o.deck != "" && !syntax.IsDeckName(o.deck):
		return target{}, usagef("--deck geo/capitals", "%q is no name of a deck", o.deck)
	case o.output == "-":
		return target{stdout: true, media: "media"}, nil
	case strings.EqualFold(filepath.Ext(o.output), ".md"):
		name := filepath.Base(o.output)
		media := "media"
		if word := syntax.DeckWord(stem(name)); word != "" {
			media = word + "-media"
		}
		return target{folder: filepath.Dir(o.output), file: name, media: media}, nil
	case o.output == "":
		return target{folder: stem(o.file), media: "media"}, nil
	}
	return target{folder: o.output, media: "media"}, nil
}

func stem(file string) string {
	base := filepath.Base(file)
	return strings.TrimSuffix(base, filepath.Ext(base))
}

// name is what a deck file is called.
func (t target) name(s anki.Source) string {
	if t.file != "" {
		return t.file
	}
	return s.Name
}

// free refuses what would write over a deck of the learner's, or over a file
// that says something else.
func (t target) free(ctx context.Context, st *store.Store, im *anki.Import) error {
	folder, err := filepath.Abs(t.folder)
	if err != nil {
		return err
	}
	if info, err := os.Stat(folder); err == nil && !info.IsDir() {
		return failf("name another with -o FOLDER", "there is already a file %s, where the decks should go", t.folder)
	}
	for _, s := range im.Sources {
		name := filepath.Join(t.folder, t.name(s))
		switch data, err := os.ReadFile(name); {
		case err == nil && !bytes.Equal(data, s.Text):
			return failf("choose another place with -o; or, to take only new reviews over: kartei import --history FILE",
				"%s is there already and is not what this import would write; nothing was written", name)
		case err != nil && !errors.Is(err, fs.ErrNotExist):
			return err
		}
		d, err := st.Deck(ctx, s.Deck)
		switch {
		case errors.Is(err, store.ErrNotFound):
			continue
		case err != nil:
			return err
		}
		if d.Live() && (d.Root != folder || !slices.Contains(d.Files, t.name(s))) {
			return failf("give the import a name of its own: --deck anki", "your collection has a deck %s already, of %s; nothing was written", s.Deck, show.Line(d.Root))
		}
	}
	return nil
}

// writeImport writes deck files, pictures and sounds: into a folder aside first,
// so that what fails on the way leaves nothing.
func (e *env) writeImport(im *anki.Import, t target) (err error) {
	made := newFolders(t.folder)
	if err := os.MkdirAll(t.folder, 0o777); err != nil {
		return err
	}
	lock, err := atomicfile.CreateFolder(t.folder)
	if err != nil {
		return err
	}
	aside := lock.Name()
	defer func() {
		lock.Close()
		os.RemoveAll(aside)
		if err != nil && made != "" {
			os.RemoveAll(made)
		}
	}()
	p := e.progress("%d files written")
	defer p.end()
	var moves [][2]string
	for i, m := range im.Media {
		if !im.Has(m) {
			continue
		}
		from, to := filepath.Join(aside, fmt.Sprint(i)), filepath.Join(t.folder, t.media, m.Name)
		same, err := unpackMedium(im, m, from, to)
		if err != nil {
			return err
		}
		if !same {
			moves = append(moves, [2]string{from, to})
		}
		p.at(i, len(im.Media))
	}
	if len(moves) > 0 {
		if err := os.MkdirAll(filepath.Join(t.folder, t.media), 0o777); err != nil {
			return err
		}
	}
	for _, s := range im.Sources { // last, so that no deck is there without its pictures
		from := filepath.Join(aside, s.Name)
		if err := os.WriteFile(from, s.Text, 0o666); err != nil {
			return err
		}
		moves = append(moves, [2]string{from, filepath.Join(t.folder, t.name(s))})
	}
	for _, m := range moves {
		if err := os.Rename(m[0], m[1]); err != nil {
			return err
		}
	}
	return nil
}

// newFolders is the outermost folder that must be made for a folder; empty if
// it is there.
func newFolders(folder string) (outermost string) {
	for {
		if _, err := os.Lstat(folder); err == nil {
			return outermost
		}
		outermost = folder
		parent := filepath.Dir(folder)
		if parent == folder {
			return outermost
		}
		folder = parent
	}
}

// unpackMedium writes a picture or sound aside. It tells whether the very same
// is at its place already; another one there is an error.
func unpackMedium(im *anki.Import, m anki.Medium, aside, to string) (same bool, err error) {
	in, err := im.OpenMedium(m)
	if err != nil {
		return false, err
	}
	defer in.Close()
	out, err := os.OpenFile(aside, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return false, err
	}
	_, err = io.Copy(out, in)
	if err := errors.Join(err, out.Close()); err != nil {
		return false, fmt.Errorf("unpack %s: %w", m.Name, err)
	}
	if _, err := os.Lstat(to); errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	old, err := os.ReadFile(to)
	if err != nil {
		return false, err
	}
	data, err := os.ReadFile(aside)
	if err == nil && !bytes.Equal(old, data) {
		err = failf("choose another place with -o", "%s is there already and is another picture or sound; nothing was written over", to)
	}
	return true, err
}

// takeOver compiles the deck files and takes the history over.
func (e *env) takeOver(ctx context.Context, st *store.Store, im *anki.Import, t target) error {
	if missing := im.Lacking(); len(missing) > 0 {
		e.say("%s written", show.Line(t.folder))
		e.say("copy %s from Anki's media folder into %s, then: kartei compile %s",
			noun.Count(len(missing), "file"), show.Line(filepath.Join(t.folder, t.media)), show.Line(t.path()))
		return nil
	}
	histories := move.In(im.Cards, st.Calendar(), e.now().Location())
	portions, origins := t.portions(im.Sources), im.Origins
	im.Sources, im.Cards = nil, nil // they are on disk, and in histories; the compiler needs the room
	debug.FreeOSMemory()
	var sum compiled
	for _, files := range portions {
		one, err := e.compileFiles(ctx, st, files)
		if err != nil {
			return err
		}
		sum.add(one)
	}
	sum.diagnostics = slices.DeleteFunc(sum.diagnostics, func(d decks.Diagnostic) bool { return d.Severity != decks.Error })
	if err := e.sayCompiled(sum, compileOptions{paths: []string{t.path()}}); err != nil {
		return err
	}
	if err := e.takeHistory(ctx, st, histories); err != nil {
		return err
	}
	if err := writeOrigins(ctx, st, t.folder, origins); err != nil {
		return fmt.Errorf("write which of Anki's notes the facts are: %w", err)
	}
	e.say("the deck files are yours, in %s; kartei shows what waits today", show.Line(t.path()))
	return nil
}

// largestPortion is how many bytes of deck files are compiled at once, unless one
// deck has more: what is compiled is in memory.
const largestPortion = 4 << 20

// portions are the deck files in portions of whole decks.
func (t target) portions(all []anki.Source) (portions [][]string) {
	size, deck := 0, ""
	for _, s := range all {
		if s.Deck != deck && size+len(s.Text) > largestPortion || portions == nil {
			portions = append(portions, nil)
			size = 0
		}
		size, deck = size+len(s.Text), s.Deck
		last := &portions[len(portions)-1]
		*last = append(*last, filepath.Join(t.folder, t.name(s)))
	}
	return portions
}

func (e *env) compileFiles(ctx context.Context, st *store.Store, files []string) (sum compiled, err error) {
	found, err := sources(files)
	if err != nil {
		return sum, err
	}
	defer closeSources(found)
	for _, s := range found {
		one, err := e.compile(ctx, st, s, compileOptions{})
		if err != nil {
			return sum, err
		}
		sum.add(one)
	}
	return sum, nil
}

// path is what to compile.
func (t target) path() string { return filepath.Join(t.folder, t.file) }

// takeHistory takes schedules and reviews over, after a backup.
func (e *env) takeHistory(ctx context.Context, st *store.Store, histories []store.CardHistory) error {
	if len(histories) == 0 {
		return nil
	}
	now := e.moment()
	if _, err := st.Backup(ctx, "import", now); err != nil {
		return err
	}
	r, err := st.ImportHistory(ctx, histories, now)
	if err != nil {
		return err
	}
	e.sayHistory(r)
	return nil
}

func (e *env) sayHistory(r store.HistoryReport) {
	switch {
	case r.Rows == 0:
		e.say("history: nothing new")
	default:
		e.say("history: %s, and where %s stand", noun.Count(r.Grades, "review"), noun.Count(r.Cards, "card"))
	}
	if r.Behind > 0 {
		e.say("%s: reviewed here since, so they keep the schedule that they have here", noun.Count(r.Behind, "card"))
	}
	if r.Unknown > 0 {
		e.say("left out: %s that the collection does not have; without --history they come as deck files", noun.Count(r.Unknown, "card"))
	}
	if r.Future > 0 {
		e.say("left out: %s later than now", noun.Count(r.Future, "review"))
	}
}

// sayImported says what became of the notes, and what was lost.
func (e *env) sayImported(im *anki.Import) {
	e.say("%s read, %s left out", noun.Count(im.Notes, "note"), noun.Count(im.Skipped, "note"))
	for _, l := range im.Losses {
		text := fmt.Sprintf("lost: %d × %s", l.Count, l.Kind)
		if l.Example != "" {
			text += ", such as " + l.Example
		}
		e.say("%s", show.Line(text))
	}
}

// printSources writes the one deck file to stdout.
func (e *env) printSources(im *anki.Import, opts importOptions) error {
	if len(im.Sources) > 1 {
		return usagef("name a folder: -o "+stem(opts.file), "%s becomes %s", opts.file, noun.Count(len(im.Sources), "deck file"))
	}
	_, err := e.out.Write(im.Sources[0].Text)
	return err
}
