package check

import "kartei/decks"

// More than 40 words take a quarter of a minute to read, longer than most
// answers take to recall.
const stemWords = 40

var longStem = Rule{
	Name:     "long-stem",
	Title:    "a question that long is read more than it is recalled",
	Severity: decks.Warning,
	Text: `
A question of more than forty words costs more time to read than to answer, at every review, for
years. After a few reviews learners know it by its first words and no longer read the rest. Cut what
the answer does not need, and move background to a Note.
(Haladyna, Downing and Rodriguez 2002, rules 13 and 16.)

Code, formulas and quotations do not count: they are what the question is about.`,
	card: func(it *item) {
		n := 0
		for _, w := range it.prompt {
			if !w.is(mentioned) {
				n++
			}
		}
		if n > stemWords && it.firstPrompt() {
			it.report(atQuestion, "the question has "+saidWords(n),
				"cut what the answer does not need; background belongs into a Note")
		}
	},
	Bad: `
Q: The German Federal Constitutional Court, which sits in Karlsruhe and was set up in 1951, two years after the Basic Law had come into force, consists of two panels of judges, who are elected for a term of twelve years and cannot be elected again; how are these panels called?
A: Senates`,
	Good: `
Q: How are the two panels of the German Federal Constitutional Court called?
A: Senates`,
}

// firstPrompt reports whether no earlier card of the fact shows this question:
// the cards of one cloze share a sentence.
func (it *item) firstPrompt() bool {
	return it.card.Kind != decks.Cloze || it.firstOfFact()
}
