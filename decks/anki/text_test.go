package anki

import (
	"bytes"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"kartei/decks"
	"kartei/decks/syntax"
)

func TestReadTable(t *testing.T) {
	rows := func(rows ...[]string) [][]string { return rows }
	tests := []struct {
		name, file string
		want       table
	}{
		{"commas", "a,b\nc,d\n", table{separator: ',', rows: rows([]string{"a", "b"}, []string{"c", "d"})}},
		{"an address before a comma", "https://x.org,b\n", table{separator: ',', rows: rows([]string{"https://x.org", "b"})}},
		{"by name", "#separator:Semicolon\na;b,c\n", table{separator: ';', rows: rows([]string{"a", "b,c"})}},
		{"by itself", "#separator:|\na|b\n", table{separator: '|', rows: rows([]string{"a", "b"})}},
		{"after a spreadsheet", "#separator:tab,,,\n#html:false,,\na\tb<br>\n", table{separator: '\t', rows: rows([]string{"a", "b<br>"})}},
		{"guessed HTML", "a\tb<br>\n", table{separator: '\t', html: true, rows: rows([]string{"a", "b<br>"})}},
		{"headers", "\ufeff#separator:tab\r\n#HTML:true\n#tags:x y\n#deck:d e\n#notetype:Basic\n#guid column:1\n#tags column:4\n#deck column:2\n#notetype column:3\n#unknown:1\na\tb\n",
			table{separator: '\t', html: true, tags: []string{"x", "y"}, deck: "d e", notetype: "Basic", guidColumn: 1, tagsColumn: 4, deckColumn: 2, notetypeColumn: 3, rows: rows([]string{"a", "b"})}},
		{"space after the colon", "#html: true\n#deck column: 2\na\tb\n", table{separator: '\t', rows: rows([]string{"a", "b"})}},
		{"comments", "#html:true\n#x\ty\n#\na\tb\n#c\td\n\"#e\"\tf\n\n", table{separator: '\t', html: true, comments: []string{"#x\ty", "#c\td"}, rows: rows([]string{"a", "b"}, []string{"#e", "f"})}},
		{"quotes", "\"a\nb\"\t\"c\"\"d\"\te \"f\" g\n\"h\" i\tj\n", table{separator: '\t', rows: rows([]string{"a\nb", `c"d`, `e "f" g`}, []string{"h i", "j"})}},
		{"unbalanced quote", "\"a\tb\nc", table{separator: '\t', rows: rows([]string{"a\tb\nc"})}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, err := readTable([]byte(test.file))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(&test.want, got, cmp.AllowUnexported(table{})); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
	if _, err := readTable([]byte("a\xff\tb")); err == nil {
		t.Error("a file that is not UTF-8 was read")
	}
}

// FuzzReadTable compares the reader with the model of Anki's that the exports
// are tested with; they were written apart.
func FuzzReadTable(f *testing.F) {
	for _, s := range []string{"a\tb\n", "\"a\"\"\tb\nc", "#x\na", "a\r\rb\n", "\n\"\n\"\n", "\"a\"b\"c\"\td"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if strings.HasPrefix(text, "tags:") || strings.Contains(text, "\ntags:") || strings.HasPrefix(text, "\ufeff") {
			t.Skip("the model reads no header of this kind")
		}
		text = "#separator:tab\nx\n" + strings.ToValidUTF8(text, "")
		got, err := readTable([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(readAsAnki([]byte(text)).rows, got.rows); diff != "" {
			t.Errorf("%q (-model +reader)\n%s", text, diff)
		}
	})
}

func readText(t *testing.T, text string) *Import {
	t.Helper()
	im, err := ReadText(strings.NewReader(text), ImportOptions{Media: "media/"})
	if err != nil {
		t.Fatal(err)
	}
	return im
}

func TestReadText(t *testing.T) {
	const file = "#separator:semicolon\n#html:false\n#tags:all\n#deck:Geo::Europe\n#tags column:4\n" +
		"Capital of <France>?;Paris;since 508;a b\n{{c1::Lisbon}} lies on the {{c2::Tagus}};;;\n\"two\nlines\";x\n;no question\n"
	im := readText(t, file)
	const want = `---
deck: geo/europe
title: Geo::Europe
---

Q: Capital of <France>?
A: Paris

  since 508
Tags: a b all
Id: capital-of-france

C: {{1::Lisbon}} lies on the {{2::Tagus}}
Tags: all
Id: lisbon-lies-on-the-tagus

Q: two\
  lines
A: x
Tags: all
Id: two-lines
`
	if diff := cmp.Diff(want, string(im.DeckFiles[0].Text)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if im.Notes != 3 || im.Skipped != 1 || im.Losses[0].Kind != "record without a question" {
		t.Errorf("%d notes, %d skipped, losses %v", im.Notes, im.Skipped, im.Losses)
	}
}

// A third column is tags to Anki, unless a header says otherwise or its note type has
// more fields; one that reads like remarks stays with the answer.
func TestThirdColumn(t *testing.T) {
	for text, want := range map[string]string{
		"front\tback\ttag1 a::b\nb\tc\t\n":              "Tags: tag1 a::b",
		"#notetype:Basic\nfront\tback\tx\n":             "Tags: x",
		"front\tback\tSince 508, says Livy.\nb\tc\tx\n": "A: back\n\n  Since 508, says Livy.",
		"front\tback\tnow this is no tag\n":             "A: back\n\n  now this is no tag",
		"front\tback\tx\ty\n":                           "A: back\n\n  x\n\n  y",
		"#notetype:Vocabulary\nfront\tback\tx\n":        "A: back\n\n  x",
		"#tags column:2\nfront\tx\tback\n":              "A: back\nTags: x",
	} {
		im := readText(t, text)
		if got := string(im.DeckFiles[0].Text); !strings.Contains(got, want+"\n") {
			t.Errorf("%q: %s", text, got)
		}
		told := slices.ContainsFunc(im.Losses, func(l Loss) bool { return strings.HasPrefix(l.Kind, "third cell") })
		if taken := !strings.HasPrefix(want, "A:"); told != taken {
			t.Errorf("%q: told of tags: %t", text, told)
		}
	}
}

// TestReadTextOfAnki reads the collection of TestReadPackage as Anki exports it
// as text. But for the deck of a card that is out in a filtered deck, and for that of
// a note about a picture, which a text does not bring, the facts are the same.
func TestReadTextOfAnki(t *testing.T) {
	text, err := os.ReadFile("testdata/packages/notes.txt")
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile("testdata/packages/latest.apkg")
	if err != nil {
		t.Fatal(err)
	}
	var got, want []string
	for _, s := range readText(t, string(text)).DeckFiles {
		if s.Deck != "cram" {
			got = append(got, string(s.Text))
		}
	}
	for _, s := range readPackage(t, data).DeckFiles {
		if s.Deck != "maths" && s.Deck != "pictures" {
			want = append(want, string(s.Text))
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-package +text)\n%s", diff)
	}
}

func TestDeckComesBack(t *testing.T) {
	deck := everyKind()
	deck.Facts[0].Cards[0].Note = "Since 508.\n\n**Bold** `code` $x$"
	deck.Facts[1].Cards[0].Type = decks.AnswerTyped
	deck.Sources = nil
	packed, _ := exportPackage(t, deck, nil)
	for name, im := range map[string]*Import{
		"package": readPackage(t, packed),
		"text":    readText(t, string(exportCSV(t, CSVOptions{OwnNoteTypes: true, FactTags: true}, deck))),
	} {
		t.Run(name, func(t *testing.T) {
			if len(im.Losses) > 0 || im.Skipped > 0 {
				t.Errorf("losses %v", im.Losses)
			}
			if name == "text" { // for compile: all cards
				im.Cards = readPackage(t, packed).Cards
			}
			var got []decks.Card
			for _, c := range compile(t, im) {
				got = append(got, shown(*c))
			}
			var want []decks.Card
			for _, f := range deck.Facts {
				for _, c := range f.Cards {
					if c.AsOf != "" {
						c.Source += " (" + c.AsOf + ")"
					}
					want = append(want, shown(c))
				}
			}
			same := cmp.Options{
				cmpopts.IgnoreFields(decks.Card{}, "ID", "Name", "Pool", "Hash", "AsOf"),
				cmpopts.SortSlices(func(a, b decks.Card) bool { return a.Prompt+a.Text+a.Name < b.Prompt+b.Text+b.Name }),
				cmpopts.SortSlices(func(a, b decks.Option) bool { return a.Text < b.Text }),
				cmpopts.EquateEmpty(),
			}
			if diff := cmp.Diff(want, got, same); diff != "" {
				t.Errorf("(-went +came)\n%s", diff)
			}
		})
	}
}

// shown is a card with the words of its texts as they are shown.
func shown(c decks.Card) decks.Card {
	c.Prompt, c.Answer = shownWords(testPage().html(c.Prompt)), shownWords(testPage().html(c.Answer))
	if c.Kind == decks.Cloze {
		c.Prompt, c.Answer = "", "" // its text says more
	}
	return c
}

// TestManyFacts reads a file that is brought into canonical form in pieces.
func TestManyFacts(t *testing.T) {
	const many = 8000
	var file strings.Builder
	for i := range many {
		fmt.Fprintf(&file, "What has the number %d?\tThe thing with the number %d, or so one says\n", i, i)
	}
	im := readText(t, file.String())
	if cards := compileAny(t, im); len(cards) != many || im.Notes != many {
		t.Errorf("%d notes, %d cards", im.Notes, len(cards))
	}
	text := im.DeckFiles[0].Text
	formatted, err := syntax.Format(text)
	if err != nil || !bytes.Equal(formatted, text) || len(text) < 2*maxDraft {
		t.Errorf("%d bytes, in canonical form: %v, error %v", len(text), bytes.Equal(formatted, text), err)
	}
}
