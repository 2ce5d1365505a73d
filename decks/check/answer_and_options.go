package check

import (
	"strings"

	"kartei/decks"
)

var answerAndOptions = Rule{
	Name:     "answer-and-options",
	Title:    "a question with an answer and options has two answers, and the options become text",
	Severity: decks.Error,
	Text: `
Options stand below the question itself. After "A:" they are lines of the answer: their boxes would
be shown to the learner, and nothing could be chosen. Delete the line "A:", or the options.`,
	Bad: `
Q: Which of these is a primary colour of light?
A: green
- [x] green
- [ ] brown
- [ ] pink`,
	Good: `
Q: Which of these is a primary colour of light?
- [x] green
- [ ] brown
- [ ] pink`,
	card: func(it *item) {
		for line := range strings.Lines(it.card.Answer) {
			if box, _, ok := strings.Cut(line, "] "); ok && (box == "- [x" || box == "- [X" || box == "- [ ") {
				it.report(atAnswer, "this question has an answer and options",
					`delete "A:" and what follows it, or the options`)
				return
			}
		}
	},
}
