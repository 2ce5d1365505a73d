// Package notebook takes in what people wrote for programs that keep cards in
// folders of text files, among notes or alone, with what those programs know of
// the learner: hashcards, Obsidian's, Emacs's and others.
//
// A [Format] finds the cards of one such program. What is the same for all is here:
// which files are read, ids, pictures, what a deck file cannot hold, and the deck
// files themselves. [Format.Take] does all of it:
//
//	source, err := notebook.Open(folder, "", format.Extensions, "")
//	im, err := format.Take(ctx, source, notebook.Options{Deck: "school"})
//
// A format is given text and bytes, and opens no file but those of its [Source].
// What it reads comes from strangers.
package notebook
