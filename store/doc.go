// Package store keeps a collection: the compiled decks, and the log of all that
// the learner did, in one SQLite file.
//
// # The log is the truth
//
// A learner's acts are rows of a log that is only ever appended to: answers,
// suspensions, and so on. Undo is a row that takes another back; a card that
// takes a new name is a row that says so. [Store.Append] returns when its rows
// are on disk. Each row carries a hash of itself and of the row before, and a
// small file beside the database names the last one, so that neither a changed
// nor a lost answer goes unnoticed.
//
// Everything else about a card is a cache: what is stored after an answer is
// what replaying the log gives, bit for bit, and [Store.Doctor] compares. The
// replay goes by a clock that never runs backwards, whatever the one on the
// wall does, and by the study days that the learner lived, wherever it runs.
//
// # Decks
//
// [Store.Apply] takes what package decks compiled, finds the facts again that
// were there before, and writes only what differs. What is gone is retired: it
// comes back with its history.
//
// # Files
//
// Beside collection.db there are collection.db-wal and collection.db-shm while
// it is open (SQLite's own), collection.db-mark with the last row's hash, and
// the folder collection-backups.
//
// # Rooms
//
// From the ground up: sqlite opens a database file, migrations has the tables as SQL,
// journal the log as data, table and content what the columns hold, and highwater the
// mark. On these stand backup, doctor and transfer, and this package on all of them.
package store
