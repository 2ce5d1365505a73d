package lsp

import (
	"cmp"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"kartei/decks"
	"kartei/decks/check"
	"kartei/decks/memfs"
	"kartei/decks/syntax"
	"kartei/store/plainfile"
)

// A workspace is the folders and documents that the client has open.
type workspace struct {
	utf8    bool
	folders []*folder
	open    map[string]*document // by URI

	stale    bool              // something changed since the last scan began
	scanning bool              // a scan is under way
	said     map[string]bool   // URIs of files that are not open and have diagnostics at the client
	waiting  map[string]report // what the client is to be told of files that are not open
}

// A document is an open file with what is known of it.
type document struct {
	uri, path string
	version   int
	text      *text

	folder *folder
	name   string // slash-separated, relative to the folder

	fresh  bool // file, traced and found are of this text
	unsaid bool // found has not been published
	file   *syntax.File
	traced *decks.Traced      // the deck it belongs to, or nil
	own    []decks.Diagnostic // of this file, from its own deck
	wider  []decks.Diagnostic // of this file, from the last scan of the folder
	found  []diagnostic       // both, as published
	parts  map[*syntax.Fact][]cardOf

	standing standings // of its deck's cards; nil before it is asked for
}

// A cardOf is a card of a fact or a template.
type cardOf struct {
	card *decks.Card
	row  *syntax.Row // nil for a fact
}

// A report is the diagnostics of one file.
type report struct {
	uri   string
	found []diagnostic
}

func (w *workspace) init() {
	w.open, w.said, w.waiting = map[string]*document{}, map[string]bool{}, map[string]report{}
}

// inOrder returns the open documents by URI.
func (w *workspace) inOrder() []*document {
	return slices.SortedFunc(maps.Values(w.open), func(a, b *document) int { return cmp.Compare(a.uri, b.uri) })
}

func (w *workspace) addFolder(uri string) {
	path := pathOf(uri)
	if path == "" || slices.ContainsFunc(w.folders, func(f *folder) bool { return f.root == path && !f.alone }) {
		return
	}
	w.folders = append(w.folders, &folder{root: path})
	w.rehome()
	w.stale = true
}

// removeFolder forgets a folder and takes back what was said about its files.
func (w *workspace) removeFolder(uri string) {
	path := pathOf(uri)
	w.folders = slices.DeleteFunc(w.folders, func(f *folder) bool { return f.root == path })
	for uri := range w.said {
		if within(path, pathOf(uri)) {
			w.waiting[uri] = report{uri: uri}
		}
	}
	w.rehome()
	w.stale = true
}

// rehome finds every open document its folder again.
func (w *workspace) rehome() {
	w.folders = slices.DeleteFunc(w.folders, func(f *folder) bool { return f.alone })
	for _, d := range w.open {
		w.house(d)
	}
}

// around returns the innermost folder that holds a file, or nil.
func (w *workspace) around(path string) (best *folder) {
	for _, f := range w.folders {
		if within(f.root, path) && (best == nil || len(f.root) > len(best.root)) {
			best = f
		}
	}
	return best
}

// house finds a document its folder.
func (w *workspace) house(d *document) {
	best := w.around(d.path)
	if best == nil {
		best = &folder{root: filepath.Dir(d.path), alone: true}
		w.folders = append(w.folders, best)
	}
	d.folder = best
	rel, err := filepath.Rel(best.root, d.path)
	if err != nil {
		rel = filepath.Base(d.path)
	}
	d.name = filepath.ToSlash(rel)
	w.touch(d)
}

// within reports whether a path lies below a folder.
func within(folder, path string) bool {
	rel, err := filepath.Rel(folder, path)
	return err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator))
}

func (w *workspace) openDocument(item documentItem) {
	d := &document{uri: item.URI, path: pathOf(item.URI), version: item.Version, text: newText(item.Text, w.utf8)}
	if d.path == "" { // never saved: it is checked by itself
		d.path = filepath.Join(string(filepath.Separator), "untitled.md")
	}
	w.open[item.URI] = d
	delete(w.said, item.URI)
	delete(w.waiting, item.URI)
	w.house(d)
}

func (w *workspace) closeDocument(d *document) {
	delete(w.open, d.uri)
	w.stale = true
	if d.folder.alone && !slices.ContainsFunc(w.inOrder(), func(o *document) bool { return o.folder == d.folder }) {
		w.folders = slices.DeleteFunc(w.folders, func(f *folder) bool { return f == d.folder })
	}
}

// touch marks a document as changed, and the others of its deck.
func (w *workspace) touch(d *document) {
	w.stale = true
	d.fresh, d.wider = false, d.beyond()
	for _, o := range w.open {
		if o != d && o.folder == d.folder && o.traced != nil && d.traced != nil &&
			o.traced.Deck.Name == d.traced.Deck.Name {
			o.fresh = false
		}
	}
}

// analyse compiles and checks the deck that a document belongs to, if that was
// not done for this text: as little as can tell what an edit means.
func (w *workspace) analyse(d *document) {
	if d.fresh {
		return
	}
	d.fresh, d.unsaid = true, true
	d.file, d.traced, d.own, d.parts = nil, nil, nil, nil
	fsys := memfs.Files{d.name: []byte(d.text.content)}
	for _, name := range d.folder.filesOf(deckNameOf(d)) {
		if name != d.name {
			if text, ok := w.read(d.folder, name); ok {
				fsys[name] = text
			}
		}
	}
	c, err := decks.Compile(fsys)
	if err != nil {
		return
	}
	options := check.Options{}
	if root, err := os.OpenRoot(d.folder.root); err == nil {
		defer root.Close()
		options.Images = root.FS()
	}
	found := append(check.Run(c, options), c.Diagnostics...)
	for _, f := range c.Files {
		if f.Name == d.name {
			d.file = f
		}
	}
	for _, t := range c.Traced {
		if slices.Contains(t.Files, d.file) {
			d.traced = t
		}
	}
	if d.file == nil { // it cannot be read at all: too long, or not text
		d.file = syntax.Parse(d.name, []byte(d.text.content))
	}
	for _, f := range found {
		if f.File == d.name {
			d.own = append(d.own, f)
		}
	}
	decks.SortDiagnostics(d.own)
	d.cards()
	w.sayOf(d)
}

// sayOf words what is to be published of a document: what its deck shows, and
// what only the folder around does.
func (w *workspace) sayOf(d *document) {
	d.unsaid = true
	d.found = nil
	for _, f := range slices.Concat(d.own, d.beyond()) {
		d.found = append(d.found, w.translate(d.text, d.folder, f))
	}
}

// beyond returns what only a scan of the whole folder has found in a document.
func (d *document) beyond() (all []decks.Diagnostic) {
	for _, f := range d.wider {
		if !slices.ContainsFunc(d.own, func(o decks.Diagnostic) bool { return o.Rule == f.Rule && o.Message == f.Message }) {
			all = append(all, f)
		}
	}
	return all
}

// deckNameOf is the name in a document's header, or that of its file.
func deckNameOf(d *document) string {
	if header := syntax.ParseHeader(d.name, []byte(d.text.content)); header.Get("deck") != nil {
		return header.Get("deck").Value.Text
	}
	if d.traced != nil {
		return d.traced.Deck.Name
	}
	return d.folder.files[d.name].deck
}

// read returns a file's text: the client's, or the one on disk.
func (w *workspace) read(f *folder, name string) ([]byte, bool) {
	path := filepath.Join(f.root, filepath.FromSlash(name))
	for _, d := range w.open {
		if d.path == path {
			return []byte(d.text.content), true
		}
	}
	info, err := os.Stat(path)
	if err != nil || !info.Mode().IsRegular() || info.Size() > syntax.MaxFile {
		return nil, false
	}
	text, err := plainfile.Read(path)
	return text, err == nil
}

// cards sorts the cards of the document's deck by the facts they are made of.
func (d *document) cards() {
	d.parts = map[*syntax.Fact][]cardOf{}
	if d.traced == nil {
		return
	}
	for i := range d.traced.Deck.Facts {
		fact := &d.traced.Deck.Facts[i]
		for j := range fact.Cards {
			o := d.traced.Origins[i][j]
			if o.File == d.file {
				d.parts[o.Fact] = append(d.parts[o.Fact], cardOf{&fact.Cards[j], o.Row})
			}
		}
	}
}

// openAt returns the open document of a file, or nil.
func (w *workspace) openAt(f *folder, name string) *document {
	for _, d := range w.open {
		if d.folder == f && d.name == name {
			return d
		}
	}
	return nil
}

// tidings returns what there is to say about files that are not open, once.
func (w *workspace) tidings() (all []report) {
	for _, uri := range slices.Sorted(maps.Keys(w.waiting)) {
		r := w.waiting[uri]
		all = append(all, r)
		if w.said[uri] = len(r.found) > 0; !w.said[uri] {
			delete(w.said, uri)
		}
	}
	clear(w.waiting)
	return all
}
