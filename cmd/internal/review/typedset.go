package review

import (
	"context"
	"fmt"
	"strings"

	"kartei/cmd/internal/show"
	"kartei/decks"
	"kartei/decks/answer"
)

// typedSet has the parts of a set typed on one line, in any order.
type typedSet struct{ verdict answer.SetVerdict }

func (*typedSet) name() string { return "set" }

func (*typedSet) types() {}

// longestTypedSet is how many parts anyone types on one line.
const longestTypedSet = 6

// mayTypeSet reports whether the parts of the set are to be typed.
func (q *question) mayTypeSet() bool {
	for _, item := range q.card.Items {
		if !answer.Typeable(item) {
			return false
		}
	}
	switch q.card.Type {
	case decks.AnswerTyped:
		return true
	case decks.AnswerRecall, decks.AnswerChoice:
		return false
	}
	if q.card.Typed == decks.TypeNever || !q.Typed || len(q.card.Items) > longestTypedSet {
		return false
	}
	for _, item := range q.card.Items {
		if len(strings.Fields(item)) > 4 {
			return false
		}
	}
	return true
}

func (w *typedSet) ask(ctx context.Context, t *question) (response, error) {
	text, err := t.typedLine(ctx, "Your answer, with commas: ")
	if err != nil {
		return response{}, err
	}
	want := answer.Set{Parts: t.card.Items, Lang: t.card.Lang, Strict: t.strict()}
	w.verdict = want.Compare([]string{text})
	given := response{typed: text, rule: w.verdict.Rule, options: t.card.Items}
	for i, met := range w.verdict.Met {
		if met {
			given.chosen = append(given.chosen, i)
		}
	}
	given.judge(w.verdict.Count() == len(t.card.Items))
	return given, nil
}

// reveal shows what was typed, where it is not all there is, and the parts.
func (w *typedSet) reveal(t *question) {
	if text := strings.TrimSpace(t.given.typed); text != "" && !*t.given.right {
		t.Page.beside(show.Dim, "you ", 0, show.Cut(show.Line(text), longestShown))
	}
	set{}.reveal(t)
	if forgave := w.verdict.Rule.Forgave(); forgave != "" {
		t.Page.words(show.Green, fmt.Sprintf("Right, but for %s.", forgave))
	}
}
