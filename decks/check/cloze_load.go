package check

import (
	"fmt"

	"kartei/decks"
)

// Three deletions in a sentence, and half of its words, are the most that leave
// a sentence to be read.
const (
	mostDeletions   = 3
	mostHiddenShare = 0.5
)

var clozeLoad = Rule{
	Name:     "cloze-load",
	Title:    "so much of the sentence is hidden that little is left to recall it by",
	Severity: decks.Warning,
	Text: `
A cloze works because the rest of the sentence leads to what is missing. With more than three
deletions in a sentence, or with more than half of its words hidden at once, there is no rest.
Split the sentence, or number the deletions so that fewer are hidden together.
(Wozniak, Twenty rules of formulating knowledge, rule 4.)`,
	Bad: `
C: {{Otto}} {{Hahn}} discovered {{nuclear}} {{fission}} in {{1938}}.`,
	Good: `
C: {{Otto Hahn}} discovered nuclear fission in {{1938}}.`,
	card: func(it *item) {
		if it.card.Kind != decks.Cloze {
			return
		}
		if it.firstOfFact() {
			if n := mostInSentence(it.cloze); n > mostDeletions {
				it.report(atQuestion, fmt.Sprintf("%d deletions in one sentence", n),
					"split the sentence, or hide less of it")
				return
			}
		}
		hidden, all := 0, 0
		for _, p := range it.cloze {
			n := len(p.words)
			all += n
			if p.has(it.card.Number) {
				hidden += n
			}
		}
		if all > 2 && float64(hidden) > mostHiddenShare*float64(all) {
			it.report(atQuestion, fmt.Sprintf("%d of %d words are hidden at once", hidden, all),
				"number the deletions ({{1::…}}, {{2::…}}), or leave more of the sentence")
		}
	},
}

// firstOfFact reports whether the card is its fact's first.
func (it *item) firstOfFact() bool { return it.card == &it.fact.Cards[0] }

// mostInSentence is the largest number of deletions in one sentence.
func mostInSentence(parts []clozePart) int {
	most, n := 0, 0
	for _, p := range parts {
		if p.number > 0 {
			n++
			most = max(most, n)
		} else if endsSentence(p.text) {
			n = 0
		}
	}
	return most
}

func endsSentence(s string) bool {
	for i := range len(s) {
		switch s[i] {
		case '\n':
			return true
		case '.', '!', '?', ';':
			if i+1 == len(s) || s[i+1] == ' ' || s[i+1] == '\n' {
				return true
			}
		}
	}
	return false
}
