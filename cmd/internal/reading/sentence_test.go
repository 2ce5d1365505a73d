package reading

import (
	"testing"

	"kartei/decks"
)

func TestSentence(t *testing.T) {
	for _, c := range []struct {
		about string
		card  decks.Card
		want  string
	}{
		{"others are plain", decks.Card{Text: "{{1::Ghana}}'s capital is {{2::Accra::city}}.", Number: 2, Answer: "Accra"}, "Ghana's capital is **Accra**."},
		{"two under one number", decks.Card{Text: "{{1::a}} and {{1::b}}", Number: 1, Answer: "a, b"}, "**a** and **b**"},
		{"the same twice", decks.Card{Text: "{{1::a}} and {{1::a}}", Number: 1, Answer: "a"}, "**a** and **a**"},
		{"braces within", decks.Card{Text: "Write {{1::func() { }}}", Number: 1, Answer: "func() { }"}, "Write **func() { }**"},
		{"literal braces", decks.Card{Text: "A slot {{name}} is {{1::filled}}.", Number: 1, Answer: "filled"}, "A slot {{name}} is **filled**."},
		{"braces in code", decks.Card{Text: "`}}` closes {{1::`{{`}}", Number: 1, Answer: "`{{`"}, "`}}` closes **`{{`**"},
		{"ambiguous braces", decks.Card{Text: "Write {{1::a}}b}}", Number: 1, Answer: "a}}b"}, "a}}b"},
	} {
		if got := Sentence(&c.card, false); got != c.want {
			t.Errorf("%s: got %q, want %q", c.about, got, c.want)
		}
	}
}
