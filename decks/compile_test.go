package decks_test

import (
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"kartei/decks"
	"kartei/decks/internal/casefile"
	"kartei/decks/library"
	"kartei/decks/syntax"
)

// compileFiles compiles files given as name, text, name, text …
func compileFiles(t *testing.T, known []decks.Stamp, files ...string) *decks.Compilation {
	t.Helper()
	fsys := fstest.MapFS{}
	for i := 0; i < len(files); i += 2 {
		fsys[files[i]] = &fstest.MapFile{Data: []byte(files[i+1])}
	}
	c, err := decks.CompileWith(fsys, decks.Options{Known: known})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// rules returns the rules of the diagnostics.
func rules(c *decks.Compilation) []string {
	var all []string
	for _, d := range c.Diagnostics {
		all = append(all, d.Rule)
	}
	return all
}

// TestCompiled pins what every construct compiles to.
func TestCompiled(t *testing.T) {
	for _, name := range []string{"every.md", "tables.md"} {
		text, err := os.ReadFile(filepath.Join("testdata/compiled", name))
		if err != nil {
			t.Fatal(err)
		}
		c := compileFiles(t, nil, name, string(text))
		if len(c.Decks) != 1 {
			t.Fatalf("%s: %v", name, c.Diagnostics)
		}
		decks.Match(nil, c.Decks)
		got, err := json.MarshalIndent(c.Decks[0], "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		casefile.CompareFile(t, filepath.Join("testdata/compiled", name+".json"), append(got, '\n'))
		formatted, err := syntax.Format(text)
		if err != nil {
			t.Fatal(err)
		}
		again := compileFiles(t, nil, name, string(formatted)).Decks
		decks.Match(nil, again)
		for i := range again[0].Facts {
			again[0].Facts[i].Line = c.Decks[0].Facts[i].Line // the only thing that formatting may change
			for j := range again[0].Facts[i].Cards {
				// and the text of an answer as it is written in the template
				again[0].Facts[i].Cards[j].Pool = c.Decks[0].Facts[i].Cards[j].Pool
			}
		}
		if diff := cmp.Diff(c.Decks[0], again[0]); diff != "" {
			t.Errorf("%s compiles to something else when it is formatted (-before +after):\n%s", name, diff)
		}
	}
}

// TestLibrary: the decks that come with the program have no problem at all and
// are in canonical form but for the widths of their tables.
func TestLibrary(t *testing.T) {
	c, err := decks.Compile(library.FS)
	if err != nil {
		t.Fatal(err)
	}
	if len(c.Diagnostics) > 0 || len(c.Decks) != 8 {
		t.Errorf("%d decks, problems: %v", len(c.Decks), c.Diagnostics)
	}
}

func TestFilesOfOneDeck(t *testing.T) {
	c := compileFiles(t, nil,
		"geo/2.md", "---\ndeck: geo\ntags: two\nsource b: B\n---\nQ: second\nA: b\n",
		"geo/1.md", "---\ndeck: geo\ntitle: Geo\ntags: one\nsource a: A\n---\nQ: first\nA: a\nTags: own\n",
		"README.md", "# Nothing to learn here\n",
		".hidden/x.md", "Q: hidden\nA: h\n",
		"notes.txt", "Q: no deck\nA: n\n",
	)
	if len(c.Decks) != 1 || len(c.Diagnostics) != 0 {
		t.Fatalf("%d decks, %v", len(c.Decks), c.Diagnostics)
	}
	d := c.Decks[0]
	if d.Title != "Geo" || !slices.Equal(d.Files, []string{"geo/1.md", "geo/2.md"}) || len(d.Sources) != 2 {
		t.Errorf("joined to %+v", d)
	}
	if first := d.Facts[0].Cards[0]; first.Prompt != "first" || !slices.Equal(first.Tags, []string{"one", "own"}) {
		t.Errorf("the first card is %+v", first)
	}
	if second := d.Facts[1].Cards[0]; !slices.Equal(second.Tags, []string{"two"}) {
		t.Errorf("the second card is %+v", second)
	}
}

// TestOneFileOfADeck: to compile one chapter alone must not make the others
// seem gone.
func TestOneFileOfADeck(t *testing.T) {
	fsys := fstest.MapFS{
		"geo/1.md":     {Data: []byte("---\ndeck: geo\n---\nQ: first\nA: a\n")},
		"geo/2.md":     {Data: []byte("---\ndeck: geo\n---\nQ: second\nA: b\n")},
		"geo/other.md": {Data: []byte("Q: other\nA: c\n")},
	}
	c, err := decks.Compile(fsys, "geo/2.md")
	if err != nil {
		t.Fatal(err)
	}
	if len(c.Decks) != 1 || len(c.Decks[0].Facts) != 2 {
		t.Errorf("compiled %d decks: %+v", len(c.Decks), c.Decks)
	}
	if _, err := decks.Compile(fsys, "lost.md"); err == nil || !strings.Contains(err.Error(), "lost.md") {
		t.Errorf("a path that does not exist gives the error %v", err)
	}
}

func TestUnchangedDecksAreNotParsed(t *testing.T) {
	files := []string{
		"a1.md", "---\ndeck: a\n---\nQ: one\nA: 1\n", "a2.md", "---\ndeck: a\n---\nQ: two\nA: 2\n",
		"b.md", "Q: three\nA: 3\n", "README.md", "Nothing.\n", "bad.md", "Q: no answer\n",
	}
	first := compileFiles(t, nil, files...)
	if len(first.Decks) != 2 || len(first.Stamps) != 4 || !slices.Equal(first.Broken, []string{"bad"}) {
		t.Fatalf("%d decks, stamps %v, broken %v", len(first.Decks), first.Stamps, first.Broken)
	}
	check := func(name string, c *decks.Compilation, unchanged, compiled []string) {
		t.Helper()
		var got []string
		for _, d := range c.Decks {
			got = append(got, d.Name)
		}
		if !slices.Equal(got, compiled) || !slices.Equal(c.Unchanged, unchanged) {
			t.Errorf("%s: compiled %v, unchanged %v; want %v and %v", name, got, c.Unchanged, compiled, unchanged)
		}
	}
	change := func(i int, text string) []string {
		files := slices.Clone(files)
		files[i] = text
		return files
	}
	known := first.Stamps
	check("nothing changed", compileFiles(t, known, files...), []string{"a", "b"}, nil)
	check("a chapter changed", compileFiles(t, known, change(1, "---\ndeck: a\n---\nQ: one!\nA: 1\n")...), []string{"b"}, []string{"a"})
	check("a chapter went", compileFiles(t, known, files[2:]...), []string{"b"}, []string{"a"})
	check("a chapter left for another deck", compileFiles(t, known, change(1, "---\ndeck: b\n---\nQ: one\nA: 1\n")...), nil, []string{"a", "b"})
	check("a chapter came", compileFiles(t, known, append(slices.Clone(files), "a3.md", "---\ndeck: a\n---\nQ: four\nA: 4\n")...), []string{"b"}, []string{"a"})
	check("a broken file mended", compileFiles(t, known, change(9, "Q: an answer\nA: yes\n")...), []string{"a", "b"}, []string{"bad"})
	if c := compileFiles(t, known, files...); len(c.Files) != 1 || c.Files[0].Name != "bad.md" {
		t.Errorf("parsed %d files where only one is not as before", len(c.Files))
	}
}

// TestCopyOfADeck: a copy of a file that has the id of the original still is an
// error of both, also where only the copy is compiled; else it would take the
// original's place, with its history.
func TestCopyOfADeck(t *testing.T) {
	original := "---\ndeck: a\nid: atoms\n---\nQ: one\nA: 1\n"
	for name, copy := range map[string]string{
		"the id of the original":     "---\ndeck: b\nid: atoms\n---\nQ: two\nA: 2\n",
		"named as the original's id": "---\ndeck: atoms\n---\nQ: two\nA: 2\n",
	} {
		known := compileFiles(t, nil, "a.md", original, "c.md", "Q: three\nA: 3\n").Stamps
		c := compileFiles(t, known, "a.md", original, "b.md", copy, "c.md", "Q: three\nA: 3\n")
		if got := rules(c); !slices.Equal(got, []string{"duplicate-deck-id", "duplicate-deck-id"}) || len(c.Decks) != 0 || !slices.Equal(c.Unchanged, []string{"c"}) {
			t.Errorf("%s, after a compile: %v, %d decks, unchanged %v", name, got, len(c.Decks), c.Unchanged)
		}
		c, err := decks.CompileWith(fstest.MapFS{"a.md": {Data: []byte(original)}, "b.md": {Data: []byte(copy)}}, decks.Options{Known: known}, "b.md")
		if err != nil {
			t.Fatal(err)
		}
		if got := rules(c); len(got) != 2 || len(c.Decks) != 0 {
			t.Errorf("%s, alone: %v, %d decks", name, got, len(c.Decks))
		}
		renamed := strings.Replace(original, "deck: a", "deck: b", 1)
		if c := compileFiles(t, known, "a.md", renamed, "c.md", "Q: three\nA: 3\n"); len(c.Diagnostics) != 0 || len(c.Decks) != 1 {
			t.Errorf("a deck that is renamed: %v", c.Diagnostics)
		}
	}
}

// TestWhatCanNotBeSeenIsNotGone: a deck stays as it was while a file that
// belonged to it can not be read or understood.
func TestWhatCanNotBeSeenIsNotGone(t *testing.T) {
	one, two := "---\ndeck: a\n---\nQ: one\nA: 1\n", "---\ndeck: a\n---\nQ: two\nA: 2\n"
	known := compileFiles(t, nil, "x/1.md", one, "x/2.md", two).Stamps
	for name, text := range map[string]string{
		"the header is mangled": "---\ndekc: a\n---\nQ: two\nA: 2\n",
		"it is saved as UTF-16": "\xff\xfeQ\x00:\x00",
		"it is too long":        strings.Repeat("x\n", syntax.MaxFile/2+1),
	} {
		if c := compileFiles(t, known, "x/1.md", one, "x/2.md", text); !slices.Contains(c.Broken, "a") || len(c.Decks) > 0 {
			t.Errorf("%s: broken %v, %d decks compiled", name, c.Broken, len(c.Decks))
		}
	}
	if c := compileFiles(t, known, "x/1.md", "\xff\xfe", "x/2.md", "\xff\xfe"); !slices.Contains(c.Broken, "a") {
		t.Errorf("broken %v, want the deck that both files held", c.Broken)
	}
}

// TestRowsOfTwoTables: two tables may ask about one thing.
func TestRowsOfTwoTables(t *testing.T) {
	c := compileFiles(t, nil, "geo.md", `# A

| country | capital |
|---|---|
| France | Paris |

Q: What is the capital of {country}?
A: {capital}

# B

| country | currency |
|---|---|
| France | euro |

Q: With what does one pay in {country}?
A: {currency}
`)
	if len(c.Decks) != 1 || len(c.Decks[0].Facts) != 1 || len(c.Decks[0].Facts[0].Cards) != 2 {
		t.Fatalf("compiled to %+v, %v", c.Decks, c.Diagnostics)
	}
	if origins := c.Traced[0].Origins; len(origins) != 1 || len(origins[0]) != 2 || origins[0][0].Table == origins[0][1].Table {
		t.Errorf("origins %+v", origins)
	}
}

// TestWarningsAreSilencedWhereTheyStand covers the three places a comment may
// silence, and that it never silences an error.
func TestWarningsAreSilencedWhereTheyStand(t *testing.T) {
	for _, test := range []struct {
		name, text string
		want       []string
	}{
		{"not at all", "Q: x\nA: y\nVote: no\n", []string{"unknown-key"}},
		{"the fact", "<!-- kartei: allow unknown-key -->\nQ: x\nA: y\nVote: no\n", nil},
		{"two rules", "<!-- kartei: allow long-answer, unknown-key -->\nQ: x\nA: y\nVote: no\n", nil},
		{"two comments", "<!-- kartei: allow unknown-key -->\n<!-- kartei: allow no-source -->\nQ: x\nA: y\nVote: no\n", nil},
		{"another fact", "<!-- kartei: allow unknown-key -->\nQ: x\nA: y\n\nQ: z\nA: y\nVote: no\n", []string{"unknown-key"}},
		{"with a blank line between", "<!-- kartei: allow unknown-key -->\n\nQ: x\nA: y\nVote: no\n", []string{"unknown-key"}},
		{"the key", "Q: x\n<!-- kartei: allow unknown-key -->\nA: y\nVote: no\nNote: n\nVote: again\n", []string{"unknown-key"}},
		{"an error", "<!-- kartei: allow no-answer -->\nQ: x\n", []string{"no-answer"}},
	} {
		if got := rules(compileFiles(t, nil, "a.md", test.text)); !slices.Equal(got, test.want) {
			t.Errorf("%s: %v, want %v", test.name, got, test.want)
		}
	}
}

// TestRecovery: after a mistake the parser goes on at the next fact.
func TestRecovery(t *testing.T) {
	for _, broken := range []string{
		"Q: no answer\n\n", "Q: no blank line\n", "A: no question\n\n", "```\nno end\n\n", "<!-- no end\n\n", "C: {{no end\n\n", "Q: x\n- [ ] y\n\n",
		"| a |\n|---|\n| b | c |\n\nQ: {a}\nA: {b}\n\n# next\n\n", "---\nno header\n\n", "Q: x\nA: y\nSorce: z\n\n",
	} {
		c := compileFiles(t, nil, "a.md", broken+"Q: whole\nA: fact\n")
		last := c.Traced[0].Deck.Facts
		if len(last) == 0 || last[len(last)-1].Cards[0].Prompt != "whole" {
			t.Errorf("%q hides the fact after it: %v", broken, rules(c))
		}
		if len(c.Broken) == 0 && !strings.HasPrefix(broken, "---") {
			t.Errorf("%q is not an error", broken)
		}
	}
}

func oneFile(text string) fs.FS { return fstest.MapFS{"deck.md": {Data: []byte(text)}} }

// A deletion of two numbers is hidden by both cards; a number with a comma in it is an
// answer still.
func TestDeletionOfTwoNumbers(t *testing.T) {
	c := compileFiles(t, nil, "a.md", "C: {{c1,2::Canberra}} since {{c2::1913}}, {{its size}}.\n\nC: Pi is {{3,14::about}}.\n")
	want := [][3]string{
		{"cloze-1", "[…] since 1913, its size.", "Canberra"},
		{"cloze-2", "[…] since […], its size.", "Canberra, 1913"},
		{"cloze-3", "Canberra since 1913, […].", "its size"},
		{"cloze-1", "Pi is [about].", "3,14"},
	}
	var got [][3]string
	for _, f := range c.Decks[0].Facts {
		for _, card := range f.Cards {
			got = append(got, [3]string{card.Name, card.Prompt, card.Answer})
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("cards (-want +got):\n%s", diff)
	}
	if text, want := c.Decks[0].Facts[0].Cards[1].Text,
		"{{c1,2::Canberra}} since {{2::1913}}, {{3::its size}}."; text != want {
		t.Errorf("text %q, want %q", text, want)
	}
}
