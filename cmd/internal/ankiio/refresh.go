package ankiio

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"kartei/cmd/internal/compiler"
	"kartei/cmd/internal/console"
	"kartei/cmd/internal/deckfolder"
	"kartei/cmd/internal/fault"
	"kartei/cmd/internal/show"
	"kartei/decks/anki"
	"kartei/decks/reimport"
	"kartei/store/plainfile"
)

// A refresh brings the deck files of an earlier import from Anki up to date.
type refresh struct {
	files    []*refreshedFile
	old      map[anki.FactName]anki.Origin // of the facts, as they were
	edited   map[anki.FactName]bool        // facts that say something else than Anki
	base     map[anki.FactName]reimport.Sums
	leftElse map[anki.FactName]bool // facts that are left in the file of another deck
}

// A refreshedFile is a deck file that is there.
type refreshedFile struct {
	deck, name string
	text       []byte
	base       reimport.Base
	unsure     []string         // facts that are not as they came, and what they were is not known
	result     *reimport.Result // nil: Anki has nothing more of the deck
}

// newRefresh merges what was read into the deck files that are there.
func newRefresh(con *console.Console, im *anki.Import, t deckfolder.Target) (*refresh, error) {
	r := &refresh{old: map[anki.FactName]anki.Origin{}, edited: map[anki.FactName]bool{},
		base:     map[anki.FactName]reimport.Sums{},
		leftElse: map[anki.FactName]bool{}}
	if err := readRefreshed(con, r, im, t); err != nil {
		return nil, err
	}
	kept := map[string]string{} // files of facts that their author edited, by id
	for _, f := range r.files {
		edited, err := reimport.Edited(f.text, f.base)
		if err != nil {
			return nil, deckError(f.name, err)
		}
		for id := range edited {
			kept[id] = f.name
		}
		for _, id := range f.unsure {
			kept[id] = f.name
		}
	}
	renamed := map[anki.FactName]string{}
	for i := range im.DeckFiles {
		s := &im.DeckFiles[i]
		at := slices.IndexFunc(r.files, func(f *refreshedFile) bool { return f.name == fileName(t, *s) })
		if at < 0 {
			continue
		}
		if err := r.merge(r.files[at], s, kept, renamed); err != nil {
			return nil, err
		}
	}
	im.RenameCards(renamed)
	return r, nil
}

func deckError(name string, err error) error {
	return fault.WithHint(fault.DeckErrors, fmt.Errorf("%s: %w", show.Line(name), err), "kartei check "+show.Line(name))
}

// merge brings one file up to date.
func (r *refresh) merge(
	f *refreshedFile, s *anki.DeckFile, kept map[string]string, renamed map[anki.FactName]string,
) error {
	elsewhere := map[string]bool{}
	for id, name := range kept {
		if name != f.name {
			elsewhere[id] = true
			r.leftElse[anki.FactName{Deck: f.deck, Fact: id}] = true
		}
	}
	result, err := reimport.MergeWith(f.text, s.Text, f.base, reimport.Options{ByID: true, Elsewhere: elsewhere})
	if err != nil {
		return deckError(f.name, err)
	}
	f.result, s.Text = &result, result.Text
	for id, now := range result.IDs {
		if id != now {
			renamed[anki.FactName{Deck: f.deck, Fact: id}] = now
		}
	}
	for id := range result.Edited {
		r.edited[anki.FactName{Deck: f.deck, Fact: id}] = true
	}
	for id, sums := range result.Base {
		r.base[anki.FactName{Deck: f.deck, Fact: id}] = sums
	}
	return nil
}

// readRefreshed reads the deck files that are there, and what their facts came as.
func readRefreshed(con *console.Console, r *refresh, im *anki.Import, t deckfolder.Target) error {
	root, err := filepath.Abs(t.Folder)
	if err != nil {
		return err
	}
	var names []string
	for _, s := range im.DeckFiles {
		name := filepath.Join(root, fileName(t, s))
		switch info, err := os.Lstat(name); {
		case errors.Is(err, fs.ErrNotExist):
			continue
		case err != nil:
			return err
		case !info.Mode().IsRegular():
			return fault.Failf("kartei import FILE --update "+show.Line(name),
				"%s is a link or no file: name it by itself", show.Line(name))
		}
		text, err := plainfile.Read(name)
		if err != nil {
			return err
		}
		r.files = append(r.files, &refreshedFile{deck: s.Deck, name: fileName(t, s), text: text})
		names = append(names, fileName(t, s))
	}
	if len(names) == 0 {
		return nil
	}
	return readSums(con, r, root, names)
}

// readSums reads what the facts of files came as. Files of origins tell it by a sum
// of the whole fact, which is as it came if it has that sum still, or by those of
// its parts.
func readSums(con *console.Console, r *refresh, root string, names []string) error {
	dir, err := os.OpenRoot(root)
	if err != nil {
		return err
	}
	defer dir.Close()
	read, err := compiler.ReadDecks(con, deckfolder.Folder{Root: root, FS: dir.FS(), Files: names}, nil, nil)
	if err != nil {
		return err
	}
	same := map[anki.FactName]bool{}
	for _, f := range r.files {
		origins, err := originsIn(dir, f.deck)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("read %s: %w", show.Line(filepath.Join(root, originsFile(f.deck))), err)
		}
		for id, o := range origins {
			r.old[anki.FactName{Deck: f.deck, Fact: id}] = o
		}
	}
	for _, d := range read.Decks {
		for i := range d.Facts {
			name := anki.FactName{Deck: d.Name, Fact: d.Facts[i].Key}
			same[name] = r.old[name].Sum == anki.FactSum(&d.Facts[i])
		}
	}
	for _, f := range r.files {
		now, err := reimport.BaseOf(f.text)
		if err != nil {
			return deckError(f.name, err)
		}
		f.base = reimport.Base{}
		for id, sums := range now {
			name := anki.FactName{Deck: f.deck, Fact: id}
			switch o, known := r.old[name]; {
			case known && o.Parts != "":
				f.base[id] = reimport.Sums(o.Parts)
			case known && same[name]:
				f.base[id] = sums
			case known:
				f.unsure = append(f.unsure, id)
			}
		}
	}
	return nil
}

// formerly is where a fact came from that Anki says nothing of now: its note is gone
// there, or has another deck, but its author edited it here.
func (r *refresh) formerly(deck, fact string) (anki.Origin, bool) {
	if r == nil {
		return anki.Origin{}, false
	}
	o, ok := r.old[anki.FactName{Deck: deck, Fact: fact}]
	return o, ok
}

// origin completes where a fact came from by what it came as.
func (r *refresh) origin(o *anki.Origin) {
	name := anki.FactName{Deck: o.Deck, Fact: o.Fact}
	if r.edited[name] { // the sum is that of what Anki said, for export --back
		o.Sum = r.old[name].Sum
	}
	o.Parts = string(r.base[name])
}

// changed reports whether a file does not say what it said.
func (r *refresh) changed() bool {
	return slices.ContainsFunc(r.files, func(f *refreshedFile) bool {
		return f.result != nil && !bytes.Equal(f.result.Text, f.text)
	})
}

// sayRefreshed names what became of the facts.
func sayRefreshed(con *console.Console, r *refresh, t deckfolder.Target) {
	for _, f := range r.files {
		if f.result != nil {
			deckfolder.PrintChanges(con, filepath.Join(t.Folder, f.name), *f.result)
		}
	}
}
