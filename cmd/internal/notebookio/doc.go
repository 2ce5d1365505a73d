// Package notebookio brings in what people wrote for programs that keep cards in
// folders of text files: deck files in Kartei's language, with pictures and sounds,
// in the same folders, and, compiled in the same step, what those programs know of
// the learner.
//
// The same import again brings the deck files up to date: what was edited here stays,
// and is named where the source says something else by now.
package notebookio
