package check

import (
	"kartei/decks"
	"kartei/decks/syntax"
)

var unknownAllow = Rule{
	Name:     "unknown-allow",
	Title:    "a comment allows a rule that does not exist, so it silences nothing",
	Severity: decks.Warning,
	Text: `
The name after "kartei: allow" is the one in brackets at the end of a warning; several are separated
by spaces. A misspelt name silences nothing, and nobody notices until the warning comes back. Errors
cannot be allowed: they stop the deck until they are mended.`,
	Bad: `
<!-- kartei: allow long-anser -->
Q: What is the motto of the European Union?
A: United in diversity`,
	Good: `
<!-- kartei: allow long-answer -->
Q: What is the motto of the European Union?
A: United in diversity`,
	file: func(s *examined) {
		for _, a := range s.file.Allows {
			for _, name := range a.Rules {
				if rule, ok := s.find(name); !ok {
					s.report(a.Span, "there is no rule "+quote(name),
						"write the name that stands in brackets at the end of the warning")
				} else if rule.Severity == decks.Error {
					s.report(a.Span, quote(name)+" is an error, which no comment allows",
						"mend what the error is about")
				}
			}
		}
	},
}

// The fix looks at the names of all rules, of which this one is one: a variable
// cannot refer to itself.
func init() { unknownAllow.fix = fixAllow }

// A examined is a deck file under examination.
type examined struct {
	file  *syntax.File
	find  func(name string) (*Rule, bool)
	rule  *Rule
	found []place
}

func (s *examined) report(at syntax.Span, message, hint string) {
	s.found = append(s.found, place{s.file, syntax.Problem{Span: at, Severity: s.rule.Severity, Rule: s.rule.Name,
		Message: message, Hint: hint}})
}
