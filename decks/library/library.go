// Package library holds the decks that come with the program: study notes on
// one real study, in English (nato-en) and in German (nato-de), under the same
// fact ids.
//
// The facts come from Matthias Dembinski and Hans-Joachim Spanger, "Die Zukunft
// der NATO" (Friedrich-Ebert-Stiftung, June 2025). Each names its page and a
// token of a few words that can be looked up there. The study itself is not
// included and its sentences are not repeated: the notes tell its facts in words
// of their own. The licence line in a deck's header therefore covers the cards
// only; the study belongs to its publisher.
package library

import "embed"

// FS holds the decks as Markdown, in the fact language: for each language a file that
// introduces its decks and holds no fact, so that what a learner sets for it holds for
// all of them together, and beside it the folder of their files.
//
//go:embed nato-de.md nato-de nato-en.md nato-en
var FS embed.FS

// Core is what the deck of each language is called, below it, that a week is enough for.
const Core = "core"
