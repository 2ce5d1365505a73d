// Package anki carries decks to Anki and back.
//
// A fact becomes one or more Anki notes. A cloze fact is one note whose
// deletions keep their numbers; every other card is a note of its own. The
// note's guid is made from the identity of the card or the fact, never from its
// text: when a deck was edited, exported and imported again, Anki updates the
// note and leaves its schedule and history alone.
//
// Card texts are Markdown and Anki's fields are HTML. What Anki would read as
// something else is written as a character reference: "}}" and "::" within a
// deletion, "{{c1::" outside, "[sound:" in prose.
//
// The package reads and writes streams and opens no file of a user. What a
// deck refers to (pictures, sound) is listed in the [Report] under the flat
// names that Anki's media folder wants; copying is up to the caller.
package anki
