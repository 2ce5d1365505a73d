package check

import (
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
		parts := clozeParts(c.Text)
		for _, p := range parts {
			if p.number != c.Number || utf8.RuneCountInString(p.text) < 4 {
				continue
			}
			hidden := words(nil, p.text)
			if containsWords(words(nil, p.hint), hidden) {
				it.report(atQuestion, "the hint gives “"+p.text+"” away", "hint at it without saying it")
				return
			}
			for _, other := range parts {
				if other.number != c.Number && containsWords(words(nil, other.text), hidden) {
					it.report(atQuestion, "“"+p.text+"” is hidden and can be read elsewhere in the sentence",
						"hide it there too, under the same number, or reword")
					return
				}
			}
		}
	},
}

// containsWords reports whether the words stand in the text, one after the other.
func containsWords(text, words []word) bool {
	if len(words) == 0 {
		return false
	}
	for at := 0; at+len(words) <= len(text); at++ {
		i := 0
		for i < len(words) && text[at+i].fold == words[i].fold {
			i++
		}
		if i == len(words) {
			return true
		}
	}
	return false
}
