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
		if len(it.card.Options) == 0 || it.card.Answer == "" && len(it.card.Accept) == 0 {
			return
		}
		right := rightTexts(it.card)
		for i, o := range it.card.Options {
			if !o.Right && right[plain(o.Text)] {
				it.report(atOption(i), quote(o.Text)+" is offered as wrong and counts as right",
					"take it out of one of the two")
			}
		}
	},
}

// rightTexts are the plain texts of the answer and of what is accepted as one.
func rightTexts(c *decks.Card) map[string]bool {
	right := map[string]bool{}
	for _, text := range append([]string{c.Answer}, c.Accept...) {
		if text != "" {
			right[plain(text)] = true
		}
	}
	return right
}
