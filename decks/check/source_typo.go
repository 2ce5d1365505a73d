package check

import (
	"strings"

	"kartei/decks"
)

var sourceTypo = Rule{
	Name:     "source-typo",
	Title:    "a misspelt name of a source cites nothing, and no check finds the fact's evidence",
	Severity: decks.Warning,
	Text: `
A source begins with a name that the header declares: "source gibbon: …" and then "Source: gibbon 4".
A name that is almost one of those, but none, is taken for free text: it is shown as it stands, and
kartei check --against leaves the fact out.`,
	Bad: `
---
source gibbon: The Decline and Fall of the Roman Empire
---
Q: Who was the last emperor of the West?
A: Romulus Augustulus
Source: gibon 36`,
	Good: `
---
source gibbon: The Decline and Fall of the Roman Empire
---
Q: Who was the last emperor of the West?
A: Romulus Augustulus
Source: gibbon 36`,
	deck: func(s *survey) {
		for v := range s.cards() {
			name, _, _ := strings.Cut(v.card.Source, " ")
			if meant := nearSource(s.deck, name); meant != "" {
				s.report(v, atSource, "no source is called "+quote(name), "write "+quote(meant)+", as in the header")
			}
		}
	},
}

// nearSource returns the declared source of which a name is a slip; "" if there is none.
func nearSource(d *decks.Deck, name string) (meant string) {
	for _, source := range d.Sources {
		switch {
		case source.Name == name:
			return ""
		case len(name) > 2 && slipped(strings.ToLower(name), strings.ToLower(source.Name)):
			meant = source.Name
		}
	}
	return meant
}

// slipped reports whether two words differ in one letter, or in two that are exchanged.
func slipped(a, b string) bool {
	x, y := []rune(a), []rune(b)
	if len(x) > len(y) {
		x, y = y, x
	}
	i := 0
	for i < len(x) && x[i] == y[i] {
		i++
	}
	j := 0
	for j < len(x)-i && x[len(x)-1-j] == y[len(y)-1-j] {
		j++
	}
	rest, more := x[i:len(x)-j], y[i:len(y)-j]
	return len(more) <= 1 || len(rest) == 2 && len(more) == 2 && rest[0] == more[1] && rest[1] == more[0]
}
