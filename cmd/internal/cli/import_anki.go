package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"kartei/cmd/internal/clock"
	"kartei/cmd/internal/console"
	"kartei/cmd/internal/fault"
	"kartei/cmd/internal/show"
	"kartei/decks/anki"
	"kartei/decks/check"
	"kartei/decks/plural"
	"kartei/decks/syntax"
	"kartei/scheduler"
	"kartei/store"
	"kartei/store/plainfile"
)

// ankiTime is how long reading a stranger's package may take.
const ankiTime = 3 * time.Minute

// importAnki makes deck files of a package or a text file of Anki's, compiles
// them, and takes the history over. All of the file is read before anything is
// written.
func importAnki(ctx context.Context, e *env, opts importOptions, f *os.File) error {
	target := opts.target
	if opts.update != "" {
		target = opts.refreshTarget
	}
	t, err := target()
	if err != nil {
		return err
	}
	defer debug.SetMemoryLimit(debug.SetMemoryLimit(importMemory))
	defer debug.SetGCPercent(debug.SetGCPercent(smallerHeap))
	im, err := readAnki(ctx, e.Console, e.Clock, opts, t, f)
	if err != nil {
		return fault.WithHint(fault.Failed, fmt.Errorf("import %s: %w", opts.file, err), "nothing was written")
	}
	if opts.flags.On("history") {
		return e.with(ctx, func(st *store.Store) error { return takeHome(ctx, e.Console, e.Clock, st, im) })
	}
	sayImported(e.Console, im)
	if len(im.DeckFiles) == 0 {
		return fault.Failf("the lines above say why; nothing was written", "there is no note in %s that a deck could hold", opts.file)
	}
	if t.stdout {
		return printSources(e.Console, im, opts)
	}
	if t.file != "" && len(im.DeckFiles) > 1 {
		return fault.Usagef(fmt.Sprintf("name a folder: -o %s", strings.TrimSuffix(opts.output, ".md")),
			"%s becomes %s", opts.file, plural.Count(len(im.DeckFiles), "deck file"))
	}
	return e.with(ctx, func(st *store.Store) error {
		a, err := adopt(ctx, st, im, opts.deck == "")
		if err != nil {
			return err
		}
		if len(a.home) > 0 {
			return comeHome(ctx, e.Console, e.Clock, st, im, a)
		}
		var r *refresh
		if opts.update != "" {
			if r, err = newRefresh(e.Console, im, t); err != nil {
				return err
			}
		} else if err := t.free(ctx, st, im, opts.file); err != nil {
			return err
		}
		if err := takeIn(ctx, e.Console, e.Clock, st, im, t, a, r); err != nil {
			return fmt.Errorf("import %s: %w", opts.file, err)
		}
		return nil
	})
}

func readAnki(ctx context.Context, con *console.Console, clk *clock.Clock, opts importOptions, t target, f *os.File) (*anki.Import, error) {
	p := con.Progress("%d notes read")
	defer p.End()
	options := anki.ImportOptions{
		Zone: clk.Now().Location(), Deck: stem(opts.file), Media: t.media + "/", Picture: check.ImageProblem, Rename: opts.deck, Progress: p.At,
	}
	if opts.format == anki.TextFormat.Name {
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
		return target{}, fault.Usagef("--deck geo/capitals", "%q is not the name of a deck", o.deck)
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
func (t target) name(s anki.DeckFile) string {
	if t.file != "" {
		return t.file
	}
	return s.Name
}

// free refuses what would write over a deck of the learner's, or over a file
// that says something else.
func (t target) free(ctx context.Context, st *store.Store, im *anki.Import, from string) error {
	folder, err := filepath.Abs(t.folder)
	if err != nil {
		return err
	}
	if info, err := os.Stat(folder); err == nil && !info.IsDir() {
		return fault.Failf("name another with -o FOLDER", "there is already a file %s, where the decks should go", t.folder)
	}
	for _, s := range im.DeckFiles {
		name := filepath.Join(t.folder, t.name(s))
		switch data, err := plainfile.Read(name); {
		case err == nil && !bytes.Equal(data, s.Text):
			return fault.Failf(fmt.Sprintf("to bring it up to date: kartei import %s --update %s; to take only new reviews over: kartei import --history %s", from, t.path(), from),
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
			return fault.Failf("give the import a name of its own: --deck anki", "your collection has a deck %s already, of %s; nothing was written", s.Deck, show.Line(d.Root))
		}
	}
	return nil
}

// largestPortion is how many bytes of deck files are compiled at once, unless one
// deck has more: what is compiled is in memory.
const largestPortion = 4 << 20

// portions are the names of the deck files in portions of whole decks.
func (t target) portions(all []anki.DeckFile) (portions [][]string) {
	size, deck := 0, ""
	for _, s := range all {
		if s.Deck != deck && size+len(s.Text) > largestPortion || portions == nil {
			portions = append(portions, nil)
			size = 0
		}
		size, deck = size+len(s.Text), s.Deck
		last := &portions[len(portions)-1]
		*last = append(*last, t.name(s))
	}
	return portions
}

// path is what to compile.
func (t target) path() string { return filepath.Join(t.folder, t.file) }

// takeHistory takes schedules and reviews over, after a backup.
func takeHistory(ctx context.Context, con *console.Console, clk *clock.Clock, st *store.Store, histories []store.CardHistory, made scheduler.Moment) error {
	if len(histories) == 0 {
		return nil
	}
	now := clk.Moment()
	if _, err := st.Backup(ctx, "import", now); err != nil {
		return err
	}
	r, err := st.ImportHistory(ctx, histories, made, now)
	if err != nil {
		return err
	}
	sayHistory(con, r)
	return nil
}

func sayHistory(con *console.Console, r store.HistoryReport) {
	switch {
	case r.Rows == 0:
		con.Say("history: nothing new")
	default:
		con.Say("history: %s, and where %s stand", plural.Count(r.Grades, "review"), plural.Count(r.Cards, "card"))
	}
	if r.Moved > 0 {
		con.Say("mended: %s that an earlier import had put on other cards", plural.Count(r.Moved, "review"))
	}
	if r.Behind > 0 {
		con.Say("%s: reviewed here since, so they keep the schedule that they have here", plural.Count(r.Behind, "card"))
	}
	if r.Unknown > 0 {
		con.Say("left out: %s that the collection does not have; --update brings their decks up to date", plural.Count(r.Unknown, "card"))
	}
	if r.Future > 0 {
		con.Say("left out: %s later than now", plural.Count(r.Future, "review"))
	}
}

// sayImported says what became of the notes, and what was lost.
func sayImported(con *console.Console, im *anki.Import) {
	con.Say("%s read, %s left out", plural.Count(im.Notes, "note"), plural.Count(im.Skipped, "note"))
	for _, l := range im.Losses {
		text := fmt.Sprintf("lost: %d × %s", l.Count, l.Kind)
		if l.Example != "" {
			text += ", such as " + l.Example
		}
		con.Say("%s", show.Line(text))
	}
}

// printSources writes the one deck file to stdout.
func printSources(con *console.Console, im *anki.Import, opts importOptions) error {
	if len(im.DeckFiles) > 1 {
		return fault.Usagef("name a folder: -o "+stem(opts.file), "%s becomes %s", opts.file, plural.Count(len(im.DeckFiles), "deck file"))
	}
	_, err := con.Out.Write(im.DeckFiles[0].Text)
	return err
}
