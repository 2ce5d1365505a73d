package check

import (
	"strings"

	"kartei/decks"
)

var allOfTheAbove = Rule{
	Name:     "all-of-the-above",
	Title:    "an option that speaks of the other options breaks when they are shuffled, and tests something else",
	Severity: decks.Warning,
	Text: `
Options are shown in a different order each time, so "all of the above" or "both A and B" means
nothing. Even in order they are weak: who knows that two options are right also knows that all are.
Mark several options as right with [x] instead, or ask for the exception.
(Haladyna, Downing and Rodriguez 2002, rules 25 and 26.)`,
	Bad: `
Q: Which of these are noble gases?
- [ ] Neon
- [ ] Argon
- [x] All of the above`,
	Good: `
Q: Which of these are noble gases?
- [x] Neon
- [x] Argon
- [ ] Nitrogen`,
	card: func(it *item) {
		if !it.choice() {
			return
		}
		for i, option := range it.options {
			if aboutOptions(it.lang, option) || joinsLetters(it, i) {
				it.report(atOption(i), "this option speaks of the other options",
					"mark each right option with [x], or leave this one out")
			}
		}
	},
}

// otherOptions are the ways in which a whole option speaks of the others.
var otherOptions = newPhrasebook(`
all of the above
none of the above
all the above
all of these
none of these
all of them
none of them
any of the above
both of the above
neither of the above
all of the options
none of the options
all answers
none of the answers
all of the answers
all of those
none of those
all above
none above
both of these
neither of these
all options
no option
both answers
all three are
all four are
all the options
more than one of the above
two of the above
both options
all the answers`, `
alle oben genannten
alle der oben genannten
alle genannten
alle der genannten
keine der genannten
keiner der genannten
keines der genannten
keine der oben genannten
keines der oben genannten
keiner der oben genannten
nichts davon
alles davon
alle antworten
keine antwort
keine der antworten
keine dieser antworten
alle drei antworten
alle vier antworten
beide antworten
alle aussagen
keine der aussagen
keine dieser aussagen
alles oben genannte
alles genannte
nichts des genannten
nichts von alledem
alle vorgenannten
keine der vorgenannten
keine der obigen
alle obigen
alle drei aussagen
keine von diesen
keiner von diesen
keines von diesen
nichts von dem genannten
alles trifft zu
nichts trifft zu
alle optionen
keine der optionen
alle möglichkeiten
keine der möglichkeiten`)

func aboutOptions(l language, option []word) bool {
	return otherOptions.opens(l, option)
}

// joinsLetters finds "both A and B", "A und C", "(a) and (b)": options named by
// their letters. Where another option also speaks of a letter, as with blood
// groups or variables, letters are what the question is about.
func joinsLetters(it *item, at int) bool {
	if len(it.options) > mostCompared || !letters(it.lang, it.options[at], len(it.options)) {
		return false
	}
	for i, option := range it.options {
		if i != at && !letters(it.lang, option, len(it.options)) && hasLetter(option) {
			return false
		}
	}
	return !hasLetter(it.prompt)
}

// letters reports whether the option consists of letters of the first n
// options and of words that join them.
func letters(l language, option []word, n int) bool {
	count := 0
	for _, w := range option {
		switch {
		case w.is(mentioned):
			return false
		case singleLetter(w) && int(w.fold[0]-'a') < n:
			count++
		case !letterJoiners.has(l, w.fold):
			return false
		}
	}
	return count >= 2
}

var letterJoiners = newLexicon("both and or neither nor either options answers",
	"sowohl als auch und oder weder noch antwort antworten beide")

func singleLetter(w word) bool {
	return len(w.fold) == 1 && w.fold[0] >= 'a' && w.fold[0] <= 'z'
}

func hasLetter(words []word) bool {
	for _, w := range words {
		if singleLetter(w) && strings.ToUpper(w.text) == w.text && w.fold != "i" {
			return true
		}
	}
	return false
}
