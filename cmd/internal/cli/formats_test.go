package cli

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kartei/cmd/internal/notebooks"
	"kartei/decks"
	"kartei/decks/foreign"
)

// A file's format shows in its beginning, whatever it is called; of those that say
// nothing the name decides.
func TestSniff(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"x", "PK\x03\x04", "anki-apkg"},
		{"x.apkg", "", "anki-apkg"},
		{"x.txt", "#separator:tab\na\tb", "anki-csv"},
		{"x.gift", "#separator:tab\na\tb", "anki-csv"},
		{"x.csv", "a,b", "csv"},
		{"x.csv", "word,meaning\n\"a, {b}\",c\n", "csv"},
		{"x.txt", "a\tb\tc\nd\te\tf\n", "csv"},
		{"x.tsv", "a", "tsv"},
		{"x.csv", "\ufeffid,deck,fact,card,kind", "spreadsheet"},
		{"x.txt", "What?\nA) a\nB) b\nANSWER: A\n", "aiken"},
		{"x.txt", "// a bank\nWhat?\tHow? {=a}", "gift"},
		{"x.txt", "What? {=a ~b}", "gift"},
		{"x.txt", "a\t{=b}\nc\td", "csv"},
		{"x.GIFT", "", "gift"},
		{"x", "\n{\"kartei\": 1}", "json"},
		{"x.md", "Q: a\nA: b", ""},
	} {
		f, _ := sniff(c.name, []byte(c.text))
		if f.Name != c.want {
			t.Errorf("%s %q: got %q, want %q", c.name, c.text, f.Name, c.want)
		}
	}
}

// Each format is read or written, by itself or by the commands, and explained where
// it is.
func TestFormatsAreWhole(t *testing.T) {
	for _, f := range formats() {
		_, marked := notebooks.Find(f.Name)
		reads, writes := f.Read != nil || f.take != nil, f.Write != nil || f.give != nil
		switch {
		case f.ReadHelp != "" && !reads, f.WriteHelp != "" && !writes, f.ReadHelp == "" && f.Read != nil, f.WriteHelp == "" && writes:
			t.Errorf("%s: what it does and what its help says differ", f.Name)
		case f.Sniff == nil && f.Name != "quizlet" && f.Name != "tsv" && !marked:
			t.Errorf("%s: is never recognized", f.Name)
		}
		for line := range strings.SplitSeq(f.ReadHelp+"\n"+f.WriteHelp, "\n") {
			if len(line) > 68 {
				t.Errorf("%s: %q is %d characters long", f.Name, line, len(line))
			}
		}
	}
}

// A format may make several deck files, with pictures beside them: all of them come,
// and the same import changes nothing.
func TestSeveralDecksWithPictures(t *testing.T) {
	t.Setenv("KARTEI_COLLECTION", filepath.Join(t.TempDir(), "c.db"))
	card := func(answer string) []decks.Fact {
		return []decks.Fact{{Cards: []decks.Card{{Kind: decks.Recall, Prompt: "What is ![it](media/one.png)?", Answer: answer}}}}
	}
	picture := "one"
	two := foreign.Format{Name: "two", Read: func(_ io.Reader, o foreign.ReadOptions) (*foreign.Reading, error) {
		open := func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(picture)), nil }
		return &foreign.Reading{
			Decks: []*decks.Deck{{Name: "a", Facts: card("a")}, {Name: "b/c", Facts: card("c")}},
			Media: []foreign.Medium{{Name: "one.png", Open: open}},
			Left:  []foreign.Left{{File: o.File, Line: 3, Err: io.EOF}},
		}, nil
	}}
	folder := filepath.Join(t.TempDir(), "bank")
	run := func(output string) (string, error) {
		var said bytes.Buffer
		e, err := newEnv(strings.NewReader(""), io.Discard, &said)
		if err != nil {
			t.Fatal(err)
		}
		err = importQuestions(t.Context(), e, two, importOptions{file: "bank.two", output: output, partial: true}, strings.NewReader(""))
		return said.String(), err
	}
	said, err := run(folder)
	if want := "kartei: left out: bank.two:3: EOF\n2 facts in 2 decks; look it over, then: kartei compile " + folder + "\n"; err != nil || said != want {
		t.Fatalf("%v, said %q, want %q", err, said, want)
	}
	for name, want := range map[string]string{"a.md": "deck: a\n", "b-c.md": "deck: b/c\n", "media/one.png": "one"} {
		if text, err := os.ReadFile(filepath.Join(folder, name)); err != nil || !strings.Contains(string(text), want) {
			t.Errorf("%s: %q, %v; want %q in it", name, text, err, want)
		}
	}
	if said, err := run(folder); err != nil || !strings.Contains(said, "says already") {
		t.Errorf("again: %v, said %q", err, said)
	}
	if _, err := run(folder + ".md"); err == nil || !strings.Contains(err.Error(), "becomes 2 deck files") {
		t.Errorf("into one file: %v", err)
	}
	picture = "another"
	if err := os.Remove(filepath.Join(folder, "a.md")); err != nil {
		t.Fatal(err)
	}
	if _, err := run(folder); err == nil || !strings.Contains(err.Error(), "another picture") {
		t.Errorf("over another picture: %v", err)
	}
	if _, err := os.Stat(filepath.Join(folder, "a.md")); err == nil {
		t.Error("a deck was written though its picture was not")
	}
}
