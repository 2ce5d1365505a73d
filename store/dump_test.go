package store

import (
	"bytes"
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"kartei/scheduler"
)

func TestExportAndImportGiveAnEqualCollection(t *testing.T) {
	path, card := used(t)
	s := openTest(t, path)
	if err := s.Set(t.Context(), "maths", map[string]string{"retention": "0.85"}); err != nil {
		t.Fatal(err)
	}
	var first bytes.Buffer
	if err := s.Export(t.Context(), &first); err != nil {
		t.Fatal(err)
	}
	copied := newStore(t)
	if err := copied.Import(t.Context(), bytes.NewReader(first.Bytes())); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(healthy(t, s).Digest, healthy(t, copied).Digest); diff != "" {
		t.Errorf("the digests differ: %s", diff)
	}
	want, err := s.Card(t.Context(), card)
	if err != nil {
		t.Fatal(err)
	}
	got, err := copied.Card(t.Context(), card)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(Card{}, "FactID", "DeckID"), cmpopts.IgnoreUnexported(Card{})); diff != "" {
		t.Errorf("a card came out changed:\n%s", diff)
	}

	// The copy goes on as a device of its own, and can undo what it got.
	if _, err := copied.Undo(t.Context(), at(20, 0)); err != nil {
		t.Error(err)
	}
	grade(t, copied, card, scheduler.Good, at(21, 0))
	if err := copied.Import(t.Context(), bytes.NewReader(first.Bytes())); !errors.Is(err, ErrNotEmpty) {
		t.Errorf("a second import: %v", err)
	}
}

func TestImportRefusesWhatWasChanged(t *testing.T) {
	path, _ := used(t)
	s := openTest(t, path)
	var b bytes.Buffer
	if err := s.Export(t.Context(), &b); err != nil {
		t.Fatal(err)
	}
	text := b.String()
	lines := strings.SplitAfter(text, "\n")
	for name, changed := range map[string]string{
		"cut short":      text[:len(text)/2],
		"without end":    strings.Join(lines[:len(lines)-2], ""),
		"an answer":      strings.Replace(text, `"grade":3`, `"grade":4`, 1),
		"a card":         strings.Replace(text, `times 7?`, `times 8?`, 1),
		"a missing row":  strings.Replace(text, lines[len(lines)-4], "", 1),
		"a missing card": strings.Replace(text, lines[4], "", 1),
		"another form":   strings.Replace(text, `"version":1`, `"version":2`, 1),
		"another file":   "{}\n",
		"nothing":        "",
		"a new key":      strings.Replace(text, `{"deck":{`, `{"deck":{"command":"rm",`, 1),
	} {
		if changed == text {
			t.Fatalf("%s: nothing was changed", name)
		}
		empty := newStore(t)
		if err := empty.Import(t.Context(), strings.NewReader(changed)); err == nil {
			t.Errorf("%s: imported all the same", name)
		}
		if all, err := empty.Decks(t.Context()); err != nil || len(all) > 0 {
			t.Errorf("%s: the refused import left %v %v", name, all, err)
		}
	}
}

func TestShelvedDecksAreNotAsked(t *testing.T) {
	s := openTest(t, filepath.Join(t.TempDir(), "collection.db"))
	apply(t, s, deck("maths", 3))
	d, err := s.Deck(t.Context(), "maths")
	if err != nil {
		t.Fatal(err)
	}
	for _, shelved := range []bool{true, false} {
		if err := s.Shelve(t.Context(), d, shelved); err != nil {
			t.Fatal(err)
		}
		tree, _, err := s.Tree(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		status, err := s.Status(t.Context(), at(0, 0), 7)
		if err != nil {
			t.Fatal(err)
		}
		if asked := len(tree) > 0; asked == shelved || status.Decks[0].Shelved != shelved || (status.Decks[0].New > 0) == shelved {
			t.Errorf("shelved %v: %v, %+v", shelved, tree, status.Decks)
		}
	}
}

// FuzzImport offers anything as an export: it is either refused as a whole, or
// gives a collection in which nothing is wrong.
func FuzzImport(f *testing.F) {
	path, _ := used(f)
	s := openPlain(f, path)
	var b bytes.Buffer
	if err := errors.Join(s.Export(f.Context(), &b), s.Close()); err != nil {
		f.Fatal(err)
	}
	f.Add(b.Bytes())
	f.Add([]byte(`{"kartei":"collection","version":1}` + "\n" + `{"end":{"decks":0,"facts":0,"cards":0,"rows":0,"digest":""}}`))
	empty := filepath.Join(f.TempDir(), "empty.db")
	openPlain(f, empty).Close()
	f.Fuzz(func(t *testing.T, text []byte) {
		path := filepath.Join(t.TempDir(), "collection.db")
		snapshot(t, empty, path)
		s := openPlain(t, path)
		defer s.Close()
		if err := s.Import(t.Context(), bytes.NewReader(text)); err != nil {
			if all, err := s.Decks(t.Context()); err != nil || len(all) > 0 {
				t.Errorf("a refused import left %v %v", all, err)
			}
			return
		}
		healthy(t, s)
	})
}
