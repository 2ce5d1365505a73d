package spreadsheet

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"iter"
	"os"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"kartei/decks"
)

func all(facts ...decks.Fact) iter.Seq2[*decks.Fact, error] {
	return func(yield func(*decks.Fact, error) bool) {
		for i := range facts {
			if !yield(&facts[i], nil) {
				return
			}
		}
	}
}

func ExampleWriter() {
	var out bytes.Buffer
	w := NewWriter(&out)
	err := w.Write(&decks.Deck{Name: "weather"}, all(decks.Fact{Key: "fair", File: "weather.md", Line: 3, Cards: []decks.Card{{
		ID: "uzrqgiwmmawpoefgkdmg", Name: "card", Kind: decks.Recall, Prompt: "Where °C and °F agree?", Answer: "-40",
	}}}))
	if err := errors.Join(err, w.Close()); err != nil {
		fmt.Println(err)
	}
	fmt.Fprint(os.Stdout, strings.ReplaceAll(out.String(), "\r\n", "\n"))
	// Output:
	// id,deck,fact,card,kind,question,answer,accepted,wrong,hint,note,source,evidence,as_of,tags,file,line
	// uzrqgiwmmawpoefgkdmg,weather,fair,card,recall,Where °C and °F agree?,'-40,,,,,,,,,weather.md,3
}

func TestAnswers(t *testing.T) {
	tests := []struct {
		card         decks.Card
		right, wrong string
	}{
		{decks.Card{Kind: decks.Recall, Answer: "Paris", Options: []decks.Option{{Text: "Lyon"}}}, "Paris", "Lyon"},
		{decks.Card{Kind: decks.Set, Items: []string{"a", "b"}}, "a; b", ""},
		{decks.Card{Kind: decks.Choice, Options: []decks.Option{{Text: "a", Right: true}, {Text: "b"}, {Text: "c", Right: true}}}, "a; c", "b"},
	}
	for _, test := range tests {
		if right, wrong := answers(&test.card); right != test.right || wrong != test.wrong {
			t.Errorf("%s: right %q, wrong %q", test.card.Kind, right, wrong)
		}
	}
}

// TestNoCellIsAFormula writes texts that spreadsheets act on and reads them
// back: nothing is lost, and no cell begins as a formula does.
func TestNoCellIsAFormula(t *testing.T) {
	pieces := rapid.SampledFrom([]string{"=", "+", "-", "@", "\t", "\r", "\n", "＝", "－", "＋", "＠", "|", "%", "'", `"`, ",", ";", "cmd", " ", "é", "\ufeff"})
	rapid.Check(t, func(t *rapid.T) {
		prompt := strings.Join(rapid.SliceOfN(pieces, 0, 8).Draw(t, "prompt"), "")
		var out bytes.Buffer
		w := NewWriter(&out)
		if err := errors.Join(w.Write(&decks.Deck{Name: "d"}, all(decks.Fact{Cards: []decks.Card{{Prompt: prompt}}})), w.Close()); err != nil {
			t.Fatal(err)
		}
		rows, err := csv.NewReader(&out).ReadAll()
		if err != nil || len(rows) != 2 {
			t.Fatalf("%d rows, error %v", len(rows), err)
		}
		cell := rows[1][5]
		seen := strings.TrimLeft(cell, " \ufeff")
		if strings.ContainsAny(cell[:min(1, len(cell))], "\t\r\n") || strings.IndexAny(seen, "=+-@|%＝－＋＠") == 0 {
			t.Errorf("cell %q", cell)
		}
		want := strings.ReplaceAll(prompt, "\r", "") // line ends are the file's
		if got := strings.TrimPrefix(cell, "'"); got != want && cell != want {
			t.Errorf("wrote %q, read %q", want, cell)
		}
	})
}

func TestErrorsOfFactsAndFile(t *testing.T) {
	broken := errors.New("broken")
	w := NewWriter(&bytes.Buffer{})
	err := w.Write(&decks.Deck{}, func(yield func(*decks.Fact, error) bool) { yield(nil, broken) })
	if !errors.Is(err, broken) {
		t.Errorf("error of facts: %v", err)
	}
	w = NewWriter(failing{})
	if err := errors.Join(w.Write(&decks.Deck{}, all(decks.Fact{Cards: make([]decks.Card, 1000)})), w.Close()); err == nil {
		t.Error("a full disk went unnoticed")
	}
	if len(columns) != len(row(&decks.Deck{}, &decks.Fact{}, &decks.Card{})) {
		t.Error("a row has other columns than the header")
	}
}

type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, errors.New("disk full") }
