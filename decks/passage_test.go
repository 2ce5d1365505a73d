package decks_test

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"kartei/decks"
)

func compiled(t *testing.T, files map[string]string) *decks.Deck {
	t.Helper()
	fsys := fstest.MapFS{}
	for name, text := range files {
		fsys[name] = &fstest.MapFile{Data: []byte(text)}
	}
	c, err := decks.Compile(fsys)
	if err != nil || len(c.Decks) != 1 {
		t.Fatal(err, c.Diagnostics)
	}
	return c.Decks[0]
}

func TestPassagesStandWhereTheyAreRead(t *testing.T) {
	d := compiled(t, map[string]string{"a.md": `---
deck: rivers
---

What flows.

# Rivers

Water that goes
downhill.

<!-- kartei: allow no-source -->
Q: Where does the Rhine rise?
A: In Switzerland
Id: rhine

` + "```\nRhine\n\n  Main\n```" + `

## Long ones

| id  | river   | length | source | accept river |
|-----|---------|--------|--------|--------------|
| nil | Nile    | 6650   | atlas  | the Nile     |
| ama | *Amazon* | 6400  |        |              |

Q: How long is the {river}, in km?
A: {length}

<!-- a word to the author -->

| a\|b | c[] |
|------|-----|
| 1    | 2; 3 |
`, "b.md": "---\ndeck: rivers\n---\n\nThe end.\n"})
	long := []string{"Rivers", "Long ones"}
	want := []decks.Passage{
		{File: "a.md", Text: "What flows."},
		{File: "a.md", Section: long[:1], Text: "Water that goes\ndownhill."},
		{File: "a.md", Section: long[:1], Fact: 1, Text: "```\nRhine\n\n  Main\n```"},
		{File: "a.md", Section: long, Fact: 1, Columns: []string{"river", "length"},
			Rows: []decks.Row{{Key: "nil", Cells: []string{"Nile", "6650"}}, {Key: "ama", Cells: []string{"*Amazon*", "6400"}}}},
		{File: "a.md", Section: long, Fact: 3, Columns: []string{"a|b", "c[]"}, Rows: []decks.Row{{Cells: []string{"1", "2, 3"}}}},
		{File: "b.md", Fact: 3, Text: "The end."},
	}
	if diff := cmp.Diff(want, d.Passages); diff != "" {
		t.Errorf("passages (-want +got):\n%s", diff)
	}
}

func TestIntroductionsStandAboveTheFirstFact(t *testing.T) {
	d := compiled(t, map[string]string{"a.md": `
Before all.

# Rivers

Of rivers.

Also of rivers.

## Europe

Of Europe.

Q: a?
A: b

Too late.

Q: c?
A: d

## Asia

Q: e?
A: f
`})
	for _, c := range []struct {
		section []string
		want    string
	}{
		{nil, "Before all."},
		{[]string{"Rivers"}, "Of rivers.|Also of rivers."},
		{[]string{"Rivers", "Europe"}, "Of Europe."},
		{[]string{"Rivers", "Asia"}, ""},
		{[]string{"Rivers", "Africa"}, ""},
	} {
		var texts []string
		first := slices.IndexFunc(d.Facts, func(f decks.Fact) bool { return decks.Within(f.Section, c.section) })
		for _, p := range d.Passages {
			if slices.Equal(p.Section, c.section) && p.Introduces(first) {
				texts = append(texts, p.Text)
			}
		}
		if got := strings.Join(texts, "|"); got != c.want {
			t.Errorf("%q: got %q, want %q", c.section, got, c.want)
		}
	}
}

// More prose than anybody reads is left in its file, and the deck says so.
func TestProseHasALimit(t *testing.T) {
	long := strings.Repeat(strings.Repeat("word ", 200)+"\n\n", decks.MaxProse/1000+10)
	d := compiled(t, map[string]string{"a.md": "First.\n\n" + long + "\nQ: a?\nA: b\n"})
	if !d.Cut || len(d.Passages) == 0 || d.Passages[0].Text != "First." {
		t.Errorf("cut %v, %d passages", d.Cut, len(d.Passages))
	}
	var table strings.Builder
	table.WriteString("| a | b |\n|---|---|\n")
	for range decks.MaxProse / 100 {
		table.WriteString("| " + strings.Repeat("x", 100) + " | y |\n")
	}
	d = compiled(t, map[string]string{"a.md": table.String() + "\nQ: a?\nA: b\n\nLast.\n"})
	if !d.Cut || len(d.Passages) != 0 {
		t.Errorf("cut %v, %d passages", d.Cut, len(d.Passages))
	}
}
