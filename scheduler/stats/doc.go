// Package stats has figures about a review log.
//
// A review log is not a test. The scheduler asks for each card just when it is
// about to be forgotten, feedback intervenes, and what is hard comes back
// sooner: how often a card was known says little about how hard it is, and
// figures such as discrimination mean nothing (those are for quizzes, package
// decks/quiz/analysis). What can be said is exploratory:
//
//   - of a card's first answer, before it was ever learned here, whether it was
//     known: over many cards that is a facility;
//   - which wrong answers were given, and how often;
//   - an Elo difficulty, which allows for how long ago the last answer was.
//
// The difficulty is that of Pelánek (2016, "Applications of the Elo rating
// system in adaptive educational systems"): a Rasch model, whose ability and
// difficulties move towards each answer, by a step that shrinks as answers come
// in (1/(1+0.15 n)). Recall after a pause is what a card of average difficulty
// would have, if it had been known each time: so a card that is missed often,
// and therefore asked often, is not taken for an easy one.
//
// Take it for an order to look at cards in, and no more. Where cards were met at
// very different times it found the order of simulated cards better than the
// share of misses did, and the step is the one that did best there; with a
// scheduler that had adapted to every card it did no better.
//
//	items := stats.NewItems()
//	for … { items.Add(answer) } // in the order of the log
//	hardest := items.Hardest()
package stats
