package check

import (
	"strings"

	"kartei/decks"
)

var danglingPronoun = Rule{
	Name:     "dangling-pronoun",
	Title:    "the question speaks of it or them, and nothing on the card says what that is",
	Severity: decks.Warning,
	Text: `
Cards are shown one at a time and in any order. A sentence that begins with "It …", "They …" or
"Dieser Vertrag …", or a question such as "When was it founded?", leans on a text that the learner
does not see. Name the thing.

A cloze counts only if it hides a name or a number: sentences that practise grammar ("She {{has
lived}} here for years") need nobody's name. Riddles ("It has eight legs. What is it?"), clues
without a question mark whose answer is the thing meant, and "It was Bismarck who …" are left alone.`,
	Bad: `
C: It was signed in {{1949}} in Washington.`,
	Good: `
C: The North Atlantic Treaty was signed in {{1949}} in Washington.`,
	card: func(it *item) {
		if len(it.prompt) < 3 || it.termOrDefinition() || it.prompt[0].is(mentioned|strong) {
			return
		}
		var at int
		switch {
		case it.card.Kind == decks.Cloze && opensOn(it.lang, it.prompt) && it.hidesFact() && !impersonal(it.prompt):
		case it.card.Kind != decks.Cloze && opensOn(it.lang, it.prompt) && oneQuestion(it.card.Prompt):
		case it.card.Kind != decks.Cloze && asksAfterPronoun(it.lang, it.prompt):
			at = 2
		default:
			return
		}
		it.report(atQuestion.at(it.prompt[at], it.card.Prompt),
			"nothing on this card says what "+quote(it.prompt[at].text)+" stands for", "name it")
	},
}

var (
	pronouns       = newLexicon("it they he she", "er")
	demonstratives = newLexicon("this these", "dieser diese dieses diesem diesen")
	questionWords  = newLexicon("when where why how", "wann wo warum wieso weshalb wie woher wohin wodurch")
	auxiliaries    = newLexicon("was were is are did does do has had",
		"wurde wurden ist sind war waren hat hatte wird kam starb trat")
)

// opensOn reports whether a text begins with a pronoun, or with a
// demonstrative and its noun.
func opensOn(l language, words []word) bool {
	first, second := words[0], words[1]
	if pronouns.has(l, first.fold) {
		return true
	}
	if !demonstratives.has(l, first.fold) || second.is(mentioned) {
		return false
	}
	return demonstratives.english.Has(first.fold) && !functionWords.english.Has(second.fold) ||
		demonstratives.german.Has(first.fold) && second.capital()
}

// hidesFact reports whether a cloze hides a number or a name. In German every
// noun has a capital, so a name counts only beside a number.
func (it *item) hidesFact() bool {
	number, name, numberShown := false, false, false
	for _, p := range it.cloze {
		for _, w := range p.words {
			hidden := p.has(it.card.Number)
			number = number || hidden && w.numeral()
			name = name || hidden && w.capital()
			numberShown = numberShown || w.numeral()
		}
	}
	return number || name && (it.lang == english || numberShown)
}

// impersonal reports whether "it" stands for what follows: "It was Bismarck
// who …", "It is known that …", "It took three years to …".
func impersonal(words []word) bool {
	if words[0].fold != "it" {
		return false
	}
	for i, w := range words[1:] {
		switch w.fold {
		case "who", "that", "whom", "until", "takes", "took":
			return true
		case "to":
			return !strings.HasSuffix(words[i].fold, "ed") // words[i] stands before w
		}
	}
	return false
}

// oneQuestion reports whether the text is a single sentence with a question mark.
func oneQuestion(s string) bool {
	s = strings.TrimSpace(s)
	return strings.HasSuffix(s, "?") && !strings.ContainsAny(s[:len(s)-1], ".!?:;–—\n")
}

// asksAfterPronoun finds "When was it founded?" and "Warum trat er zurück?".
// "What do they …" and "Why is it legal to …" speak of people and things at large.
func asksAfterPronoun(l language, words []word) bool {
	if !questionWords.has(l, words[0].fold) || len(words) < 3 {
		return false
	}
	if words[2].text == "er" {
		return l&german != 0 && !questionWords.has(l, words[1].fold)
	}
	if !auxiliaries.has(l, words[1].fold) || len(words) < 4 {
		return false
	}
	switch w := words[2]; w.text {
	case "he", "she", "they":
		return l&english != 0
	case "sie":
		return l&german != 0
	case "it":
		return l&english != 0 && strings.HasSuffix(words[3].fold, "ed") &&
			!contains(words[3:], "that", "to", "when", "if")
	}
	return false
}

func contains(words []word, any ...string) bool {
	for _, w := range words {
		for _, a := range any {
			if w.fold == a {
				return true
			}
		}
	}
	return false
}
