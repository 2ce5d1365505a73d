// Package store keeps a collection: the compiled decks, and the log of all that
// the learner did, in one SQLite file.
package store
