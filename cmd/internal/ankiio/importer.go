package ankiio

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

	"kartei/cmd/internal/ankihistory"
	"kartei/cmd/internal/ask"
	"kartei/cmd/internal/clock"
	"kartei/cmd/internal/compiler"
	"kartei/cmd/internal/console"
	"kartei/cmd/internal/deckfolder"
	"kartei/cmd/internal/fault"
	"kartei/cmd/internal/keys"
	"kartei/cmd/internal/show"
	"kartei/decks/anki"
	"kartei/decks/check"
	"kartei/decks/plural"
	"kartei/decks/reimport"
	"kartei/scheduler"
	"kartei/store"
	"kartei/store/plainfile"
)

// ankiTime is how long reading a stranger's package may take.
const ankiTime = 3 * time.Minute

// An Importer makes deck files of a package or a text file of Anki's. Those of a
// package it compiles, and takes the history over; those of a text, which has none,
// are for their author to look over first.
type Importer struct {
	*console.Console
	*clock.Clock
	Open    func(context.Context, func(*store.Store) error) error // the collection, for the time of a call
	File    string                                                // what was named
	Target  deckfolder.Target
	Deck    string // name asked for; empty: as in Anki
	Text    bool   // it is a text file
	Update  bool   // bring deck files that are there up to date
	History bool   // take only schedules and reviews over
	Compile bool   // compile the deck files, as those of a package always are

	DayStart *int          // the hour at which days begin in Anki; nil: as the file says
	Side     reimport.Side // that counts where both changed something; Neither: a person is asked, if there is one

	// Refuse is asked before anything is written whether so many notes may be lost
	// beside those that are taken. Nil: they may.
	Refuse func(taken, lost int) error
}

// Import imports a file. All of it is read before anything is written.
func (in *Importer) Import(ctx context.Context, f *os.File) error {
	defer debug.SetMemoryLimit(debug.SetMemoryLimit(Memory))
	im, err := in.read(ctx, f)
	if err != nil {
		return fault.WithHint(fault.Failed, fmt.Errorf("import %s: %w", in.File, err), "nothing was written")
	}
	if in.History {
		return in.Open(ctx, func(st *store.Store) error {
			if err := takeHome(ctx, in.Console, in.Clock, st, im); err != nil {
				return err
			}
			in.sayDays(st.Calendar(), im)
			return nil
		})
	}
	sayImported(in.Console, im)
	if in.Refuse != nil {
		if err := in.Refuse(im.Notes, im.Skipped); err != nil {
			return err
		}
	}
	t := in.Target
	switch {
	case len(im.DeckFiles) == 0:
		return fault.Failf("the lines above say why; nothing was written",
			"there is no note in %s that a deck could hold", in.File)
	case len(im.DeckFiles) > 1 && t.Stdout:
		return in.severalFiles(im, deckfolder.Stem(in.File))
	case len(im.DeckFiles) > 1 && t.File != "":
		return in.severalFiles(im, strings.TrimSuffix(t.Path(), ".md"))
	case t.Stdout:
		_, err := in.Out.Write(im.DeckFiles[0].Text)
		return err
	}
	return in.Open(ctx, func(st *store.Store) error { return in.place(ctx, st, im) })
}

// severalFiles is the error that one place was named for several deck files.
func (in *Importer) severalFiles(im *anki.Import, folder string) error {
	return fault.Usagef("name a folder: -o "+folder,
		"%s becomes %s", in.File, plural.Count(len(im.DeckFiles), "deck file"))
}

// place brings what was read into its folder and into the collection.
func (in *Importer) place(ctx context.Context, st *store.Store, im *anki.Import) error {
	a, err := adopt(ctx, st, im, in.Deck == "")
	if err != nil {
		return err
	}
	if len(a.home) > 0 {
		if err := in.comeHome(ctx, st, im, a); err != nil || len(im.DeckFiles) == 0 {
			return err
		}
	}
	var r *refresh
	there := false
	merge := in.Update
	if !in.Update {
		if there, merge, err = in.checkFree(ctx, st, im, a); err != nil {
			return err
		}
	}
	if merge {
		others, err := in.others(ctx, st, im)
		if err != nil {
			return err
		}
		if r, err = newRefresh(in.Console, im, in.Target, !in.Update, others, in.chooser(ctx)); err != nil {
			return err
		}
	}
	if err := in.takeIn(ctx, st, im, a, r, there); err != nil {
		return fmt.Errorf("import %s: %w", in.File, err)
	}
	in.sayDays(st.Calendar(), im)
	return nil
}

// others are the first files of those decks in the folder that an import has nothing of, by the
// ids of their facts.
func (in *Importer) others(ctx context.Context, st *store.Store, im *anki.Import) (map[string]string, error) {
	root, err := filepath.Abs(in.Target.Folder)
	if err != nil {
		return nil, err
	}
	all, err := st.Decks(ctx)
	if err != nil {
		return nil, err
	}
	files := map[string]string{}
	for _, d := range all {
		if d.Missing || d.Root != root || len(d.Files) == 0 || slices.ContainsFunc(im.DeckFiles, func(f anki.DeckFile) bool { return f.Deck == d.Name }) {
			continue
		}
		live, err := st.Keys(ctx, d)
		if err != nil {
			return nil, err
		}
		for key := range live {
			files[key] = d.Files[0]
		}
	}
	return files, nil
}

// sayDays says that days begin at another hour here than in Anki, or that it cannot be
// told on which day cards are due here because nobody knows when they begin there.
func (in *Importer) sayDays(here scheduler.Calendar, im *anki.Import) {
	there := im.Begun.Rollover
	if in.Text || there == anki.Plain.Rollover && here == scheduler.DefaultCalendar { // as with nearly everybody
		return
	}
	shift := func(hour int) scheduler.Day { return ankihistory.Shift(im, hour, here, in.Now().Location()) }
	if slices.ContainsFunc(im.DayStarts, func(hour int) bool { return shift(hour) != shift(there) }) {
		in.Say("the package does not say when days begin in Anki: %d:00 is taken; if it is another hour, import it once more with --day-start HH:00", there)
		return
	}
	if there == anki.Plain.Rollover || slices.ContainsFunc(im.DayStarts, func(hour int) bool { return time.Duration(hour)*time.Hour == here.Rollover }) {
		return
	}
	at, like := fmt.Sprintf("at %d:00", there), fmt.Sprintf("%02d:00", there)
	if first, last := slices.Min(im.DayStarts), slices.Max(im.DayStarts); first != last {
		at, like = fmt.Sprintf("between %d:00 and %d:00", first, last), "HH:00 (the hour is in Anki's preferences)"
	}
	in.Say("in Anki your days begin %s, here at %d:%02d; to have them begin as there: kartei config day-start %s",
		at, int(here.Rollover.Hours()), int(here.Rollover.Minutes())%60, like)
}

// compiles reports whether the deck files go into the collection in the same step.
func (in *Importer) compiles() bool { return in.Compile || !in.Text }

func (in *Importer) read(ctx context.Context, f *os.File) (*anki.Import, error) {
	p := in.Progress("%d notes read")
	defer p.End()
	options := anki.ImportOptions{
		Zone: in.Now().Location(), Deck: deckfolder.Stem(in.File), Media: in.Target.Media + "/",
		Picture: check.ImageProblem, Rename: in.Deck, DayStart: in.DayStart, Progress: p.At,
	}
	if in.Text {
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

// Memory is how much memory, in bytes, an import takes before it saves it at
// the cost of time.
const Memory = 256 << 20

// fileName is what a deck file is called.
func fileName(t deckfolder.Target, s anki.DeckFile) string {
	if t.File != "" {
		return t.File
	}
	return s.Name
}

// checkFree refuses what would write over a deck of the learner's, or over a file
// that says something else, unless that came from the same notes of Anki's: then the
// two are to be merged. It reports whether all files are there as they would be
// written.
func (in *Importer) checkFree(ctx context.Context, st *store.Store, im *anki.Import, a *adopted) (there, merge bool, err error) {
	t := in.Target
	folder, err := filepath.Abs(t.Folder)
	if err != nil {
		return false, false, err
	}
	if info, err := os.Stat(folder); err == nil && !info.IsDir() {
		return false, false, fault.Failf("name another with -o FOLDER",
			"there is already a file %s, where the decks should go", t.Folder)
	}
	there = true
	for _, s := range im.DeckFiles {
		name := filepath.Join(t.Folder, fileName(t, s))
		switch data, err := plainfile.Read(name); {
		case err == nil && !bytes.Equal(data, s.Text):
			if same, err := sameNotes(folder, s.Deck, im); err != nil || !same {
				return false, false, errors.Join(err, fault.Failf(in.otherwise(),
					"%s is there already and is not what this import would write; nothing was written", name))
			}
			there, merge = false, true
		case errors.Is(err, fs.ErrNotExist):
			there = false
		case err != nil:
			return false, false, err
		}
		d, err := st.Deck(ctx, s.Deck)
		switch {
		case errors.Is(err, store.ErrNotFound):
			continue
		case err != nil:
			return false, false, err
		}
		if d.Live() && (d.Root != folder || !slices.Contains(d.Files, fileName(t, s))) {
			return false, false, fault.Failf(in.elsewhere(d, im, a),
				"your collection has a deck %s already, of %s; nothing was written", s.Deck, show.Line(d.Root))
		}
	}
	return there, merge, nil
}

// sameNotes reports whether half or more of the facts of a deck in a folder came from
// notes of an import.
func sameNotes(folder, deck string, im *anki.Import) (bool, error) {
	root, err := os.OpenRoot(folder)
	if err != nil {
		return false, err
	}
	defer root.Close()
	origins, err := originsIn(root, deck)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	notes, err := im.KeptNotes()
	same := 0
	for _, o := range origins {
		if _, is := notes.Note(o.GUID); is {
			same++
		}
	}
	return same > 0 && 2*same >= len(origins), err
}

// chooser asks a person about what changed here and in Anki, unless it was said before;
// nil where nobody is there.
func (in *Importer) chooser(ctx context.Context) func(reimport.Conflict) (reimport.Side, error) {
	if in.Side != reimport.Neither {
		return func(reimport.Conflict) (reimport.Side, error) { return in.Side, nil }
	}
	if !in.AtTerminal() {
		return nil
	}
	return func(c reimport.Conflict) (side reimport.Side, err error) {
		asker, closeAsker, err := in.Asker(false)
		if err != nil {
			return reimport.Neither, err
		}
		defer func() { err = errors.Join(err, closeAsker()) }()
		sides := []reimport.Side{reimport.Here, reimport.There, reimport.Neither}
		at, err := asker.Menu(ctx, ask.Menu{
			Label: fmt.Sprintf("Changed here, line %d, and in Anki. Which counts?", c.Line),
			Items: []ask.Item{
				{Label: "here:  " + c.Here, Keys: []keys.Key{"h"}},
				{Label: "Anki:  " + c.There, Keys: []keys.Key{"a"}},
				{Label: "neither yet: both stay as they are", Keys: []keys.Key{"n"}},
			},
		})
		if err != nil {
			return reimport.Neither, ask.QuitIsFine(err)
		}
		return sides[at], nil
	}
}

// otherwise is what to do about a deck file that is there.
func (in *Importer) otherwise() string { return in.renew(in.Target) }

// renew is how to bring to decks what an import has of them.
func (in *Importer) renew(decks deckfolder.Target) string {
	hint := fmt.Sprintf("to bring it up to date: kartei import %s --update %s", in.File, decks.Path())
	if !in.Text {
		hint += "; to take only new reviews over: kartei import --history " + in.File
	}
	return hint
}

// elsewhere is what to do about a deck that the collection has from another folder.
// One from the same notes wants their news, whatever the newer package is called: a
// second deck of them would ask everything twice.
func (in *Importer) elsewhere(d store.Deck, im *anki.Import, a *adopted) string {
	const copied = "give the import a name of its own: --deck anki"
	if in.Text {
		return copied
	}
	if same, err := sameNotes(d.Root, d.Name, im); err == nil && same {
		there := deckfolder.Target{Folder: d.Root}
		if !slices.ContainsFunc(im.DeckFiles, func(f anki.DeckFile) bool { return f.Deck == d.Name && slices.Contains(d.Files, f.Name) }) && len(d.Files) > 0 {
			there.File = d.Files[0]
		}
		return in.renew(there) + "; or " + copied
	}
	if slices.ContainsFunc(a.found, func(known []store.OriginCard) bool {
		return slices.ContainsFunc(known, func(c store.OriginCard) bool { return c.Deck == d.Name })
	}) {
		return fmt.Sprintf("to take its new reviews over: kartei import --history %s; or %s", in.File, copied)
	}
	return copied
}

// largestPortion is how many bytes of deck files are compiled at once, unless one
// deck has more: what is compiled is in memory.
const largestPortion = 4 << 20

// portions are the names of the deck files in portions of whole decks.
func portions(t deckfolder.Target, files []anki.DeckFile) (all [][]string) {
	size, deck := 0, ""
	for _, s := range files {
		if s.Deck != deck && size+len(s.Text) > largestPortion || all == nil {
			all = append(all, nil)
			size = 0
		}
		size, deck = size+len(s.Text), s.Deck
		last := &all[len(all)-1]
		*last = append(*last, fileName(t, s))
	}
	return all
}

// takeHistory takes schedules and reviews over, after a backup.
func takeHistory(
	ctx context.Context, con *console.Console, clk *clock.Clock, st *store.Store, histories []store.CardHistory,
	made scheduler.Moment,
) error {
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
	compiler.SayHistory(con, r)
	return nil
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
