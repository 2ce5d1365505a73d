// Package ankiio brings decks of Anki's into the collection and takes decks to Anki.
//
// [Importer] makes deck files of a package, compiles them and takes schedules and
// reviews over, all of it or nothing. Those of a text file, which has no history, it
// compiles only when asked to. What the collection has of an
// import already is known by Anki's notes (see known.go), and deck files that are
// there are brought up to date (refresh.go). [Exporter] writes packages and text
// files. What a history here is there, package ankihistory says.
package ankiio
