package ankiio

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"kartei/cmd/internal/compiler"
	"kartei/cmd/internal/console"
	"kartei/cmd/internal/deckfolder"
	"kartei/cmd/internal/fault"
	"kartei/cmd/internal/show"
	"kartei/decks"
	"kartei/decks/anki"
	"kartei/decks/memfs"
	"kartei/decks/reimport"
	"kartei/decks/syntax"
	"kartei/store/plainfile"
)

// A refresh brings the deck files of an earlier import from Anki up to date.
type refresh struct {
	files    []*refreshedFile
	old      map[anki.FactName]anki.Origin // of the facts, as they were
	kept     map[string]anki.KeptNotes     // likewise, by deck
	now      anki.KeptNotes                // the notes as they are now
	decks    map[string]*decks.Deck        // as their author has them
	here     map[anki.FactName]*decks.Fact // likewise
	there    map[anki.FactName]*decks.Fact // as Anki says them now; of decks with edited facts
	standing map[anki.FactName]bool        // facts of which Anki says nothing new: their origins stay as they are
	arrived  map[anki.FactName]bool        // facts whose edits Anki has
	edited   map[anki.FactName]bool        // facts that say something else than Anki
	both     map[anki.FactName]bool        // facts of them that Anki has changed, too
	base     map[anki.FactName]reimport.Sums
	out      map[anki.FactName]bool        // facts that their author took out
	leftElse map[anki.FactName]bool        // facts that are left in the file of another deck
	moved    map[anki.FactName]anki.Origin // facts that their author put into another deck than they came in
}

// A refreshedFile is a deck file that is there.
type refreshedFile struct {
	deck, name string
	text       []byte
	base       reimport.Base
	edited     map[string]bool  // ids of facts that are not as they came
	unsure     []string         // facts that are not as they came, and what they were is not known
	result     *reimport.Result // nil: Anki has nothing more of the deck
}

// newRefresh merges what was read into the deck files that are there. What was read
// may be a part of what Anki has: then facts stay whose notes it lacks. Others are the files of
// facts of other decks in the folder, by id.
func newRefresh(
	con *console.Console, im *anki.Import, t deckfolder.Target, part bool, others map[string]string,
	choose func(reimport.Conflict) (reimport.Side, error),
) (*refresh, error) {
	r := &refresh{old: map[anki.FactName]anki.Origin{}, kept: map[string]anki.KeptNotes{},
		decks: map[string]*decks.Deck{}, here: map[anki.FactName]*decks.Fact{}, there: map[anki.FactName]*decks.Fact{},
		standing: map[anki.FactName]bool{}, arrived: map[anki.FactName]bool{},
		edited: map[anki.FactName]bool{}, both: map[anki.FactName]bool{}, base: map[anki.FactName]reimport.Sums{},
		out: map[anki.FactName]bool{}, leftElse: map[anki.FactName]bool{}, moved: map[anki.FactName]anki.Origin{}}
	var err error
	if r.now, err = im.KeptNotes(); err != nil {
		return nil, err
	}
	if err := readRefreshed(con, r, im, t); err != nil {
		return nil, err
	}
	r.follow(im)
	if err := r.compare(im, t, choose != nil); err != nil {
		return nil, err
	}
	options := reimport.Options{ByID: true, Choose: choose, Withdrawn: map[string]bool{}, Partial: map[string]bool{}}
	for name, o := range r.old {
		_, is := r.now.Note(o.GUID)
		if !is && !part {
			delete(r.out, name) // Anki has it no more
		}
		options.Withdrawn[name.Fact] = r.out[name]
		options.Partial[name.Fact] = part && !is
	}
	kept := maps.Clone(others) // files of facts that their author edited or moved, by id
	for _, f := range r.files {
		for id := range f.edited {
			kept[id] = f.name
		}
	}
	for name := range r.moved {
		kept[name.Fact] = r.here[name].File
	}
	r.letGo()
	renamed := map[anki.FactName]string{}
	for i := range im.DeckFiles {
		s := &im.DeckFiles[i]
		if f := r.file(fileName(t, *s)); f != nil {
			if err := r.merge(f, s, kept, renamed, options); err != nil {
				return nil, err
			}
		}
	}
	im.RenameCards(renamed)
	return r, nil
}

// letGo lets go of the decks as their author has them, but for facts that will be named:
// what follows needs the room.
func (r *refresh) letGo() {
	r.decks = nil
	maps.DeleteFunc(r.here, func(name anki.FactName, _ *decks.Fact) bool {
		_, moved := r.moved[name]
		return !moved
	})
}

// file finds a file by its name.
func (r *refresh) file(name string) *refreshedFile {
	at := slices.IndexFunc(r.files, func(f *refreshedFile) bool { return f.name == name })
	if at < 0 {
		return nil
	}
	return r.files[at]
}

// compare finds out of which edited facts Anki says nothing that is new: their notes
// are as they were, or say what was edited here and went there. Such a fact stays,
// unless it was left as both had it before, and now somebody is there to choose.
func (r *refresh) compare(im *anki.Import, t deckfolder.Target, choosing bool) error {
	for i := range im.DeckFiles {
		s := &im.DeckFiles[i]
		f := r.file(fileName(t, *s))
		if f == nil || len(f.edited) == 0 {
			continue
		}
		now, err := reimport.BaseOf(s.Text)
		if err != nil {
			return err
		}
		here, err := reimport.BaseOf(f.text)
		if err != nil {
			return deckError(f.name, err)
		}
		read, err := decks.Compile(memfs.Files{"deck.md": s.Text})
		if err != nil {
			return err
		}
		for _, d := range read.Decks {
			for i := range d.Facts {
				id := d.Facts[i].Key
				name := anki.FactName{Deck: f.deck, Fact: id}
				r.there[name] = &d.Facts[i]
				if !f.edited[id] {
					continue
				}
				o := r.old[name]
				was, had := r.kept[f.deck].Note(o.GUID)
				is, has := r.now.Note(o.GUID)
				r.standing[name] = had && has && was.Same(is)
				r.arrived[name] = had && has && !r.standing[name] && anki.Arrived(r.decks[f.deck], r.here[name], &o, was, is)
				switch _, known := f.base[id]; {
				case choosing && r.standing[name] && r.here[name] != nil && o.Both == anki.FactSum(r.here[name]):
					r.standing[name] = false
					f.base[id] = reimport.Between("", "", func(syntax.Key) reimport.Side { return reimport.Neither })
				case r.standing[name] || r.arrived[name]:
					f.base[id] = now[id]
				case !known && had && has:
					f.base[id] = reimport.Between(here[id], now[id], func(key syntax.Key) reimport.Side {
						switch part := anki.PartOf(key); {
						case part == "" || o.SameThere(part, was, is):
							return reimport.There
						case o.AsItCame(part, r.here[name]):
							return reimport.Here
						}
						return reimport.Neither
					})
				}
			}
		}
	}
	return nil
}

func deckError(name string, err error) error {
	return fault.WithHint(fault.DeckErrors, fmt.Errorf("%s: %w", show.Line(name), err), "kartei check "+show.Line(name))
}

// merge brings one file up to date.
func (r *refresh) merge(
	f *refreshedFile, s *anki.DeckFile, kept map[string]string, renamed map[anki.FactName]string, options reimport.Options,
) error {
	elsewhere := map[string]bool{}
	for id, name := range kept {
		if name != f.name {
			elsewhere[id] = true
			r.leftElse[anki.FactName{Deck: f.deck, Fact: id}] = true
		}
	}
	options.Elsewhere = elsewhere
	result, err := reimport.MergeWith(f.text, s.Text, f.base, options)
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
		name := anki.FactName{Deck: f.deck, Fact: id}
		r.edited[name], r.both[name] = true, result.Both[id]
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
		if r.kept[f.deck], err = keptIn(dir, f.deck); err != nil {
			return fmt.Errorf("read %s: %w", show.Line(filepath.Join(root, keptFile(f.deck))), err)
		}
	}
	for _, d := range read.Decks {
		r.decks[d.Name] = d
		for i := range d.Facts {
			name := anki.FactName{Deck: d.Name, Fact: d.Facts[i].Key}
			same[name] = r.old[name].Sum == anki.FactSum(&d.Facts[i])
			r.here[name] = &d.Facts[i]
		}
	}
	there := map[string]bool{}
	for _, f := range r.files {
		deck, err := reimport.Read(f.text)
		if err != nil {
			return deckError(f.name, err)
		}
		f.base = reimport.Base{}
		for id, sums := range deck.Base() {
			there[id] = true
			name := anki.FactName{Deck: f.deck, Fact: id}
			switch o, known := r.old[name]; {
			case known && o.Said != "":
				f.base[id] = reimport.Sums(o.Said)
			case known && same[name]:
				f.base[id] = sums
			case known:
				f.unsure = append(f.unsure, id)
			}
		}
		f.edited = deck.Edited(f.base)
		for _, id := range f.unsure {
			f.edited[id] = true
		}
	}
	for name := range r.old {
		if !there[name.Fact] {
			r.out[name] = true
		}
	}
	return nil
}

// follow finds facts that their author put into another deck than they come in: that deck
// is the same in Anki as it was. They stay there, as facts of their author's.
func (r *refresh) follow(im *anki.Import) {
	comes := map[string]*anki.Origin{}
	for i := range im.Origins {
		comes[im.Origins[i].Fact] = &im.Origins[i]
	}
	for name := range r.here {
		now := comes[name.Fact]
		if now == nil || now.Deck == name.Deck || r.here[now.FactName()] != nil {
			continue
		}
		o, own := r.old[name]
		if !own {
			o = r.old[now.FactName()]
		}
		if o.GUID != now.GUID || o.AnkiDeck != now.AnkiDeck {
			continue
		}
		home := name.Deck
		if !own {
			home = now.Deck
		}
		was, had := r.kept[home].Note(o.GUID)
		is, has := r.now.Note(o.GUID)
		if had && has && !was.Same(is) && anki.Arrived(r.decks[name.Deck], r.here[name], &o, was, is) {
			r.arrived[name] = true
			o.Arrive(r.here[name], o)
		}
		r.moved[name] = o
		for _, f := range r.files {
			delete(f.base, name.Fact)
		}
	}
}

// formerly is where a fact came from that Anki says nothing of now: its note is gone
// there, or has another deck, but its author edited it here or put it into another deck.
func (r *refresh) formerly(deck, fact string) (anki.Origin, bool) {
	if r == nil {
		return anki.Origin{}, false
	}
	name := anki.FactName{Deck: deck, Fact: fact}
	if o, moved := r.moved[name]; moved {
		return o, true
	}
	o, ok := r.old[name]
	return o, ok
}

// settle completes where a fact came from by what it came as. Of one that says
// something else than Anki, that is what Anki says.
func (r *refresh) settle(o *anki.Origin, f *decks.Fact) {
	if r == nil {
		o.Settle(f)
		return
	}
	name := anki.FactName{Deck: o.Deck, Fact: o.Fact}
	o.Said = string(r.base[name])
	old, there := r.old[name], r.there[name]
	switch {
	case r.edited[name] && r.standing[name]:
		o.Sum, o.Tags, o.Places, o.Both = old.Sum, old.Tags, old.Places, old.Both
	case r.arrived[name]:
		o.Arrive(f, old)
	case r.edited[name] && there != nil:
		o.Settle(there)
	default:
		o.Settle(f)
	}
	if r.both[name] {
		o.Both = anki.FactSum(f)
	}
}

// withdrawn are the origins of facts of a deck that its author took out, and whose
// notes Anki has.
func (r *refresh) withdrawn(d *decks.Deck) (all []anki.Origin) {
	if r == nil {
		return nil
	}
	for name := range r.out {
		if name.Deck == d.Name {
			all = append(all, r.old[name])
		}
	}
	slices.SortFunc(all, func(a, b anki.Origin) int { return strings.Compare(a.Fact, b.Fact) })
	return all
}

// keep are the notes of a deck as they are now, and as they were of which Anki says
// nothing now.
func (r *refresh) keep(deck string) anki.KeptNotes {
	if len(r.kept[deck]) == 0 {
		return r.now
	}
	all := maps.Clone(r.kept[deck])
	maps.Copy(all, r.now)
	return all
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
	for _, both := range r.both {
		if both {
			con.Say("what changed here and in Anki goes neither way; to settle it, import again with --conflicts here, or --conflicts anki")
			break
		}
	}
	var left []*decks.Fact
	for name, o := range r.moved {
		if r.arrived[name] {
			continue
		}
		is, _ := r.now.Note(o.GUID)
		for _, kept := range r.kept {
			if was, had := kept.Note(o.GUID); had && !was.Same(is) && !slices.Contains(left, r.here[name]) {
				left = append(left, r.here[name])
			}
		}
	}
	slices.SortFunc(left, func(a, b *decks.Fact) int { return cmp.Or(strings.Compare(a.File, b.File), a.Line-b.Line) })
	for _, f := range left {
		con.Say("kept: %s:%d: %s: it is in another deck here than in Anki, so what changed there is left",
			show.Line(f.File), f.Line, show.Line(f.Key))
	}
}
