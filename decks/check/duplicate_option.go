package check

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"kartei/decks"
)

var duplicateOption = Rule{
	Name:     "duplicate-option",
	Title:    "two options of one question read the same, so neither can be right alone",
	Severity: decks.Error,
	Text: `
Two options agree but for spaces and a closing full stop. If one is right, so is the other; if both
are wrong, one is not a choice. Delete one.

Capitals count: CO is not Co, and MB is not Mb.`,
	Bad: `
Q: Which gas do plants take in?
- [x] carbon dioxide
- [ ] oxygen
- [ ] oxygen.`,
	Good: `
Q: Which gas do plants take in?
- [x] carbon dioxide
- [ ] oxygen
- [ ] nitrogen`,
	card: func(it *item) {
		if len(it.card.Options) == 0 {
			return
		}
		first := map[string]int{}
		for i, o := range it.card.Options {
			text := plain(o.Text)
			if j, seen := first[text]; seen {
				it.report(atOption(i), fmt.Sprintf("this option is the same as number %d", j+1),
					"delete one of the two")
				continue
			}
			first[text] = i
		}
	},
	fix: fixDropOption,
}

// mostCompared bounds what is compared with each other within one card.
const mostCompared = 100

// plain is a short text as it reads: without a difference in normal form,
// spaces, and a closing full stop.
func plain(s string) string {
	return strings.TrimRight(collapse(norm.NFC.String(s)), ". ")
}

// collapse makes each run of white space one space, and trims the ends.
func collapse(s string) string {
	for i := range len(s) {
		if c := s[i]; c == '\t' || c == '\n' || c == '\r' || c >= utf8.RuneSelf ||
			c == ' ' && (i == 0 || i+1 == len(s) || s[i+1] == ' ') {
			return strings.Join(strings.Fields(s), " ")
		}
	}
	return s
}
