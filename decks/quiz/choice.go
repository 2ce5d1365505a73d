package quiz

import "kartei/decks"

// Wrong returns up to n wrong answers for a card of a deck, as a quiz offers
// them: misconceptions that the author named first, then answers of its
// siblings, none of which would be right. The seed decides between those that
// are as plausible. It is nil if there are fewer than two, or no such card.
//
// The deck may be a part of one: the facts around the card.
func Wrong(deck *decks.Deck, card string, seed uint64, n int) []decks.Option {
	for i := range deck.Facts {
		f := &deck.Facts[i]
		for j := range f.Cards {
			if f.Cards[j].ID == card {
				return newPools(deck, SeedOf(seed)).wrong(f, &f.Cards[j], nil, n)
			}
		}
	}
	return nil
}
