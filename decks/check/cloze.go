package check

import (
	"strconv"
	"strings"
)

// A clozePart is a piece of a cloze's text: a deletion, or what stands between.
type clozePart struct {
	number int // of the deletion; 0 for what stands between
	text   string
	hint   string
	words  []word // of the text
}

// longestCloze bounds, in bytes, the clozes that are looked at, since their
// pieces are compared with each other. A page of text is no sentence.
const longestCloze = 4096

// clozeParts takes a [decks.Card.Text] apart: "{{1::answer::hint}}" and the rest.
func clozeParts(s string) []clozePart {
	var parts []clozePart
	add := func(p clozePart) {
		p.words = words(nil, p.text)
		parts = append(parts, p)
	}
	for s != "" {
		before, rest, found := strings.Cut(s, "{{")
		if before != "" {
			add(clozePart{text: before})
		}
		if !found {
			break
		}
		inner, after, closed := strings.Cut(rest, "}}")
		if !closed {
			add(clozePart{text: rest})
			break
		}
		add(deletion(inner))
		s = after
	}
	return parts
}

func deletion(inner string) clozePart {
	number, answer, ok := strings.Cut(inner, "::")
	n, err := strconv.Atoi(strings.TrimPrefix(number, "c"))
	if !ok || err != nil || n < 1 {
		n, answer = 1, inner
	}
	answer, hint, _ := strings.Cut(answer, "::")
	return clozePart{number: n, text: answer, hint: hint}
}
