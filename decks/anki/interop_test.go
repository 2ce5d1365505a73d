package anki

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"kartei/decks"
	"kartei/decks/foreign"
	"kartei/decks/library"
)

// pythons are the Pythons that have the package anki: the variable lists them
// as a search path. .ci/anki makes them and runs the tests.
func pythons(t *testing.T) []string {
	t.Helper()
	list := filepath.SplitList(os.Getenv("KARTEI_ANKI_PYTHON"))
	if len(list) == 0 {
		t.Skip("SKIPPED: the real Anki was not asked. .ci/anki installs it and runs this test; " +
			"or name a Python that has the package anki in KARTEI_ANKI_PYTHON")
	}
	return list
}

// verify asks Anki under every Python.
func verify(t *testing.T, args ...string) {
	t.Helper()
	for _, python := range pythons(t) {
		verifyWith(t, python, args...)
	}
}

func verifyWith(t *testing.T, python string, args ...string) {
	t.Helper()
	script := filepath.Join("testdata", "verify_anki.py")
	out, err := exec.Command(python, append([]string{script}, args...)...).CombinedOutput()
	if err != nil {
		t.Errorf("%s %s: %v\n%s", python, strings.Join(args, " "), err, out)
		return
	}
	lines := strings.Split(strings.TrimSpace(string(out)), "\n") // before the figures, Anki may say what took long
	t.Log(lines[len(lines)-1])
}

// wantCSV is what Anki shall find in a file.
type wantCSV struct {
	Rows            int        `json:"rows"`
	Changed         int        `json:"changed"`
	GlobalTags      []string   `json:"global_tags"`
	TagsColumn      int        `json:"tags_column"`
	MissingNotetype int        `json:"missing_notetype"`
	Notes           []wantNote `json:"notes"`
}

type wantNote struct {
	GUID      string            `json:"guid"`
	Notetype  string            `json:"notetype"`
	Deck      string            `json:"deck"`
	Fields    []string          `json:"fields"`
	Tags      []string          `json:"tags"`
	Ordinals  []int             `json:"ordinals"`
	Deletions map[string]string `json:"deletions,omitempty"` // answers by number
}

// wanted is what Anki shall make of a file that our model of Anki reads.
func wanted(file []byte, ordinals map[string][]int) wantCSV {
	read := readAsAnki(file)
	want := wantCSV{Rows: len(read.rows), GlobalTags: strings.Fields(read.headers["tags"])}
	want.TagsColumn, _ = strconv.Atoi(read.headers["tags column"])
	for _, row := range read.rows {
		n := wantNote{GUID: row[0], Notetype: row[1], Deck: row[2], Fields: row[3:5], Tags: want.GlobalTags, Ordinals: []int{0}}
		if want.TagsColumn > 0 {
			n.Tags = strings.Fields(row[5])
		}
		if o := ordinals[n.GUID]; o != nil {
			n.Ordinals = o
		}
		want.Notes = append(want.Notes, n)
	}
	return want
}

// ordinalsOf are the cards that the notes of decks have in Anki.
func ordinalsOf(t *testing.T, list ...*decks.Deck) map[string][]int {
	t.Helper()
	ordinals := map[string][]int{}
	for _, d := range list {
		w := newNoteMaker(d)
		for i := range d.Facts {
			notes, err := w.notes(&d.Facts[i])
			if err != nil {
				t.Fatal(err)
			}
			for _, n := range notes {
				for _, c := range n.cards {
					ordinals[n.guid] = append(ordinals[n.guid], c.ordinal)
				}
			}
		}
	}
	return ordinals
}

func exportCSV(t *testing.T, options CSVOptions, list ...*decks.Deck) []byte {
	t.Helper()
	var contents []foreign.Contents
	for _, d := range list {
		contents = append(contents, foreign.Of(d))
	}
	var out bytes.Buffer
	report, err := WriteCSV(&out, options, contents...)
	if err != nil || len(report.Refused) > 0 {
		t.Fatal(err, report.Refused)
	}
	return out.Bytes()
}

func verifyCSV(t *testing.T, lang string, first, edited []byte, want wantCSV) {
	t.Helper()
	folder := t.TempDir()
	file := func(name string, data []byte) string {
		name = filepath.Join(folder, name)
		if err := os.WriteFile(name, data, 0o600); err != nil {
			t.Fatal(err)
		}
		return name
	}
	asked, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	verify(t, "csv", file("first.csv", first), file("edited.csv", edited), file("want.json", asked), lang)
}

// edit changes the texts of every other fact, and no identity.
func edit(d *decks.Deck) (changed int) {
	for i := range d.Facts {
		if i%2 == 1 {
			continue
		}
		for j := range d.Facts[i].Cards {
			d.Facts[i].Cards[j].Note += " (edited)"
		}
		changed++
	}
	return changed
}

func TestAnkiReadsCSV(t *testing.T) {
	pythons(t)
	child, parent := everyKind(), everyKind()
	parent.Name, parent.ID = "geo", "geo"
	for i := range parent.Facts {
		for j := range parent.Facts[i].Cards {
			card := &parent.Facts[i].Cards[j]
			card.ID = decks.CardID(parent.ID, parent.Facts[i].Key, card.Name)
			card.Prompt, card.Text = "2: "+card.Prompt, "2: "+card.Text
		}
	}
	tests := []struct {
		name, lang string
		options    CSVOptions
	}{
		{"global tags", "en", CSVOptions{}},
		{"fact tags", "en", CSVOptions{FactTags: true}},
		{"German", "de", CSVOptions{Basic: "Einfach", Cloze: "Lückentext"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			child, parent := clone(child), clone(parent)
			first := exportCSV(t, test.options, child, parent)
			want := wanted(first, ordinalsOf(t, child, parent))
			for i := range want.Notes {
				if want.Notes[i].GUID == "ikhh3aoxsm2vjky2i2vq" {
					want.Notes[i].Deletions = map[string]string{"1": "Lisbon", "2": "Tagus, Douro"}
				}
			}
			want.Changed = edit(child) + edit(parent)
			verifyCSV(t, test.lang, first, exportCSV(t, test.options, child, parent), want)
		})
	}
	t.Run("stock names in a German Anki", func(t *testing.T) {
		first := exportCSV(t, CSVOptions{}, child)
		want := wanted(first, nil)
		want.Notes, want.MissingNotetype = []wantNote{}, want.Rows
		verifyCSV(t, "de", first, first, want)
	})
}

// clone copies a deck so far that its notes can be edited.
func clone(d *decks.Deck) *decks.Deck {
	c := *d
	c.Facts = nil
	for _, f := range d.Facts {
		f.Cards = append([]decks.Card(nil), f.Cards...)
		c.Facts = append(c.Facts, f)
	}
	return &c
}

// adversarialDeck has n facts of texts that look like anything but texts.
func adversarialDeck(t *rapid.T, n int) *decks.Deck {
	d := &decks.Deck{Name: "nasty", ID: "nasty"}
	for i := range n {
		key := fmt.Sprint("f", i)
		unique := fmt.Sprintf(" %d", i)
		card := decks.Card{ID: decks.CardID(d.ID, key, "card"), Name: "card", Kind: decks.Recall,
			Prompt: adversarial(t, "prompt") + unique, Answer: adversarial(t, "answer"), Note: adversarial(t, "note")}
		if i%3 == 0 {
			card.Name, card.Kind, card.Number = "cloze-1", decks.Cloze, 1
			deletion := " {{1::" + adversarial(t, "deletion") + " x}} "
			card.Text = adversarial(t, "before") + deletion + adversarial(t, "after") + unique
			if !strings.Contains(testPage().cloze(card.Text, []int{1}), "{{c1::") {
				card.Text = "x {{1::x}}" + card.Text // the compiler would have found a brace without its partner
			}
		}
		d.Facts = append(d.Facts, decks.Fact{Key: key, File: "nasty.md", Line: i + 1, Cards: []decks.Card{card}})
	}
	return d
}

// TestAnkiReadsAdversarialFields sends 20,000 records through an export and both
// readers: our model of Anki's and, where there is one, Anki itself.
func TestAnkiReadsAdversarialFields(t *testing.T) {
	records := 20_000
	if testing.Short() {
		records = 2_000
	}
	deck := rapid.Custom(func(t *rapid.T) *decks.Deck { return adversarialDeck(t, records) }).Example(1)
	var out bytes.Buffer
	report, err := WriteCSV(&out, CSVOptions{}, foreign.Of(deck))
	if err != nil {
		t.Fatal(err)
	}
	want := wanted(out.Bytes(), nil)
	if got := report.Notes + len(report.Refused); got != records || want.Rows != report.Notes {
		t.Fatalf("%d notes and %d refusals of %d records, %d rows", report.Notes, len(report.Refused), records, want.Rows)
	}
	t.Logf("%d rows, %d refused", want.Rows, len(report.Refused))
	w := newNoteMaker(deck)
	row := 0
	for i := range deck.Facts {
		notes, _ := w.notes(&deck.Facts[i])
		for _, n := range notes {
			if read := want.Notes[row]; n.guid != read.GUID || n.stockFields()[0] != read.Fields[0] || n.stockFields()[1] != read.Fields[1] {
				t.Fatalf("row %d: wrote %q, read %q", row, n.stockFields(), read.Fields)
			}
			row++
		}
	}
	verifyCSV(t, "en", out.Bytes(), out.Bytes(), want)
}

// TestAnkiReadsLibrary sends the decks that come with the program to Anki.
func TestAnkiReadsLibrary(t *testing.T) {
	pythons(t)
	c, err := decks.Compile(library.FS)
	if err != nil || len(c.Broken) > 0 {
		t.Fatal(err, c.Broken)
	}
	for _, d := range c.Decks {
		for i := range d.Facts {
			for j := range d.Facts[i].Cards {
				card := &d.Facts[i].Cards[j]
				card.ID = decks.CardID(d.ID, d.Facts[i].Key, card.Name)
			}
		}
	}
	first := exportCSV(t, CSVOptions{}, c.Decks...)
	want := wanted(first, ordinalsOf(t, c.Decks...))
	for _, d := range c.Decks {
		edit(d)
	}
	want.Changed = changedRows(first, exportCSV(t, CSVOptions{}, c.Decks...))
	verifyCSV(t, "en", first, exportCSV(t, CSVOptions{}, c.Decks...), want)
}

func changedRows(before, after []byte) (changed int) {
	a, b := readAsAnki(before).rows, readAsAnki(after).rows
	for i := range a {
		if !slices.Equal(a[i], b[i]) {
			changed++
		}
	}
	return changed
}
