// Package session decides which card is asked next, and when to stop.
//
// A [Session] is a state machine. [Open] gathers the day's cards from a
// [Source], bounded by the decks' limits, and [Session.Fetch] reads them whole,
// twenty at a time, when their turn comes; otherwise there is no I/O, no clock
// and no dice: the caller passes the moment, and one seed gives one session. If
// the day is long, the learner need not wait for all of it to be gathered: see
// [Settings].Hurry.
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
// One correct recall is enough: a session does not end before a missed card
// was recalled once, nor does it wait for a card that was. Who is still there
// when such a card's next step is due is asked it then.
//
// Limits hold for a day and for a deck with its sub-decks: what earlier
// sessions of the day answered counts. Cards of one fact keep a day apart.
package session
