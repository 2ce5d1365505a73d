package transfer

import (
	"reflect"
	"regexp"
	"strings"
	"testing"

	"kartei/decks"
	"kartei/decks/quiz"
	"kartei/store/content"
	"kartei/store/journal"
)

// TestEveryKeyIsDescribed holds the description of the form to the types that make it.
func TestEveryKeyIsDescribed(t *testing.T) {
	described := regexp.MustCompile("`([a-z_]+)`")
	words := map[string]bool{}
	for _, m := range described.FindAllStringSubmatch(Form, -1) {
		words[m[1]] = true
	}
	for _, form := range []any{formLine{}, deviceLine{}, deckLine{}, factLine{}, cardLine{}, optionLine{}, rowLine{}, endLine{}, quizLine{}, quizEvent{},
		content.Deck{}, content.Card{}, journal.Detail{}, journal.Ref{}, quiz.Response{}, decks.Option{}, decks.Tolerance{}, decks.Citation{}} {
		for _, field := range reflect.VisibleFields(reflect.TypeOf(form)) {
			key, _, _ := strings.Cut(field.Tag.Get("json"), ",")
			if key != "" && !words[key] {
				t.Errorf("EXPORT.md does not tell of the key %s of %T", key, form)
			}
		}
	}
}
