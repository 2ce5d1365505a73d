// Package session decides which card is asked next, and when to stop.
//
// A [Session] is a state machine. [Open] gathers the day's cards from a
// [Source], bounded by the decks' limits, and [Session.Fetch] reads them whole,
// twenty at a time, when their turn comes; otherwise there is no I/O, no clock
// and no dice: the caller passes the moment, and one seed gives one session. If
// the day is long, the learner need not wait for all of it to be planned: see
// [Settings].Defer.
//
// [Session.Next] says which card to ask. [Session.Grade] computes what a grade
// leads to, the caller makes that durable, and only then [Session.Commit] lets
// it happen. A session is the fold of its events over what it opened with, so
// [Session.Undo] takes an answer back as if it had never been given, to any
// depth.
//
// The order of the day:
//
//   - Cards in their learning steps come first when they are due.
//   - Then reviews, the lowest recall first or as the options say, with new
//     cards mixed in evenly. Every tenth review belongs to the card that waits
//     longest, once it has waited for 90 days: no order lets a card starve.
//   - When nothing else is left, steps are taken up to 20 minutes ahead.
//
// A session does not end while a step of today is left: it asks it when nothing
// else is left, as far as the options let it, or waits. Nor does it end before a
// missed card was recalled once, whatever its schedule says.
//
// Limits hold for a day and for a deck with its sub-decks: what earlier
// sessions of the day answered counts. Cards of one fact keep a day apart.
//
// What is counted is what is asked. [Session.Left] are the different cards that a
// session asks from now until the study day ends if every answer is Good, and a
// [Counter] counts with the code that gathers: two programs of one count differ
// some day. Whatever is printed beside a deck comes from there.
package session
