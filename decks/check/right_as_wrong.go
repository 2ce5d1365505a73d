package check

import "kartei/decks"

var rightAsWrong = Rule{
	Name:     "right-as-wrong",
	Title:    "an answer that is right for this question is offered as a wrong one",
	Severity: decks.Error,
	Text: `
The same text stands once among the right answers (A, Accept, or an option with [x]) and once as a
wrong choice (Not, or an option with [ ]). Whoever knows the answer would be marked wrong.
Take it out of one of the two.`,
	Bad: `
Q: What is the capital of the Netherlands?
A: Amsterdam
Accept: Den Haag
Not: Den Haag -- the seat of government`,
	Good: `
Q: What is the capital of the Netherlands?
A: Amsterdam
Not: Den Haag -- the seat of government`,
	card: func(it *item) {
		c := it.card
		for i, o := range c.Options {
			if !o.Right && counts(c, o.Text) {
				it.report(atOption(i), quote(o.Text)+" is offered as wrong and counts as right", "take it out of one of the two")
			}
		}
	},
}

// counts reports whether the text is an answer or accepted as one.
func counts(c *decks.Card, text string) bool {
	if c.Answer != "" && sameText(c.Answer, text) {
		return true
	}
	for _, a := range c.Accept[:min(len(c.Accept), mostCompared)] {
		if sameText(a, text) {
			return true
		}
	}
	return false
}
