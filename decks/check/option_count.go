package check

import (
	"fmt"

	"kartei/decks"
)

// With one right answer three options do as well as more (Rodriguez 2005, a
// meta-analysis of eighty years); beyond five, authors run out of plausible
// ones. A list to pick several from may be longer: it is read item by item.
const (
	fewestOptions    = 3
	mostOptions      = 5
	mostOptionsMulti = 8
)

var optionCount = Rule{
	Name:     "option-count",
	Title:    "two options are a coin toss, and more than five are rarely all plausible",
	Severity: decks.Warning,
	Text: `
Three good options measure as well as four or five (Rodriguez 2005). With two, every second guess is
right; with more than five the last ones are padding that costs reading time. Where several options
are right, up to eight are fine.

Yes-or-no questions have a rule of their own (yes-no).`,
	Bad: `
Q: Which planet is closest to the sun?
- [x] Mercury
- [ ] Venus`,
	Good: `
Q: Which planet is closest to the sun?
- [x] Mercury
- [ ] Venus
- [ ] Mars`,
	card: func(it *item) {
		n := len(it.card.Options)
		if !it.choice() || isYesNoChoice(it) {
			return
		}
		most := mostOptions
		if it.key() < 0 {
			most = mostOptionsMulti
		}
		switch {
		case n < 2:
			it.report(atQuestion, "this is the only option: a guess is always right",
				"add plausible wrong options, or ask without options")
		case n < fewestOptions:
			it.report(atQuestion, fmt.Sprintf("%d options: a guess is right every second time", n),
				"add a plausible wrong option, or ask without options")
		case n > most:
			it.report(atQuestion, fmt.Sprintf("%d options: more than %d are rarely all plausible", n, most),
				"keep the three or four that a learner could believe")
		}
	},
}
