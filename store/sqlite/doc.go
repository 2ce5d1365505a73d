// Package sqlite is the ground that a collection stands on: a database file that
// is opened safely, transactions as types, statements that are prepared once,
// copies while others write, and what SQLite's errors mean. It knows no table.
//
// A [Source] says how a file is opened: as one's own, for reading, or as one from
// a stranger. A [DB] has one connection. What reads is handed a [ReadTx], which
// has no method that writes.
package sqlite
