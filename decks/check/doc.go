// Package check finds what a learner would suffer from in a deck: questions
// with two answers, answers that nobody recalls whole, options that give the
// right one away.
//
// Each rule has a file of its own with its reason, a page of help, an example
// to avoid and one to follow. [Run] applies the rules to what package decks has
// compiled. Problems of form, such as a question without an answer, are found
// by the compiler itself; [Find] has their pages of help all the same.
//
// The rules come from the literature on writing test items (Haladyna, Downing
// and Rodriguez, A review of multiple-choice item-writing guidelines, Applied
// Measurement in Education 15, 2002) and on formulating knowledge for spaced
// repetition (Wozniak, Twenty rules of formulating knowledge, 1999). Many rest
// on the agreement of textbooks, not on experiments: so they warn, they are
// silenced where they stand by a comment,
//
//	<!-- kartei: allow long-answer -->
//
// and a rule that is wrong more often than once in ten, measured on the labelled
// decks in testdata/corpus, may not be on by default: a checker that cries wolf
// gets switched off. At present none is.
//
// Rules that look for words know English and German; the deck's lang says which.
// A deck without lang is read as both, and a deck in another language is only
// checked for what needs no words.
package check
