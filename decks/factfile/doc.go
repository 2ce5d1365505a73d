// Package factfile writes cards that came from elsewhere as study notes: text in
// the fact language that compiles to the same cards.
//
//	deck, problems, err := gift.Read("quiz.gift", file)
//	err = factfile.Write(out, deck)
//
// Texts of cards are Markdown. [Literal] makes Markdown of text that is none,
// and [Plain] goes the other way.
package factfile
