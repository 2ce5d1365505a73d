package transfer

import (
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"kartei/decks"
	"kartei/decks/quiz"
	"kartei/store/content"
	"kartei/store/journal"
	"kartei/store/table"
)

// TestEveryKeyIsDescribed holds the description of the form to the types that make it.
func TestEveryKeyIsDescribed(t *testing.T) {
	described := regexp.MustCompile("`([a-z_]+)`")
	words := map[string]bool{}
	for _, m := range described.FindAllStringSubmatch(Form, -1) {
		words[m[1]] = true
	}
	for _, form := range []any{formLine{}, deviceLine{}, deckLine{}, factLine{}, cardLine{}, optionLine{}, rowLine{}, endLine{}, quizLine{}, quizEvent{},
		content.Deck{}, content.Card{}, journal.Detail{}, journal.Ref{}, journal.Setting{}, journal.Archived{}, journal.Edition{}, journal.Shown{}, quiz.Response{}, decks.Option{}, decks.Tolerance{}, decks.Citation{}} {
		for _, field := range reflect.VisibleFields(reflect.TypeOf(form)) {
			key, _, _ := strings.Cut(field.Tag.Get("json"), ",")
			if key != "" && !words[key] {
				t.Errorf("EXPORT.md does not tell of the key %s of %T", key, form)
			}
		}
	}
}

// A line of the log has the device, and a field for each column with a key.
func TestARowHasAFieldForEachColumn(t *testing.T) {
	var want, got []string
	for _, c := range table.Log {
		if c.Key != "" {
			want = append(want, c.Key)
		}
	}
	for field := range reflect.TypeFor[rowLine]().Fields() {
		key, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		got = append(got, key)
	}
	if want = append([]string{"device"}, want...); !slices.Equal(got, want) {
		t.Errorf("a line has the keys %q, the columns have %q", got, want)
	}
}
