package check

import (
	"strings"
	"unicode/utf8"

	"kartei/decks"
)

var clozeVisible = Rule{
	Name:     "cloze-visible",
	Title:    "what the cloze hides can be read elsewhere on the card",
	Severity: decks.Warning,
	Text: `
The hidden words also stand in the part of the sentence that is shown, or in the hint. The learner
copies them. Hide both places under one number ({{1::Paris}} … {{1::Paris}}), or reword the
sentence.

Hidden words of fewer than four letters, such as articles and digits, are not looked for.`,
	Bad: `
C: {{Iron}} rusts because iron reacts with oxygen and water.`,
	Good: `
C: {{Iron}} rusts because it reacts with oxygen and water.`,
	card: func(it *item) {
		c := it.card
		if c.Kind != decks.Cloze {
			return
		}
		for _, p := range it.cloze {
			if !p.has(c.Number) || utf8.RuneCountInString(p.text) < 4 {
				continue
			}
			if containsWords(words(nil, p.hint), p.words) {
				it.report(atQuestion, "the hint gives "+quote(p.text)+" away", "hint at it without saying it")
				return
			}
			for _, other := range it.cloze {
				if !other.has(c.Number) && containsWords(other.words, p.words) {
					it.report(atQuestion, quote(p.text)+" is hidden and can be read elsewhere in the sentence",
						"hide it there too, under the same number, or reword")
					return
				}
			}
		}
	},
}

// possessed cuts the ending off "packet's".
func possessed(w string) string {
	return strings.TrimSuffix(strings.TrimSuffix(w, "'s"), "’s")
}

// containsWords reports whether the words stand in the text, one after the other.
func containsWords(text, words []word) bool {
	if len(words) == 0 {
		return false
	}
	for at := 0; at+len(words) <= len(text); at++ {
		i := 0
		for i < len(words) && possessed(text[at+i].fold) == words[i].fold {
			i++
		}
		if i == len(words) {
			return true
		}
	}
	return false
}
