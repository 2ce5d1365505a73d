package ankiio

import (
	"path/filepath"
	"testing"

	"kartei/decks"
	"kartei/decks/anki"
	"kartei/scheduler"
	"kartei/store"
)

// Decks whose names are almost the same keep origins of their own.
func TestOriginsOfNamesAlmostTheSame(t *testing.T) {
	root := t.TempDir()
	st, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "collection.db"), store.Config{})
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	var found []store.Deck
	for _, name := range []string{"a/b", "a-b"} {
		card := decks.Card{ID: decks.CardID(name, "f", "card"), Name: "card", Kind: decks.Recall, Prompt: "?", Answer: "!"}
		d := &decks.Deck{Name: name, ID: name, Facts: []decks.Fact{{Key: "f", Written: true, File: "f.md", Line: 1, Cards: []decks.Card{card}}}}
		in := &intake{origins: map[string]map[string]*anki.Origin{name: {"f": {Deck: name, Fact: "f", GUID: "guid of " + name}}}}
		_, err := st.Change(t.Context(), root, func(c *store.Change) error {
			if _, err := c.Apply(t.Context(), store.Compiled{Root: root, Decks: []*decks.Deck{d}}, scheduler.Moment{At: 1}); err != nil {
				return err
			}
			return in.addOrigins(c, d)
		})
		if err != nil {
			t.Fatal(err)
		}
		kept, err := st.Deck(t.Context(), name)
		if err != nil {
			t.Fatal(err)
		}
		found = append(found, kept)
	}
	all, err := knownOrigins(found)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range found {
		for _, o := range all[d.Name] {
			if o.GUID != "guid of "+d.Name {
				t.Errorf("%s: the note is %q", d.Name, o.GUID)
			}
		}
		if len(all[d.Name]) != 1 {
			t.Errorf("%s: %d origins, want 1", d.Name, len(all[d.Name]))
		}
	}
}
