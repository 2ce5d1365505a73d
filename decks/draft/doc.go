// Package draft proposes facts from a document, for an author to look over.
//
//	document, err := draft.Read("treaty.html", data)
//	candidates := draft.Propose(document, nil)
//	deck, proposed, err := draft.Add(deck, document, candidates, record)
//
// [Read] makes sections, paragraphs and pages of text, Markdown or HTML. From each
// sentence that can stand by itself and states something checkable [Propose] makes
// a candidate: by rules, in English and German, and for each with the words of the
// document that prove it. A candidate is never a finished card. [Add] writes the
// chosen ones into a deck as drafts, which no learner is asked until the author
// has accepted them; what was proposed once is recorded and not proposed again,
// whatever became of it.
//
// A program of the author's choice may propose, too: [ReadProposals] puts what it
// says through the same checks. A document is the work of a stranger, and so is
// what such a program answers: both are limited in size and time, and nothing in
// either is more than text.
package draft
