package check

import (
	"fmt"
	"slices"
	"strings"

	"kartei/decks"
)

// A Rule is one thing in a deck that a learner would suffer from, and the
// check that finds it.
type Rule struct {
	Name     string         // "long-answer": in messages, in --explain, in `kartei: allow`
	Title    string         // the reason, in one line
	Text     string         // the page of help that --explain shows
	Bad      string         // a deck that breaks the rule
	Good     string         // the same deck, mended
	Severity decks.Severity // an error stops the deck, a warning never does
	Off      bool           // not run unless [Options] name it

	card func(*item)   // looks at one card
	deck func(*survey) // looks at a deck as a whole
	file func(*source) // looks at a file as written
}

// rules are all rules, sorted by name.
var rules = []*Rule{
	&absoluteTerm,
	&allOfTheAbove,
	&ambiguousPrompt,
	&articleCue,
	&brokenImage,
	&clang,
	&closeSiblings,
	&clozeLoad,
	&clozeVisible,
	&danglingPronoun,
	&duplicateOption,
	&evidence,
	&imageWithoutAlt,
	&lengthCue,
	&listAsAnswer,
	&longAnswer,
	&longOption,
	&longStem,
	&longestIsRight,
	&nearDuplicate,
	&negativeStem,
	&noSource,
	&numericOrder,
	&numericOverlap,
	&optionCount,
	&rightAsWrong,
	&unknownAllow,
	&vagueQuantifier,
	&volatile,
	&yesNo,
}

// Rules returns all rules, sorted by name.
func Rules() []*Rule { return slices.Clone(rules) }

// Find returns the rule of that name.
func Find(name string) (*Rule, bool) {
	i := slices.IndexFunc(rules, func(r *Rule) bool { return r.Name == name })
	if i < 0 {
		return nil, false
	}
	return rules[i], true
}

// Explain is the page of help for the rule, as plain text: the reason, the
// text, and the two examples.
func (r *Rule) Explain() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s (%s%s)\n%s\n\n%s\n", r.Name, r.Severity, map[bool]string{true: ", off by default"}[r.Off], r.Title, strings.TrimSpace(r.Text))
	for _, example := range []struct{ title, deck string }{{"Instead of", r.Bad}, {"write", r.Good}} {
		if example.deck != "" {
			fmt.Fprintf(&b, "\n%s\n\n%s\n", example.title, indent(example.deck))
		}
	}
	return b.String()
}

func indent(s string) string {
	lines := strings.Split(strings.Trim(s, "\n"), "\n")
	for i, line := range lines {
		if line != "" {
			lines[i] = "    " + line
		}
	}
	return strings.Join(lines, "\n")
}
