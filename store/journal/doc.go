// Package journal is the log of what a learner did, as data: what its rows are,
// how they are chained, and what they come to when they are replayed. It knows
// neither files nor databases.
//
// Each device writes rows of its own, numbered from 1. A row carries the hash of
// itself and of the row before it (see [Row.Sum]), so that a changed or a missing
// row shows. The logs of all devices are replayed side by side in one order, the
// same on every machine (see [Compare]).
//
// Two kinds of rows say how to read the others: an undo takes a row back, and an
// alias gives a card another name (see [Names]). A fit is about no card: it says which
// parameters the memory model has (see [Fitted]). All others do something to their card
// (see [CardState]).
package journal
