package reading

import (
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kartei/cmd/internal/show"
	"kartei/decks"
)

var update = flag.Bool("update", false, "write the golden files anew")

func rivers(t *testing.T) *decks.Deck {
	t.Helper()
	c, err := decks.Compile(os.DirFS("testdata"), "rivers.md")
	if err != nil || len(c.Decks) != 1 {
		t.Fatal(err, c.Diagnostics)
	}
	d := c.Decks[0]
	for i := range d.Facts {
		if f := &d.Facts[i]; f.Key == "" {
			f.Key = f.Cards[0].Prompt
		}
	}
	return d
}

func marksOf(d *decks.Deck) map[string]Mark {
	marks := map[string]Mark{}
	for i := range d.Facts {
		marks[d.Facts[i].Key] = Mark(1 + i%3)
	}
	return marks
}

func TestNotesAsTheyAreRead(t *testing.T) {
	d := rivers(t)
	long := func(section []string) bool { return slices.Contains(section, "Long ones") }
	for name, n := range map[string]Notes{
		"80.txt":      {Page: show.Page{Width: 80, Palette: show.Plain}, Marks: marksOf(d)},
		"40.txt":      {Page: show.Page{Width: 40, Palette: show.Plain}, Marks: marksOf(d)},
		"words.txt":   {Page: show.Page{Width: 1 << 20, Bare: true}, Marks: marksOf(d)},
		"section.txt": {Page: show.Page{Width: 80, Palette: show.Colour}, In: long},
	} {
		var out strings.Builder
		if err := n.Write(&out, d); err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(out.String()) {
			if w := show.Width(strings.TrimSuffix(line, "\n")); w > n.Page.Width && !strings.Contains(line, "\x1b") {
				t.Errorf("%s: %d columns: %s", name, w, line)
			}
		}
		file := filepath.Join("testdata", name)
		if *update {
			if err := os.WriteFile(file, []byte(out.String()), 0o666); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), out.String()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// Nothing that a deck holds reaches the terminal as anything but text.
func TestNotesAreClean(t *testing.T) {
	evil := "a\x1b[2J\u202eb"
	d := &decks.Deck{Name: "x", Title: evil,
		Facts: []decks.Fact{{Key: "k", Section: []string{evil}, Cards: []decks.Card{{Kind: decks.Recall, Prompt: evil, Answer: evil, Note: evil}}}},
		Passages: []decks.Passage{{Section: []string{evil}, Text: evil}, {Section: []string{evil}, Text: "```\n" + evil + "\n```"},
			{Section: []string{evil}, Columns: []string{evil, evil}, Rows: []decks.Row{{Key: "r", Cells: []string{evil, evil}}}}},
		Cut: true, Files: []string{evil},
	}
	for _, width := range []int{10, 100} {
		var out strings.Builder
		n := Notes{Page: show.Page{Width: width}, Marks: map[string]Mark{}}
		if err := n.Write(&out, d); err != nil {
			t.Fatal(err)
		}
		if strings.ContainsAny(out.String(), "\x1b\u202e") {
			t.Errorf("%q", out.String())
		}
	}
}

// What cannot be written ends the work.
func TestNotesEndWithTheirReader(t *testing.T) {
	n := Notes{Page: show.Page{Width: 80}}
	if err := n.Write(gone{}, rivers(t)); err == nil {
		t.Error("no error")
	}
}

type gone struct{}

func (gone) Write([]byte) (int, error) { return 0, os.ErrClosed }
