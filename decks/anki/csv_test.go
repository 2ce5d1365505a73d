package anki

import (
	"bufio"
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"kartei/decks"
	"kartei/decks/foreign"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// everyKind is a deck with a fact of every kind.
func everyKind() *decks.Deck {
	d := &decks.Deck{
		Name: "geo/europe", ID: "geo/europe", Tags: []string{"geography"},
		Sources: []decks.Citation{{Name: "atlas", Text: "Ann & Bob, The Atlas, 2nd ed."}},
	}
	fact := func(key string, cards ...decks.Card) {
		line := 10 * (len(d.Facts) + 1)
		for i := range cards {
			cards[i].ID = decks.CardID(d.ID, key, cards[i].Name)
			cards[i].Tags = append(cards[i].Tags, "geography")
		}
		d.Facts = append(d.Facts, decks.Fact{Key: key, Written: true, File: "notes/geo.md", Line: line, Cards: cards})
	}
	fact("capital", decks.Card{
		Name: "card", Kind: decks.Recall, Prompt: "Capital of *France*?", Answer: "Paris",
		Accept:  []string{"Lutetia", "Paname"},
		Options: []decks.Option{{Text: "Lyon", Why: "the third largest city"}},
		Hint:    "on the Seine", Note: "Since 508.\n\n![The Seine](img/seine.png)",
		Source: "atlas 12", AsOf: "2025-06-01", Tags: []string{"france"},
	})
	fact("delta",
		decks.Card{Name: "forward", Kind: decks.Recall, Prompt: "delta", Answer: "a river's mouth"},
		decks.Card{Name: "reverse", Kind: decks.Recall, Prompt: "a river's mouth", Answer: "delta"})
	sentence := "{{1::Lisbon}} lies on the {{2::Tagus::a river}}, not on the {{2::Douro}}."
	fact("lisbon",
		decks.Card{Name: "cloze-1", Kind: decks.Cloze, Prompt: "[…] lies on …", Answer: "Lisbon", Text: sentence, Number: 1, Note: "N 38° 43′"},
		decks.Card{Name: "cloze-2", Kind: decks.Cloze, Prompt: "Lisbon lies on …", Answer: "Tagus", Text: sentence, Number: 2, Note: "N 38° 43′"})
	fact("largest", decks.Card{Name: "card", Kind: decks.Choice, Prompt: "Which is the largest?",
		Options: []decks.Option{{Text: "Spain", Right: true}, {Text: "Italy"}, {Text: "Greece", Why: "not even half of it"}}})
	fact("benelux", decks.Card{Name: "card", Kind: decks.Set, Prompt: "The Benelux states?",
		Items: []string{"Belgium", "the Netherlands", "Luxembourg"}})
	fact("rivers", decks.Card{Name: "card", Kind: decks.Sequence, Prompt: "From the longest:",
		Items: []string{"Volga", "Danube", "Rhine"}, Source: "https://example.org/rivers"})
	fact("traps", decks.Card{Name: "card", Kind: decks.Recall,
		Prompt: "#include <map>\n\"tags:\"\tin C++", Answer: "std::map; $a<b$; {{c1::x}}; =1+1"})
	return d
}

func TestWriteCSV(t *testing.T) {
	tests := []struct {
		name    string
		options CSVOptions
	}{
		{"every-kind.csv", CSVOptions{}},
		{"fact-tags.csv", CSVOptions{FactTags: true, Basic: "Einfach", Cloze: "1690000000001"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var out bytes.Buffer
			report, err := WriteCSV(&out, test.options, foreign.Of(everyKind()))
			if err != nil {
				t.Fatal(err)
			}
			if report.Notes != 8 || report.Cards != 9 || len(report.Media) != 1 || len(report.Refused) != 0 {
				t.Errorf("report %+v", report)
			}
			golden(t, test.name, out.Bytes())
		})
	}
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s (-want +got):\n%s", file, diff)
	}
}

func TestParentsComeBeforeTheirChildren(t *testing.T) {
	parent, child := everyKind(), everyKind()
	parent.Name, parent.ID, parent.Tags = "geo", "geo", []string{"world", "geography"}
	var out bytes.Buffer
	if _, err := WriteCSV(&out, CSVOptions{}, foreign.Of(child), foreign.Of(parent)); err != nil {
		t.Fatal(err)
	}
	file := readAsAnki(out.Bytes())
	if first, last := file.rows[0][2], file.rows[len(file.rows)-1][2]; first != "geo" || last != "geo::europe" {
		t.Errorf("decks from %q to %q", first, last)
	}
	if got := file.headers["tags"]; got != "geography" {
		t.Errorf("global tags %q: only what all decks have in common may be there", got)
	}
}

func TestRefusals(t *testing.T) {
	deck := everyKind()
	deck.Facts = []decks.Fact{
		{Key: "none", File: "geo.md", Line: 3, Cards: []decks.Card{{Name: "cloze-1", Kind: decks.Cloze, Text: "no deletion", Number: 1}}},
		{Key: "high", File: "geo.md", Line: 5, Cards: []decks.Card{{Name: "cloze-501", Kind: decks.Cloze, Text: "{{501::x}}", Number: 501}}},
		{Key: "blank", File: "geo.md", Line: 7, Cards: []decks.Card{{Name: "card", Kind: decks.Recall, Prompt: "&nbsp;", Answer: "x"}}},
		{Key: "good", File: "geo.md", Line: 9, Cards: []decks.Card{{Name: "card", Kind: decks.Recall, Prompt: "![](a.png)", Answer: ""}}},
	}
	var out bytes.Buffer
	report, err := WriteCSV(&out, CSVOptions{}, foreign.Of(deck))
	if err != nil || report.Notes != 1 || len(report.Refused) != 3 {
		t.Fatalf("report %+v, error %v", report, err)
	}
	for i, line := range []int{3, 5, 7} {
		if r := report.Refused[i]; r.Line != line || r.File != "geo.md" || r.Err == nil {
			t.Errorf("refusal %+v", r)
		}
	}
	for _, name := range []string{"2026", ""} {
		deck.Name = name
		out.Reset()
		if _, err := WriteCSV(&out, CSVOptions{}, foreign.Of(deck)); err == nil || out.Len() > 0 {
			t.Errorf("deck %q: error %v, %d bytes written", name, err, out.Len())
		}
	}
}

// nasty are the pieces that adversarial texts are made of.
var nasty = []string{
	`"`, `""`, "\t", "\n", "\r", "\r\n", "#", "\ufeff", "tags:", "<b>", "</div>", "<!--", "&amp;", "&#0;", "{{c1::", "{{1::",
	"}}", "::", "{", "}", ":", "\x00", "\x1b[31m", "\x7f", "\u0338", "\u0301", "e", "$", "$$", "`", "```\n", "*", "_", "- ",
	"1. ", "> ", "\\", "(", "[", "]", "](", "![", "x.png)", "[sound:", "=1+1", "-40 °C", "@", ",", ";", "|", "日本", "👩‍👩‍👧",
	"\u202e", "\u2028", "\u2983", "\u2984", "\uFDD0", "\xff", "a", " ", "  \n", "\n\n", "<script>alert(1)</script>",
}

func adversarial(t *rapid.T, label string) string {
	return strings.Join(rapid.SliceOfN(rapid.SampledFrom(nasty), 0, 12).Draw(t, label), "")
}

// TestAdversarialRows writes 20,000 records and reads them as Anki does.
func TestAdversarialRows(t *testing.T) {
	const each = 200
	rapid.Check(t, func(t *rapid.T) {
		var want [][]string
		var out bytes.Buffer
		rows := rowWriter{bufio.NewWriter(&out)}
		for range each {
			row := []string{adversarial(t, "guid"), adversarial(t, "front"), adversarial(t, "back")}
			want = append(want, row)
			if err := rows.write(row...); err != nil {
				t.Fatal(err)
			}
		}
		rows.w.Flush()
		if diff := cmp.Diff(want, readAsAnki(out.Bytes()).rows); diff != "" {
			t.Fatalf("rows (-written +read):\n%s", diff)
		}
	})
}
