package notebookio

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"kartei/cmd/internal/deckfolder"
	"kartei/cmd/internal/fault"
	"kartei/cmd/internal/show"
	"kartei/decks/notebook"
	"kartei/decks/reimport"
	"kartei/store/plainfile"
)

// A merged import is one that knows what is there already.
type merged struct {
	format  string
	files   []*mergedFile
	media   []notebook.Medium
	gone    []string // deck files of an earlier import whose source is gone
	known   []notebook.Known
	made    time.Time
	facts   int
	added   int  // files that are new
	changed bool // some file does not say what it said
	again   bool // some of it was imported before
}

// A mergedFile is a deck file as it will be.
type mergedFile struct {
	notebook.File
	text   []byte
	base   reimport.Base
	result *reimport.Result // nil: the file is new
}

// id is the id in the deck file of a fact of the import; empty: it is not there.
func (f *mergedFile) id(fact string) string {
	if f.result == nil {
		return fact
	}
	return f.result.IDs[fact]
}

// merge brings what was read together with the deck files that are there.
func (in *Importer) merge(im *notebook.Import) (*merged, error) {
	m := &merged{format: in.Format.Name, made: im.Made, facts: im.Facts, media: im.Media}
	for _, f := range im.Files {
		one, err := in.mergeFile(f)
		if err != nil {
			return nil, err
		}
		m.files, m.known = append(m.files, one), append(m.known, f.Known...)
		name := filepath.Join(in.Target.Folder, filepath.FromSlash(f.Name))
		m.changed = m.changed || !sameAs(name, one.text)
		if one.result == nil {
			m.added++
		} else {
			m.again = true
		}
	}
	if in.Target.File == "" {
		m.gone = in.goneFiles(m)
	}
	return m, nil
}

// mergeFile brings one file up to date.
func (in *Importer) mergeFile(f notebook.File) (*mergedFile, error) {
	one := &mergedFile{File: f, text: f.Text}
	name := filepath.Join(in.Target.Folder, filepath.FromSlash(f.Name))
	deck, err := plainfile.Read(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		one.base, err = reimport.BaseOf(f.Text)
		return one, err
	case err != nil:
		return nil, fmt.Errorf("read the deck: %w", err)
	}
	base, err := deckfolder.ReadBase(name)
	if err != nil {
		return nil, err
	}
	if base == nil {
		return nil, fault.Failf("choose another place with -o",
			"%s is there already and is not of an import; nothing was written", show.Line(name))
	}
	r, err := reimport.MergeWith(deck, f.Text, base, reimport.Options{LeaveDeleted: true})
	if err != nil {
		return nil, fault.WithHint(fault.DeckErrors, fmt.Errorf("%s: %w", show.Line(name), err),
			"kartei check "+fault.ShellWord(name))
	}
	one.text, one.base, one.result = r.Text, r.Base, &r
	return one, nil
}

// goneFiles are deck files that this format made and makes no more.
func (in *Importer) goneFiles(m *merged) (gone []string) {
	filepath.WalkDir(in.Target.Folder, func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return fs.SkipDir
		}
		if entry.IsDir() && strings.HasPrefix(entry.Name(), ".") && name != in.Target.Folder {
			return fs.SkipDir
		}
		if filepath.Ext(name) != ".md" || !entry.Type().IsRegular() || !madeBy(name, in.Format.Name) {
			return nil
		}
		within, err := filepath.Rel(in.Target.Folder, name)
		within = filepath.ToSlash(within)
		if err == nil && !slices.ContainsFunc(m.files, func(f *mergedFile) bool { return f.Name == within }) {
			gone = append(gone, within)
		}
		return nil
	})
	return gone
}
