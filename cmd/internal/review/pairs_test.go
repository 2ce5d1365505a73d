package review

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"kartei/decks"
	"kartei/decks/answer"
	"kartei/decks/quiz"
	"kartei/decks/quiz/result"
	"kartei/scheduler"
	"kartei/store"
)

// TestOneVerdict judges each labelled pair of decks/answer as a review does, as
// a quiz does whose form and key were written and read, and as an analysis does
// that reads the result: all must say the same.
func TestOneVerdict(t *testing.T) {
	data, err := os.ReadFile(filepath.Join("..", "..", "..", "decks", "answer", "testdata", "pairs.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	type pair struct {
		deck  *decks.Deck
		typed string
		rule  answer.Rule
	}
	var pairs []pair
	for i, line := range strings.Split(string(data), "\n") {
		f := strings.Split(line, "\t")
		if len(f) != 8 || strings.HasPrefix(f[3], "open") {
			continue
		}
		d := &decks.Deck{ID: fmt.Sprint("p", i), Name: fmt.Sprint("p", i), Lang: f[0], Strict: f[5] == "strict", Order: decks.Authored, Typed: decks.TypeAlways, Files: []string{"p.md"}}
		answers := []string{f[1]}
		if f[4] != "" {
			answers = append(answers, strings.Split(f[4], ";")...)
		}
		for j, text := range answers {
			key := fmt.Sprint("k", j)
			c := decks.Card{ID: decks.CardID(d.ID, key, "card"), Name: "card", Kind: decks.Recall, Type: decks.AnswerTyped, Prompt: fmt.Sprint("Question ", j), Answer: text}
			c.Hash = c.ItemHash()
			d.Facts = append(d.Facts, decks.Fact{Key: key, Written: true, File: "p.md", Line: j + 1, Cards: []decks.Card{c}})
		}
		pairs = append(pairs, pair{d, f[2], answer.Rule(f[3])})
	}
	if len(pairs) < 500 {
		t.Fatalf("%d pairs", len(pairs))
	}
	st := collectionOf(t)
	all := make([]*decks.Deck, len(pairs))
	for i := range pairs {
		all[i] = pairs[i].deck
	}
	now := scheduler.DefaultCalendar.Moment(time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC))
	if _, err := st.Apply(t.Context(), store.Compiled{Root: "/notes", Decks: all, Whole: true}, now); err != nil {
		t.Fatal(err)
	}
	for _, p := range pairs {
		card := p.deck.Facts[0].Cards[0]
		reviewed := ruleOfReview(t, st, card.ID, p.typed)
		if !answer.OneWay(card.Answer) { // which no quiz asks to be typed
			if reviewed != p.rule {
				t.Errorf("%q typed for %q: the file says %s, a review %s", p.typed, card.Answer, p.rule, reviewed)
			}
			continue
		}
		sat, analysed := rulesOfQuiz(t, p.deck, card.ID, p.typed)
		if reviewed != p.rule || sat != p.rule || analysed != p.rule {
			t.Errorf("%q typed for %q (%s): the file says %s, a review %s, a quiz %s, an analysis %s", p.typed, card.Answer, p.deck.Lang, p.rule, reviewed, sat, analysed)
		}
	}
}

func collectionOf(t *testing.T) *store.Store {
	st, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "collection.db"), store.Config{Calendar: scheduler.DefaultCalendar})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { st.Close() })
	return st
}

func ruleOfReview(t *testing.T, st *store.Store, id, text string) answer.Rule {
	card, err := st.Card(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	w := &typed{}
	if err := w.compare(t.Context(), &question{Run: &Run{Store: st}, card: card}, text); err != nil {
		t.Fatal(err)
	}
	return w.verdict.Rule
}

// rulesOfQuiz are those of the marks in a quiz, and in the result that an
// analysis reads. No answer at all is wrong.
func rulesOfQuiz(t *testing.T, d *decks.Deck, id, text string) (sat, analysed answer.Rule) {
	drawn, err := quiz.Draw([]*decks.Deck{d}, quiz.Options{Kinds: []quiz.Kind{quiz.Typed}, Seed: quiz.SeedOf(1)})
	if err != nil {
		t.Fatal(err)
	}
	var file bytes.Buffer
	if err := drawn.Write(&file); err != nil {
		t.Fatal(err)
	}
	form, err := quiz.Parse("p.form", &file)
	if err != nil {
		t.Fatal(err)
	}
	r := result.Result{Student: "s", Texts: true, Marked: true, Responses: make([]quiz.Response, len(form.Questions))}
	at := -1
	for i := range form.Questions {
		if form.Questions[i].Card == id {
			at, r.Responses[i].Typed = i, []string{text}
		}
	}
	r.Marks = form.Score(r.Responses).Marks
	if at < 0 {
		t.Fatalf("the card of %q is not asked", d.Facts[0].Cards[0].Answer)
	}
	file.Reset()
	if err := result.Write(&file, form, &r); err != nil {
		t.Fatal(err)
	}
	read, err := result.NewReader(form).Read("p.result", &file)
	if err != nil {
		t.Fatal(err)
	}
	sat, analysed = r.Marks[at].Rule, read.Marks[at].Rule
	if sat == "" && analysed == "" {
		return answer.Wrong, answer.Wrong
	}
	return sat, analysed
}
