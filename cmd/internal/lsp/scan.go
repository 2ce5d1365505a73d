package lsp

import (
	"context"
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"

	"kartei/decks"
	"kartei/decks/check"
	"kartei/decks/memfs"
)

// A folder is a tree of decks: a folder of the client's, or the one around a
// document that is in none of these.
type folder struct {
	root  string // absolute
	alone bool   // it is not the client's: only its open documents count
	overview
}

// An overview is what the last scan found out about a folder.
type overview struct {
	files map[string]fileState
	decks map[string]deckState
}

// A fileState is what is known of one file.
type fileState struct {
	sum   string // as in its stamp; empty if its deck has errors
	deck  string
	found []decks.Diagnostic
}

// A deckState is what is known of one deck.
type deckState struct {
	files []string
	tags  []string
	facts int
}

// filesOf returns the files that name a deck, as of the last scan.
func (o overview) filesOf(deck string) []string { return o.decks[deck].files }

// A scanned is what a scan of the client's folders found out, by root.
type scanned map[string]folderScan

// A folderScan is what was found in a folder, and in which texts of the open
// documents: of one that was changed meanwhile it says nothing.
type folderScan struct {
	overview
	texts map[string]*text // by file
}

// A snapshot is what a scan works on, apart from the server.
type snapshot struct {
	root   string
	before overview
	open   memfs.Files
	texts  map[string]*text
}

// scan looks through the folders behind the client's back, if something changed
// and no scan is under way.
func (w *workspace) scan(ctx context.Context, done chan<- scanned) {
	if !w.stale || w.scanning {
		return
	}
	w.stale = false
	var work []snapshot
	for _, f := range w.folders {
		if f.alone {
			continue
		}
		s := snapshot{f.root, f.overview, memfs.Files{}, map[string]*text{}}
		for _, d := range w.open {
			if d.folder == f {
				s.open[d.name], s.texts[d.name] = []byte(d.text.content), d.text
			}
		}
		work = append(work, s)
	}
	if len(work) == 0 {
		return
	}
	w.scanning = true
	go func() {
		found := lookAt(work)
		select {
		case done <- found:
		case <-ctx.Done():
		}
	}()
}

// lookAt looks through folders. Of one that can not be read nothing is new, and
// of one that is gone nothing is left.
func lookAt(work []snapshot) scanned {
	found := scanned{}
	for _, s := range work {
		o, err := s.look()
		if errors.Is(err, fs.ErrNotExist) {
			o, err = overview{}, nil
		}
		if err == nil {
			found[s.root] = folderScan{o, s.texts}
		}
	}
	return found
}

// look compiles and checks what has changed since the scan before.
func (s snapshot) look() (overview, error) {
	root, err := os.OpenRoot(s.root)
	if err != nil {
		return overview{}, err
	}
	defer root.Close()
	defer debug.FreeOSMemory() // a scan takes much more than it leaves
	fsys := overlay{root.FS(), s.open}
	now := overview{files: map[string]fileState{}, decks: map[string]deckState{}}
	if len(s.before.files) == 0 {
		return now, now.lookFirst(fsys)
	}
	var known []decks.Stamp
	for name, f := range s.before.files {
		if f.sum != "" {
			known = append(known, decks.Stamp{File: name, Deck: f.deck, Sum: f.sum})
		}
	}
	c, err := decks.CompileWith(fsys, decks.Options{Known: known})
	if err != nil {
		return now, err
	}
	now.keep(s.before, c, func(name string) bool { _, err := fs.Stat(fsys, name); return err == nil })
	now.add(c, check.Run(c, check.Options{Images: fsys.disk}))
	return now, nil
}

// portion is how many files are compiled at a time when a folder is looked
// through for the first time: all of a large one at once would take some 3 KB a
// fact.
const portion = 64

// lookFirst compiles and checks a folder of which nothing is known, in portions.
// The compiler adds the files beside those that name the same decks.
func (o *overview) lookFirst(fsys overlay) error {
	names, faults, err := decks.Sources(fsys)
	if err != nil {
		return err
	}
	for _, f := range faults {
		o.files[f.File] = fileState{found: []decks.Diagnostic{f}}
	}
	for len(names) > 0 {
		var some []string
		for len(names) > 0 && len(some) < portion {
			if _, done := o.files[names[0]]; !done {
				some = append(some, names[0])
			}
			names = names[1:]
		}
		if len(some) == 0 {
			break
		}
		c, err := decks.Compile(fsys, some...)
		if err != nil {
			continue // one of them has just vanished: the next scan reads the others
		}
		o.add(c, check.Run(c, check.Options{Images: fsys.disk}))
	}
	return nil
}

// keep takes over what was known of the decks that are as they were, and of
// files without facts.
func (o *overview) keep(before overview, c *decks.Compilation, there func(string) bool) {
	parsed := map[string]bool{}
	for _, f := range c.Files {
		parsed[f.Name] = true
	}
	for name, f := range before.files {
		if f.sum == "" || parsed[name] || f.deck == "" && !there(name) || f.deck != "" && !c.Kept(f.deck) {
			continue
		}
		o.files[name] = f
	}
	for _, deck := range c.Unchanged {
		o.decks[deck] = before.decks[deck]
	}
}

// add takes in what was compiled, and what the rules found in it.
func (o *overview) add(c *decks.Compilation, found []decks.Diagnostic) {
	for _, f := range c.Files {
		o.files[f.Name] = fileState{}
	}
	for _, s := range c.Stamps {
		o.files[s.File] = fileState{sum: s.Sum, deck: s.Deck}
	}
	for _, d := range slices.Concat(c.Diagnostics, found) {
		f := o.files[d.File]
		f.found = append(f.found, d)
		o.files[d.File] = f
	}
	for _, t := range c.Traced {
		state := deckState{facts: len(t.Deck.Facts)}
		for _, f := range t.Files {
			state.files = append(state.files, f.Name)
		}
		tags := map[string]bool{}
		for i := range t.Deck.Facts {
			for j := range t.Deck.Facts[i].Cards {
				for _, tag := range t.Deck.Facts[i].Cards[j].Tags {
					tags[tag] = true
				}
			}
		}
		state.tags = slices.Sorted(maps.Keys(tags))
		o.decks[t.Deck.Name] = state
	}
	for name, f := range o.files {
		decks.SortDiagnostics(f.found)
		o.files[name] = f
	}
}

// take keeps what a scan found, and notes what the client is to be told of it.
func (w *workspace) take(found scanned) {
	w.scanning = false
	for _, f := range w.folders {
		if now, ok := found[f.root]; ok && !f.alone {
			before := f.files
			f.overview = now.overview
			w.compare(f, before, now.texts)
		}
	}
}

// compare finds out which files the client has to hear about anew.
func (w *workspace) compare(f *folder, before map[string]fileState, texts map[string]*text) {
	names := map[string]bool{}
	for name := range before {
		names[name] = true
	}
	for name := range f.files {
		names[name] = true
	}
	for name := range names {
		found := f.files[name].found
		if d := w.openAt(f, name); d != nil {
			if d.text == texts[name] && !sameFindings(d.wider, found) {
				d.wider = found
				w.sayOf(d)
			}
			continue
		}
		path := filepath.Join(f.root, filepath.FromSlash(name))
		if w.around(path) != f {
			continue // another of the client's folders, within this one, speaks of it
		}
		uri := uriOf(path)
		if w.said[uri] && sameFindings(before[name].found, found) || !w.said[uri] && len(found) == 0 {
			continue
		}
		w.waiting[uri] = w.reportOn(f, name, uri, found)
	}
}

// reportOn places what was found in a file that is not open.
func (w *workspace) reportOn(f *folder, name, uri string, found []decks.Diagnostic) report {
	r := report{uri: uri}
	content, _ := w.read(f, name) // of what can not be read it is said at its beginning
	t := newText(string(content), w.utf8)
	for _, d := range found {
		r.found = append(r.found, w.translate(t, f, d))
	}
	return r
}

func sameFindings(a, b []decks.Diagnostic) bool {
	return slices.EqualFunc(a, b, func(a, b decks.Diagnostic) bool {
		return a.Rule == b.Rule && a.Span == b.Span && a.Message == b.Message
	})
}
