package notebookio

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

	"kartei/cmd/internal/ankiio"
	"kartei/cmd/internal/clock"
	"kartei/cmd/internal/compiler"
	"kartei/cmd/internal/console"
	"kartei/cmd/internal/deckfolder"
	"kartei/cmd/internal/fault"
	"kartei/cmd/internal/notebooks"
	"kartei/cmd/internal/show"
	"kartei/decks/foreign"
	"kartei/decks/notebook"
	"kartei/decks/plural"
	"kartei/store"
	"kartei/store/atomicfile"
	"kartei/store/plainfile"
)

// An Importer makes deck files of a folder, or of one file, and brings those up to
// date that it made before.
type Importer struct {
	*console.Console
	*clock.Clock
	Open       func(context.Context, func(*store.Store) error) error // the collection, for the time of a call
	Collection func() (string, error)                                // where that is

	Format   *notebook.Format
	Path     string // of the folder or the file
	Target   deckfolder.Target
	Deck     string // name asked for; empty: made of the files' names
	Flags    foreign.Flags
	Database string // that was named; empty: the one in the folder
	Compile  bool   // also where there is no history

	// Refuse is asked before anything is written whether so many cards may be lost
	// beside those that are taken.
	Refuse func(taken, lost int) error
}

// Import imports. All is read before anything is written.
func (in *Importer) Import(ctx context.Context) error {
	defer debug.SetMemoryLimit(debug.SetMemoryLimit(ankiio.Memory))
	folder, file, err := split(in.Path)
	if err != nil {
		return err
	}
	root, err := os.OpenRoot(folder)
	if err != nil {
		return fmt.Errorf("open the folder: %w", err)
	}
	defer root.Close()
	im, err := in.read(ctx, root, file)
	if err != nil {
		return err
	}
	in.sayRead(im)
	if err := in.Refuse(im.Facts, lost(im.Left)); err != nil {
		return err
	}
	t := in.Target
	switch {
	case im.Facts == 0:
		return fault.Failf(in.otherwise(), "there is no card of %s in %s", in.Format.Name, show.Line(in.Path))
	case len(im.Files) > 1 && (t.Stdout || t.File != ""):
		return fault.Usagef("name a folder: -o decks", "%s becomes %s", show.Line(in.Path),
			plural.Count(len(im.Files), "deck file"))
	case t.Stdout:
		_, err := in.Out.Write(im.Files[0].Text)
		return err
	}
	if t.File != "" {
		im.Files[0].Name = t.File
	}
	m, err := in.merge(im)
	if err != nil {
		return err
	}
	if len(m.known) == 0 && !in.Compile {
		return in.placeFiles(m)
	}
	return in.Open(ctx, func(st *store.Store) error { return in.takeIn(ctx, st, m) })
}

// otherwise is what to do where there is no card of the format that was named.
func (in *Importer) otherwise() string {
	if s, ok := notebooks.Recognize(in.Path); ok && s.Format != in.Format {
		return fmt.Sprintf("%s: %s", s.Say(), s.Command())
	}
	return "without --format kartei import says what it sees there; kartei import --help tells how each program writes cards"
}

// read reads the source.
func (in *Importer) read(ctx context.Context, root *os.Root, file string) (*notebook.Import, error) {
	if !in.Target.Stdout {
		if err := in.checkApart(root.Name(), file); err != nil {
			return nil, err
		}
	}
	source, err := notebook.Open(root.FS(), file, in.Format.Extensions, in.within(root.Name()))
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", show.Line(in.Path), err)
	}
	source.Flags, source.Zone = in.Flags, in.Now().Location()
	if in.Database != "" {
		source.Given = in.readDatabase
	}
	ctx, cancel := context.WithTimeoutCause(ctx, readTime, fmt.Errorf("it takes longer than %v to read", readTime))
	defer cancel()
	im, err := in.Format.Take(ctx, source, notebook.Options{Deck: in.Deck})
	if err != nil {
		if ctx.Err() != nil {
			err = context.Cause(ctx)
		}
		return nil, fault.WithHint(fault.Failed, fmt.Errorf("import %s: %w", show.Line(in.Path), err), "nothing was written")
	}
	return im, nil
}

// readTime is how long reading what a stranger wrote may take.
const readTime = 3 * time.Minute

// readDatabase reads the database that was named.
func (in *Importer) readDatabase() ([]byte, error) {
	folder, file, err := split(in.Database)
	if err != nil {
		return nil, err
	}
	if file == "" {
		return nil, fault.Usagef("--database FILE", "%s is a folder", show.Line(in.Database))
	}
	root, err := os.OpenRoot(folder)
	if err != nil {
		return nil, fmt.Errorf("open the folder: %w", err)
	}
	defer root.Close()
	return notebook.ReadDatabase(root.FS(), file)
}

// split parts a path into a folder and a file of it, which is empty for a folder.
func split(path string) (folder, file string, err error) {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "", "", fault.Failf("check the spelling", "there is no file or folder %s", show.Line(path))
	case err != nil:
		return "", "", fmt.Errorf("look at %s: %w", show.Line(path), err)
	case info.IsDir():
		return path, "", nil
	case !info.Mode().IsRegular():
		return "", "", fault.Failf("name a file or a folder", "%s is not an ordinary file", show.Line(path))
	}
	return filepath.Dir(path), filepath.Base(path), nil
}

// checkApart refuses to write deck files over what they are made of.
func (in *Importer) checkApart(folder, file string) error {
	here, err1 := os.Stat(folder)
	there, err2 := os.Stat(in.Target.Folder)
	if err1 != nil || err2 != nil || !os.SameFile(here, there) || file != "" && file != in.Target.File && in.Target.File != "" {
		return nil
	}
	return fault.Usagef(fmt.Sprintf("kartei import %s --format %s -o decks", fault.ShellWord(in.Path), in.Format.Name),
		"the deck files would replace what they are made of, in %s", show.Line(folder))
}

// within is the folder of the deck files as seen from that of the source, for it not
// to be read; empty if it is elsewhere.
func (in *Importer) within(folder string) string {
	from, err1 := filepath.Abs(folder)
	to, err2 := filepath.Abs(in.Target.Folder)
	if err1 != nil || err2 != nil || in.Target.Stdout {
		return ""
	}
	name, err := filepath.Rel(from, to)
	if err != nil || name == "." || !filepath.IsLocal(name) {
		return ""
	}
	return filepath.ToSlash(name)
}

// lost counts the cards that were left out as a whole.
func lost(left []foreign.Left) (n int) {
	for _, l := range left {
		if !l.Part {
			n++
		}
	}
	return n
}

// sayRead says what is in the source that a deck does not hold.
func (in *Importer) sayRead(im *notebook.Import) {
	for _, remark := range im.Remarks {
		in.Say("%s: %s", show.Line(in.Path), show.Line(remark))
	}
	deckfolder.SayLeft(in.Console, im.Left)
}

// placeFiles writes deck files that are for their author to look over.
func (in *Importer) placeFiles(m *merged) error {
	path, err := in.Collection()
	if err != nil {
		return err
	}
	out, err := store.PlaceFiles(path, in.Target.Folder, func(s *atomicfile.Step) error { return m.place(s) })
	if err != nil {
		return fmt.Errorf("import %s: %w", show.Line(in.Path), err)
	}
	deckfolder.SayAlone(in.Console, out)
	in.tellFiles(m)
	return nil
}

// tellFiles says what became of the deck files.
func (in *Importer) tellFiles(m *merged) {
	for _, f := range m.files {
		if f.result != nil && len(f.result.Changes) > 0 {
			deckfolder.PrintChanges(in.Console, filepath.Join(in.Target.Folder, filepath.FromSlash(f.Name)), *f.result)
		}
	}
	for _, name := range m.gone {
		in.Say("%s is as it was: what it was made of is gone; delete it if you need it no more",
			show.Line(filepath.Join(in.Target.Folder, filepath.FromSlash(name))))
	}
	switch path := in.Target.Path(); {
	case !m.changed:
		deckfolder.SayThere(in.Console, path, in.Path)
	case m.added == len(m.files):
		deckfolder.SayMade(in.Console, m.facts, m.decks(), path, len(m.known) > 0 || in.Compile)
	case len(m.known) == 0 && !in.Compile:
		deckfolder.SayChanged(in.Console, path)
	}
}

// takeIn brings the deck files into the collection, with what the program knows.
func (in *Importer) takeIn(ctx context.Context, st *store.Store, m *merged) error {
	t, err := in.newIntake(ctx, st, m)
	if err != nil {
		return err
	}
	if len(m.known) > 0 {
		if _, err := st.Backup(ctx, "import", in.Moment()); err != nil {
			return err
		}
	}
	out, err := st.Change(ctx, in.Target.Folder, func(c *store.Change) error {
		if err := m.place(c.Files); err != nil {
			return err
		}
		return t.compile(ctx, c)
	})
	var unplaced *store.UnplacedError
	if errors.As(err, &unplaced) {
		return fault.WithHint(fault.Failed, fmt.Errorf("all of it is in the collection, but not all of its files are in their places: %w", err),
			"mend that; the next kartei command goes on with it")
	}
	if err != nil {
		return fmt.Errorf("import %s: %w", show.Line(in.Path), err)
	}
	deckfolder.SayAlone(in.Console, out)
	in.tellFiles(m)
	if !m.changed && t.report.Rows == 0 {
		compiler.SayHistory(in.Console, t.report)
		return nil
	}
	t.sum.LeaveErrors()
	if err := compiler.Say(ctx, in.Console, t.sum, compiler.Options{Paths: []string{in.Target.Path()}}); err != nil {
		return err
	}
	if len(m.known) > 0 {
		compiler.SayHistory(in.Console, t.report)
	}
	in.Say("the deck files are yours, in %s; kartei shows what waits today", show.Line(in.Target.Path()))
	return nil
}

// decks names the decks.
func (m *merged) decks() (names []string) {
	for _, f := range m.files {
		if !slices.Contains(names, f.Deck) {
			names = append(names, f.Deck)
		}
	}
	return names
}

// place puts pictures and sounds in their places, and then deck files: no deck is to
// be there without its pictures.
func (m *merged) place(s *atomicfile.Step) error {
	for _, one := range m.media {
		put := s.Add
		if m.again {
			put = s.Replace
		}
		err := put(one.Name, one.Copy)
		if errors.Is(err, atomicfile.ErrOther) {
			return fault.Failf("choose another place with -o",
				"%s is there already and is another picture or sound; nothing was written", show.Line(one.Name))
		}
		if err != nil {
			return err
		}
	}
	for _, f := range m.files {
		if err := s.Replace(f.Name, func(w io.Writer) error { _, err := w.Write(f.text); return err }); err != nil {
			return err
		}
		if err := s.Replace(filepath.ToSlash(deckfolder.BaseFile(f.Name)), f.base.Write); err != nil {
			return err
		}
		err := s.Replace(filepath.ToSlash(deckfolder.SettledFile(f.Name)), func(w io.Writer) error {
			return deckfolder.WriteSettled(w, foreign.Flags{formatFlag: m.format})
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// sameAs reports whether a file holds this text already.
func sameAs(name string, text []byte) bool {
	data, err := plainfile.Read(name)
	return err == nil && bytes.Equal(data, text)
}

// madeBy reports whether a deck file in a folder came from a format.
func madeBy(name, format string) bool {
	settled, err := plainfile.Read(deckfolder.SettledFile(name))
	return err == nil && strings.Contains(string(settled), formatFlag+": "+format+"\n")
}

// formatFlag is how the file beside a deck file names the format that it came from.
const formatFlag = "format"
