package check

import (
	"slices"

	"kartei/decks/syntax"
)

// A clozePart is a piece of a cloze's text: a deletion, or what stands between.
type clozePart struct {
	number int // of the deletion; 0 for what stands between
	text   string
	hint   string
	words  []word // of the text
	more   []int  // further numbers of the deletion
}

// has reports whether the card of a number hides the piece.
func (p clozePart) has(number int) bool { return p.number == number || slices.Contains(p.more, number) }

// longestCloze bounds, in bytes, the clozes that are looked at, since their
// pieces are compared with each other. A page of text is not a sentence.
const longestCloze = 4096

// clozeParts takes a [decks.Card.Text] apart: "{{1::answer::hint}}" and the rest.
func clozeParts(s string) []clozePart {
	var parts []clozePart
	add := func(p clozePart) {
		p.words = words(nil, p.text)
		parts = append(parts, p)
	}
	from := 0
	for _, d := range syntax.Deletions(s) {
		if from < d.Start {
			add(clozePart{text: s[from:d.Start]})
		}
		add(clozePart{number: d.Number, more: d.More, text: s[d.Answer.Start:d.Answer.End],
			hint: s[d.Hint.Start:d.Hint.End]})
		from = d.End
	}
	if from < len(s) {
		add(clozePart{text: s[from:]})
	}
	return parts
}
