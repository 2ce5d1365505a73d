package anki

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"kartei/decks"
	"kartei/decks/lazyregexp"
)

// TestAnkiShows lets Anki make notes whose templates do what real ones do, and compares
// the words of both sides of each card, and what is expected of who types.
func TestAnkiShows(t *testing.T) {
	for _, python := range pythons(t) {
		folder := t.TempDir()
		if out, err := exec.Command(python, filepath.Join("testdata", "shown.py"), folder).CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		var said map[string]struct{ Question, Answer, Typed string }
		data, err := os.ReadFile(filepath.Join(folder, "shown.json"))
		if err == nil {
			err = json.Unmarshal(data, &said)
		}
		if err != nil {
			t.Fatal(err)
		}
		data, err = os.ReadFile(filepath.Join(folder, "shown.apkg"))
		if err != nil {
			t.Fatal(err)
		}
		im := readPackage(t, data)
		cards := compile(t, im)
		if len(im.Cards) != len(said) || len(said) == 0 {
			t.Fatalf("%d cards came of %d", len(im.Cards), len(said))
		}
		for _, c := range im.Cards {
			card := cards[decks.CardID(c.Deck, c.Fact, c.Card)]
			want := said[fmt.Sprint(c.Note, " ", c.Ordinal)]
			if got := bare(card.Prompt); !slices.Equal(got, bare(want.Question)) {
				t.Errorf("the question is %q, and Anki shows %q", card.Prompt, want.Question)
			}
			// What is told once here may stand twice in Anki, which repeats the question.
			told := slices.Concat(bare(card.Prompt), bare(card.Answer), bare(card.Note))
			for _, word := range bare(want.Answer) {
				if !slices.Contains(told, word) {
					t.Errorf("%q: %q is not told, and Anki shows %q", card.Prompt, word, want.Answer)
				}
			}
			for _, word := range slices.Concat(bare(card.Answer), bare(card.Note)) {
				if !slices.Contains(slices.Concat(bare(want.Answer), bare(want.Typed)), word) {
					t.Errorf("%q: %q is told, and Anki shows %q", card.Prompt, word, want.Answer)
				}
			}
			if typed := card.Type == decks.AnswerTyped; typed != (want.Typed != "") {
				t.Errorf("%q is typed: %t, and in Anki %q", card.Prompt, typed, want.Typed)
			}
			if got := strings.Join(bare(card.Answer), " "); want.Typed != "" && got != strings.Join(bare(want.Typed), " ") {
				t.Errorf("expected is %q, and in Anki %q", card.Answer, want.Typed)
			}
		}
	}
}

var (
	linked  = lazyregexp.New(`\[[^\]]*\]\(media/[^)]*\)`)
	notWord = lazyregexp.New(`[^\p{L}\p{N}&]+`)
)

// bare are the words of a text, without those of its sounds.
func bare(text string) []string {
	return strings.Fields(notWord.ReplaceAllString(linked.ReplaceAllString(text, " "), " "))
}
