package check

import (
	"fmt"
	"unicode/utf8"

	"kartei/decks"
)

// Advice to authors says 1.3 times and eight characters. On the
// labelled decks that flags every third choice, most of them for a difference
// of a word that nobody sees; from half as long again and fifteen characters,
// about two words, the difference meets the eye.
const (
	longerShare = 1.5
	longerBy    = 15 // characters
	clauseWords = 4  // words that make a clause rather than a name
)

var lengthCue = Rule{
	Name:     "length-cue",
	Title:    "the right option is much the longest, and learners know that such options are right",
	Severity: decks.Warning,
	Text: `
Authors qualify what is true and are brief about what is not, so "take the longest" beats guessing.
The right option is flagged when it is more than half as long again as the longest wrong one, and
by more than fifteen characters. Shorten it, move the explanation to a Note, or fill the others out.
(Haladyna, Downing and Rodriguez 2002, rule 24.)

Names, formulas and code have the length they have: only options of four words or more are judged.`,
	Bad: `
Q: Why does ice float on water?
- [x] Its molecules form a lattice that takes more room than in the liquid
- [ ] It is colder than water
- [ ] It holds no salt`,
	Good: `
Q: Why does ice float on water?
- [x] Its lattice takes more room
- [ ] It is colder than water
- [ ] It holds no salt`,
	card: func(it *item) {
		if !it.choice() || len(it.options) < 2 {
			return
		}
		key := it.key()
		if key < 0 || len(it.options[key]) < clauseWords || names(it.options[key]) ||
			aboutOptions(it.lang, it.options[key]) {
			return
		}
		n, longest := length(it.options[key]), 0
		for i, option := range it.options {
			if i != key {
				longest = max(longest, length(option))
			}
		}
		if float64(n) > longerShare*float64(longest) && n-longest > longerBy {
			it.report(atOption(key), fmt.Sprintf("the right option has %d characters, the longest wrong one %d", n,
				longest),
				"shorten it, or move the explanation to a Note")
		}
	},
}

// length is the number of characters of an option, from its first word to its last.
func length(option []word) int {
	n := 0
	for _, w := range option {
		n += utf8.RuneCountInString(w.text) + 1
	}
	return max(n-1, 0)
}

// names reports whether most words that carry meaning have capitals, as in the
// names of people, places and laws, or stand in code.
func names(option []word) bool {
	capitals, all := 0, 0
	for _, w := range option {
		if len(w.text) < 4 && !w.capital() && !w.is(code|formula) {
			continue
		}
		all++
		if w.capital() || w.is(code|formula) {
			capitals++
		}
	}
	return capitals == all
}
