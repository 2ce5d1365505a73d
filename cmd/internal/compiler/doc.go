// Package compiler brings folders of deck files into the collection: what an
// explicit compile does, with its plan and its questions, and what brings known
// folders up to date by itself.
//
// An explicit compile is [Compile] and then [Say]. Before decks are asked, shown or
// exported, [Updater.Run] compiles those whose files have changed; it asks nothing
// that could lose a history.
package compiler
