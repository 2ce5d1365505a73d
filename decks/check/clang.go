package check

import (
	"strings"
	"unicode/utf8"

	"kartei/decks"
)

var clang = Rule{
	Name:     "clang",
	Title:    "a word of the question stands in the right option only, and so points at it",
	Severity: decks.Warning,
	Text: `
Learners who know nothing pick the option that sounds like the question. Here a word of the question
is repeated by the right option and by no other. Word the question otherwise, or let a wrong option
repeat it too. (Haladyna, Downing and Rodriguez 2002, rule 28b.)

Words of fewer than four letters, words of grammar ("which", "between") and mentioned words (in
quotation marks or code) do not count. Cards without options have nothing to point at.`,
	Bad: `
Q: Where does the Statue of Liberty stand?
- [x] Liberty Island
- [ ] Ellis Island
- [ ] Manhattan`,
	Good: `
Q: Where does the copper statue in New York Harbor stand?
- [x] Liberty Island
- [ ] Ellis Island
- [ ] Manhattan`,
	card: func(it *item) {
		if !it.choice() || len(it.options) < 2 {
			return
		}
		key := it.key()
		if key < 0 || isYesNoChoice(it) || aboutOptions(it.lang, it.options[key]) {
			return
		}
		for _, w := range it.options[key][:min(len(it.options[key]), mostCompared)] {
			if topical(it.lang, w) && holds(it.prompt, w) && !otherHolds(it.options, key, w) {
				it.report(atOption(key).at(w, it.card.Options[key].Text),
					quote(w.text)+" stands in the question and in no wrong option",
					"word the question otherwise, or let a wrong option repeat the word")
				return
			}
		}
	},
}

// topical reports whether a word says what a text is about. In an unknown
// language there is no telling, so nothing is.
func topical(l language, w word) bool {
	return l != 0 && !w.is(mentioned) && !w.numeral() && utf8.RuneCountInString(w.text) >= 4 &&
		!functionWords.has(english|german, w.fold)
}

// holds reports whether w is used among the words; a title (*Effi Briest*) is not.
func holds(words []word, w word) bool {
	for _, other := range words {
		if !other.is(mentioned|strong) && other.fold == w.fold {
			return true
		}
	}
	return false
}

func otherHolds(options [][]word, key int, w word) bool {
	for i, option := range options {
		for _, other := range option {
			if i != key && strings.Contains(other.fold, w.fold) { // also within a compound: Stadtrecht
				return true
			}
		}
	}
	return false
}
