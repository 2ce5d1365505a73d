package library_test

import (
	"io/fs"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kartei/decks"
	"kartei/decks/check"
	"kartei/decks/library"
	"kartei/decks/syntax"
)

// compile compiles the whole library.
func compile(t *testing.T) *decks.Compilation {
	t.Helper()
	names, err := fs.Glob(library.FS, "*.md")
	if err != nil {
		t.Fatal(err)
	}
	c, err := decks.Compile(library.FS, names...)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// compiled returns the decks of the library, none of which may be broken.
func compiled(t *testing.T) []*decks.Deck {
	t.Helper()
	c := compile(t)
	for _, d := range c.Diagnostics {
		t.Errorf("%s:%d:%d: %s [%s]", d.File, d.Line, d.Column, d.Message, d.Rule)
	}
	if len(c.Decks) != 2 {
		t.Fatalf("the library has %d decks, want 2; broken: %v", len(c.Decks), c.Broken)
	}
	return c.Decks
}

func TestCheckFindsNothing(t *testing.T) {
	for _, d := range check.Run(compile(t), check.Options{}) {
		t.Errorf("%s:%d:%d: %s [%s]", d.File, d.Line, d.Column, d.Message, d.Rule)
	}
}

// The library shows how a deck is written: in the form that fmt gives it.
func TestFilesAreInCanonicalForm(t *testing.T) {
	for name, src := range files(t) {
		canonical, err := syntax.Format([]byte(src))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if diff := cmp.Diff(strings.Split(string(canonical), "\n"), strings.Split(src, "\n")); diff != "" {
			t.Errorf("%s is not in the form of fmt (-want +got):\n%s", name, diff)
		}
	}
}

func TestDecksAreOneInTwoLanguages(t *testing.T) {
	type card struct {
		Fact, Card, Source, Evidence, AsOf string
		Kind                               decks.Kind
		Items, Options                     int
	}
	outline := func(d *decks.Deck) []card {
		var all []card
		for _, f := range d.Facts {
			if !f.Written {
				t.Errorf("%s:%d: the fact has no id", f.File, f.Line)
			}
			for _, c := range f.Cards {
				all = append(all, card{f.Key, c.Name, c.Source, c.Evidence, c.AsOf, c.Kind, len(c.Items), len(c.Options)})
			}
		}
		return all
	}
	d := compiled(t)
	if diff := cmp.Diff(outline(d[0]), outline(d[1])); diff != "" {
		t.Errorf("%s (-) and %s (+) differ:\n%s", d[0].Name, d[1].Name, diff)
	}
}

// TestCoverage counts facts by section and cards by kind. The study has ten
// sections; before them comes what it takes for granted, and after them come
// tables, and what is to be known about the study.
func TestCoverage(t *testing.T) {
	for _, d := range compiled(t) {
		var sections []string
		facts := map[string]int{}
		kinds := map[decks.Kind]int{}
		cards := 0
		for _, f := range d.Facts {
			section := f.Section[min(1, len(f.Section)-1)]
			if facts[section] == 0 {
				sections = append(sections, section)
			}
			facts[section]++
			for _, c := range f.Cards {
				kinds[c.Kind]++
				cards++
			}
		}
		t.Logf("%s: %d facts, %d cards", d.Name, len(d.Facts), cards)
		for _, s := range sections {
			t.Logf("%5d facts  %s", facts[s], s)
		}
		for _, k := range []decks.Kind{decks.Recall, decks.Choice, decks.Set, decks.Sequence, decks.Cloze} {
			t.Logf("%5d cards  %s", kinds[k], k)
			if kinds[k] == 0 {
				t.Errorf("%s has no card of the kind %s", d.Name, k)
			}
		}
		if len(sections) != 13 {
			t.Errorf("%s has %d sections, want 13", d.Name, len(sections))
		}
		if len(d.Facts) < 240 {
			t.Errorf("%s has %d facts, want at least 240", d.Name, len(d.Facts))
		}
	}
}
