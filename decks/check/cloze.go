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
}

// clozeParts takes a [decks.Card.Text] apart: "{{1::answer::hint}}" and the rest.
func clozeParts(s string) []clozePart {
	var parts []clozePart
	for s != "" {
		before, rest, found := strings.Cut(s, "{{")
		if before != "" {
			parts = append(parts, clozePart{text: before})
		}
		if !found {
			break
		}
		inner, after, closed := strings.Cut(rest, "}}")
		if !closed {
			return append(parts, clozePart{text: rest})
		}
		parts = append(parts, deletion(inner))
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
