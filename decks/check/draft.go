package check

import (
	"kartei/decks"
	"kartei/decks/syntax"
)

var draft = Rule{
	Name:     "draft",
	Title:    "this is a draft, which no learner is asked until its author accepts it",
	Severity: decks.Warning,
	Text: `
"kartei draft" proposes facts from a document and marks each with "Draft: yes". Nobody has read them
yet: a sentence may say something else without the one before it, and a figure may be out of date.
So no cards are made of a draft; it is in no review, no quiz and no export.

Read it beside its source. If it is worth keeping, mend its words and delete the line "Draft: yes".
If not, delete the fact: it is not proposed again.`,
	Bad: `
C: The Danube rises in the {{Black Forest}}.
Draft: yes`,
	Good: `
C: The Danube rises in the {{Black Forest}}.`,
	file: func(s *examined) {
		for _, block := range s.file.Blocks {
			if fact, ok := block.(*syntax.Fact); ok && fact.IsDraft() {
				s.report(fact.Get(syntax.Draft).Span, "this draft is not asked until you accept it",
					"accept: delete this line; refuse: delete the fact")
			}
		}
	},
	fix: fixAcceptDraft,
}
