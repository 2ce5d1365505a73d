package check

import (
	"fmt"

	"kartei/decks"
)

// Kahoot cuts an option at 75 characters (R/exams, exams2kahoot), which is
// also what a terminal shows in one line.
const (
	optionRunes = 75
	optionWords = 15
)

var longOption = Rule{
	Name:     "long-option",
	Title:    "options that fill more than a line test reading and memory for the options",
	Severity: decks.Warning,
	Text: `
Who has reached the fourth long option has forgotten the first. Options of more than fifteen words or
75 characters are flagged: move what they have in common into the question, and the reasons behind
a "--" or into a Note. (Haladyna, Downing and Rodriguez 2002, rule 13; 75 characters is what live
quiz tools accept.)`,
	Bad: `
Q: What does the Doppler effect describe?
- [x] That the frequency of a wave, as it is measured by an observer, changes when source and observer move towards each other
- [ ] That waves bend at edges
- [ ] That waves cancel out`,
	Good: `
Q: What does the Doppler effect describe?
- [x] The pitch of moving sources
- [ ] The bending at edges
- [ ] The cancelling of waves`,
	card: func(it *item) {
		if !it.choice() {
			return
		}
		for i, option := range it.options {
			n, runes := 0, 0
			for _, w := range option {
				if !w.is(code | formula | picture) {
					n, runes = n+1, runes+len([]rune(w.text))+1
				}
			}
			if n > optionWords || runes-1 > optionRunes {
				it.report(atOption(i), fmt.Sprintf("the option has %s and %d characters", saidWords(n), runes-1),
					"move what the options share into the question, and reasons into a Note")
				return
			}
		}
	},
}
