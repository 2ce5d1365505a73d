// Package anki carries decks to Anki and back.
//
// # To Anki
//
// [WriteCSV] writes the text file that Anki's import dialog takes as it is;
// [WritePackage] writes an .apkg with media, and with schedules and review logs
// for those who move. A cloze fact becomes one note whose deletions keep their
// numbers; every other card is a note of its own. A note's guid is made from
// the identity of the card or the fact, never from its text: when a deck was
// edited, exported and imported again, Anki updates the note and leaves its
// schedule and history alone.
//
// Card texts are Markdown and Anki's fields are HTML. What Anki would read as
// something else is written as a character reference: "}}" and "::" within a
// deletion, "{{c1::" outside, "[sound:" in prose. Choices are lettered in an
// order that no export changes, the parts of a sequence are shown shuffled,
// sets are lists.
//
// # From Anki
//
// [ReadPackage] reads .apkg and .colpkg files of all three layouts, [ReadText]
// the text files that Anki writes and reads. Notes become fact files that read as if somebody had written them,
// reversed notes become terms, and what was lost on the way is counted.
// Packages are hostile until shown otherwise, see [ErrHostile].
//
// # Streams
//
// The package reads and writes streams and opens no file of a user. What a
// deck refers to (pictures, sound) is listed in [Report] and [Import] under the
// flat names of Anki's media folder; copying is up to the caller.
//
// # How it is shown
//
// The interop suite asks the real Anki: .ci/anki installs it and runs the tests
// whose names begin with TestAnki. Without Anki, a model of its reader stands
// in for it.
package anki
