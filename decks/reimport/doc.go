// Package reimport brings a deck file up to date with what it was imported from, a
// list or a question bank that has changed since, and leaves what its author
// wrote.
//
//	base := reimport.BaseOf(imported)              // kept beside the deck
//	result, err := reimport.Merge(deck, now, base) // later
//
// Both are texts in the fact language; the source's is what an import writes
// today. Facts are known again by what they say, then by id, then by one of their
// sides. Part by part (question, answer, note …) the text that changed since the
// base counts; where both changed, the author's stays and is named. Facts that
// the author added are never touched, and neither is anything between facts.
package reimport
