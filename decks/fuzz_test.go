package decks_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/rogpeppe/go-internal/txtar"

	"kartei/decks"
	"kartei/decks/syntax"
)

func seedFiles(f *testing.F) [][]byte {
	f.Helper()
	names, err := filepath.Glob("testdata/*/*.md")
	if err != nil {
		f.Fatal(err)
	}
	more, err := filepath.Glob("testdata/errors/*.txtar")
	if err != nil {
		f.Fatal(err)
	}
	var all [][]byte
	for _, name := range append(names, more...) {
		text, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		for _, f := range txtar.Parse(text).Files {
			if filepath.Ext(f.Name) == ".md" {
				text = f.Data
				break
			}
		}
		all = append(all, text)
	}
	if len(all) < 20 {
		f.Fatalf("only %d seeds", len(all))
	}
	return all
}

// compileTwo compiles two files and gives the decks without errors.
func compileTwo(t *testing.T, a, b []byte) *decks.Compilation {
	t.Helper()
	c, err := decks.Compile(fstest.MapFS{"a.md": {Data: a}, "b.md": {Data: b}})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// checkDecks checks what holds of all decks that were compiled and matched:
// every card has a name of its own, a question and an answer.
func checkDecks(t *testing.T, all []*decks.Deck) (ids []string) {
	t.Helper()
	seen := map[string]bool{}
	for _, d := range all {
		keys := map[string]bool{}
		for i := range d.Facts {
			f := &d.Facts[i]
			if f.Key == "" || keys[f.Key] || len(f.Cards) == 0 || f.Line < 1 {
				t.Fatalf("the fact %+v has no key of its own, or no card", f)
			}
			keys[f.Key] = true
			for j := range f.Cards {
				c := &f.Cards[j]
				if c.ID != decks.CardID(d.ID, f.Key, c.Name) || seen[c.ID] {
					t.Fatalf("the card %+v has no name of its own", c)
				}
				seen[c.ID] = true
				ids = append(ids, c.ID)
				if c.Prompt == "" && c.Kind != decks.Cloze || c.AnswerText() == "" || c.Hash != c.ItemHash() {
					t.Fatalf("the card %+v asks or answers nothing", c)
				}
				if strings.ContainsRune(c.Prompt+c.Answer, 0) {
					t.Fatalf("the card %+v holds a NUL", c)
				}
			}
		}
	}
	return ids
}

func remember(all []*decks.Deck) []decks.OldFact {
	var old []decks.OldFact
	for _, d := range all {
		for i := range d.Facts {
			old = append(old, decks.Remember(d.ID, &d.Facts[i], i, false))
		}
	}
	return old
}

// FuzzCompile compiles any two files: what is broken has an error, what is not
// makes sound cards, and neither compiling again nor formatting moves a history.
func FuzzCompile(f *testing.F) {
	for _, text := range seedFiles(f) {
		f.Add(text, []byte("Q: x\nA: y\n"))
	}
	f.Fuzz(func(t *testing.T, a, b []byte) {
		c := compileTwo(t, a, b)
		broken := slices.ContainsFunc(c.Diagnostics, func(d decks.Diagnostic) bool { return d.Severity == decks.Error })
		if !broken && len(c.Broken) > 0 {
			t.Fatalf("%v are broken without an error", c.Broken)
		}
		for _, d := range c.Diagnostics {
			if d.Message == "" || d.Rule == "" || d.File == "" || d.Line > 0 && (d.Column < 1 || d.Width < 1) {
				t.Fatalf("diagnostic %+v", d)
			}
		}
		decks.Match(nil, c.Decks)
		before := checkDecks(t, c.Decks)
		old := remember(c.Decks)
		if formatted, err := syntax.Format(a); err == nil {
			a = formatted
		}
		again := compileTwo(t, a, b)
		if len(again.Decks) != len(c.Decks) {
			t.Fatalf("formatting breaks a deck: %v", again.Diagnostics)
		}
		aliases := decks.Match(old, again.Decks)
		if after := checkDecks(t, again.Decks); len(aliases) > 0 || !slices.Equal(before, after) {
			t.Fatalf("formatting moves histories: %v, %v, %v", aliases, before, after)
		}
	})
}

// FuzzMatch compiles two files in two states, and then in the first again, also as
// other decks that find all of it among what was retired: no card takes two histories, none gives its own away twice, and none takes the
// name of a card that keeps it.
func FuzzMatch(f *testing.F) {
	seeds := seedFiles(f)
	for i, text := range seeds {
		f.Add(text, []byte("Q: x\nA: y\n"), seeds[(i+1)%len(seeds)], text)
	}
	f.Fuzz(func(t *testing.T, a1, b1, a2, b2 []byte) {
		first, second := compileTwo(t, a1, b1), compileTwo(t, a2, b2)
		decks.Match(nil, first.Decks)
		checkDecks(t, first.Decks)
		old := remember(first.Decks)
		edited, err := decks.MatchWith(old, second.Decks, decks.MatchOptions{})
		if err != nil {
			t.Fatal(err)
		}
		checkAliases(t, old, edited.Aliases)
		checkDecks(t, second.Decks)
		kept := keep(old, second.Decks, edited)
		again := compileTwo(t, a1, b1)
		checkAliases(t, kept, decks.Match(kept, again.Decks))
		checkDecks(t, again.Decks)

		elsewhere := compileTwo(t, a1, b1)
		for _, d := range elsewhere.Decks {
			d.ID += "-elsewhere"
		}
		for i := range kept {
			kept[i].Retired = true
		}
		found, err := decks.MatchWith(nil, elsewhere.Decks, decks.MatchOptions{Retired: func([]*decks.Fact) ([]decks.OldFact, error) { return kept, nil }})
		if err != nil {
			t.Fatal(err)
		}
		checkAliases(t, kept, found.Aliases)
		checkDecks(t, elsewhere.Decks)
	})
}

func checkAliases(t *testing.T, old []decks.OldFact, aliases []decks.Alias) {
	t.Helper()
	before, from, to := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, o := range old {
		for _, c := range o.Cards {
			before[c.ID] = true
		}
	}
	for _, a := range aliases {
		if a.From == a.To || from[a.From] || to[a.To] || !before[a.From] {
			t.Fatalf("alias %v among %v", a, aliases)
		}
		from[a.From], to[a.To] = true, true
	}
	for _, a := range aliases {
		if before[a.To] && !from[a.To] {
			t.Fatalf("%v takes the name of a card that keeps it", a)
		}
	}
}
