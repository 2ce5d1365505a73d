package library_test

import (
	"slices"
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
	c, err := decks.Compile(library.FS)
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
	if len(c.Decks) != 8 {
		t.Fatalf("the library has %d decks, want 8; broken: %v", len(c.Decks), c.Broken)
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

// Languages are those of the library, and the tiers of the decks in each, in the order
// in which they are learnt.
var (
	languages = []string{"en", "de"}
	tiers     = []string{"core", "more", "appendix"}
)

// tier returns the deck of a language and a tier.
func tier(t *testing.T, all []*decks.Deck, lang, name string) *decks.Deck {
	t.Helper()
	name = "nato-" + lang + "/" + name
	i := slices.IndexFunc(all, func(d *decks.Deck) bool { return d.Name == name })
	if i < 0 {
		t.Fatalf("the library has no deck %s", name)
	}
	return all[i]
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
	all := compiled(t)
	for _, name := range tiers {
		en, de := tier(t, all, "en", name), tier(t, all, "de", name)
		if diff := cmp.Diff(outline(en), outline(de)); diff != "" {
			t.Errorf("%s (-) and %s (+) differ:\n%s", en.Name, de.Name, diff)
		}
	}
}

// What a learner sets for the deck of a language holds for its tiers, in which no fact
// stands twice, and in the order in which they are learnt.
func TestTiers(t *testing.T) {
	all := compiled(t)
	for _, lang := range languages {
		var names []string
		in := map[string]string{} // fact: its deck
		for _, d := range all {
			if d.Lang != lang {
				continue
			}
			names = append(names, d.Name)
			for _, f := range d.Facts {
				if in[f.Key] != "" {
					t.Errorf("%s stands in %s and in %s", f.Key, in[f.Key], d.Name)
				}
				in[f.Key] = d.Name
			}
		}
		slices.SortFunc(names, decks.CompareNames)
		folder := "nato-" + lang
		if diff := cmp.Diff([]string{folder, folder + "/core", folder + "/more", folder + "/appendix"}, names); diff != "" {
			t.Errorf("the decks (-want +got):\n%s", diff)
		}
	}
}

// TestCoverage counts the cards by tier, section and kind. The study has ten sections;
// before them comes what it takes for granted, and after them come tables.
func TestCoverage(t *testing.T) {
	all := compiled(t)
	for _, lang := range languages {
		kinds := map[decks.Kind]int{}
		cards := map[string]int{}
		for _, name := range tiers {
			d := tier(t, all, lang, name)
			var sections []string
			in := map[string]int{}
			for _, f := range d.Facts {
				if !slices.Contains(sections, f.Section[1]) {
					sections = append(sections, f.Section[1])
				}
				for _, c := range f.Cards {
					in[f.Section[1]]++
					kinds[c.Kind]++
					cards[name]++
				}
			}
			t.Logf("%s: %d facts, %d cards", d.Name, len(d.Facts), cards[name])
			for _, s := range sections {
				t.Logf("%5d cards  %s", in[s], s)
			}
			if want := map[string]int{"core": 12, "more": 11, "appendix": 4}[name]; len(sections) != want {
				t.Errorf("%s has %d sections, want %d", d.Name, len(sections), want)
			}
		}
		if n := cards["core"]; n < 130 || n > 160 {
			t.Errorf("the core of %s has %d cards, which is no week", lang, n)
		}
		for _, k := range decks.Kinds {
			t.Logf("%5d cards  %s", kinds[k], k)
			if kinds[k] == 0 {
				t.Errorf("%s has no card of the kind %s", lang, k)
			}
		}
	}
}
