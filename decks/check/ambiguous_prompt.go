package check

import (
	"fmt"
	"strings"

	"kartei/decks"
)

var ambiguousPrompt = Rule{
	Name:     "ambiguous-prompt",
	Title:    "two cards ask the same and want different answers, so the learner cannot know which",
	Severity: decks.Warning,
	Text: `
Two cards of the deck show the very same question and differ in the answer. The learner can only
guess which is wanted, and both cards fail for ever. Say more in the question, or give both a Hint;
if either answer is right for both, put the other one under Accept.

Questions count as the same when they agree but for spaces and a closing punctuation mark. Choices
are the same only when their options agree too.`,
	Bad: `
T: bank
D: das Ufer

T: bank
D: das Geldinstitut`,
	Good: `
T: bank (of a river)
D: das Ufer

T: bank (for money)
D: das Geldinstitut`,
	deck: func(s *survey) {
		first := map[hash]*view{}
		for v := range s.cards() {
			key := promptKey(v.card)
			other, seen := first[key]
			if !seen {
				first[key] = v
				continue
			}
			if hinted(v.card, other.card) || sameAnswer(v, other) {
				continue
			}
			s.reportBeside(v, other, atRow, fmt.Sprintf("line %s asks the same and wants another answer",
				other.line(v)),
				"say more in the question, or give both a Hint")
		}
	},
}

// promptKey identifies what a learner sees before answering, but for spaces and
// a closing punctuation mark. Case counts: "polish" is not "Polish".
func promptKey(c *decks.Card) hash {
	key := emptyHash.spaced(strings.TrimRight(c.Prompt, "?!.:… \n"))
	if c.Kind == decks.Choice {
		for _, o := range c.Options {
			key = key.spaced(o.Text)
		}
	}
	return key
}

// hinted reports whether hints tell the two cards apart.
func hinted(a, b *decks.Card) bool {
	return a.Hint != "" && b.Hint != "" && a.Hint != b.Hint
}
