package anki

import (
	"strings"
	"testing"

	"kartei/decks"
	"kartei/decks/memfs"
)

const clozeHeader = "#separator:tab\n#html:true\n#notetype:Cloze\n"

// One note that would be an error is left out by itself, and named.
func TestNotesThatWouldBeErrors(t *testing.T) {
	for _, bad := range []string{"empty {{c1::}} one", "empty {{c1::::h}} one", "none {{c1::}}}} x", `Math {{c3::\(z_{1}}\)}} and {{c1::good}} end`, "{{c1::a}} {{c2::<b></b>}}"} {
		im, err := ReadText(strings.NewReader(clozeHeader+"A fine {{c1::note}} here\n"+bad+"\n"), ImportOptions{Deck: "d"})
		if err != nil {
			t.Fatal(err)
		}
		compiles(t, bad, im)
		if im.Notes < 1 || !strings.Contains(string(im.DeckFiles[0].Text), "A fine {{1::note}} here") {
			t.Errorf("%q took the other note with it: %s", bad, im.DeckFiles[0].Text)
		}
		if im.Skipped == 1 && len(im.Losses) == 0 {
			t.Errorf("%q is left out without a word", bad)
		}
	}
}

// FuzzReadText: whatever the rows of a text hold, the deck of it has no errors.
func FuzzReadText(f *testing.F) {
	for _, s := range []string{"a\tb", "{{c1::a}}\tb", "<b>{{c1::x</b>}}\t<ul><li>a<li>b</ul>", "`{{c1::`}}\t~~~", "<pre>\t```", "Q: a\tA: b", "<<<<<<< a\t=======", "- [x] a\t<ol><li>[ ] b<li>", "\\(x{{c2::y}}\\)\t$", "a\t<table><tr><td>|"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, rows string) {
		for _, header := range []string{clozeHeader, "#separator:tab\n#html:true\n"} {
			im, err := ReadText(strings.NewReader(header+rows), ImportOptions{Deck: "d"})
			if err == nil {
				compiles(t, rows, im)
			}
		}
	})
}

func compiles(t *testing.T, source string, im *Import) {
	t.Helper()
	files := memfs.Files{}
	for _, d := range im.DeckFiles {
		files[d.Name] = d.Text
	}
	c, err := decks.Compile(files)
	if err != nil || len(c.Broken) > 0 {
		t.Errorf("%q: %v %v\n%s", source, err, c.Diagnostics, im.DeckFiles[0].Text)
	}
}
