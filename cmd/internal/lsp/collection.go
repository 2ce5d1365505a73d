package lsp

import (
	"context"

	"kartei/decks"
)

// A Standing is what is known of one card besides its text.
type Standing struct {
	Card           string // its id; facts without a written id have another one in the file
	Prompt, Answer string // as the card was compiled
	Text           string // a clause or two: "due tomorrow, stability 12 days; asked 14 times, 3 lapses"
	Due            bool
}

// standings are those of a deck, by id and by what is asked and answered.
type standings map[string]Standing

// of finds what is known of a card; the zero Standing if nothing is.
func (all standings) of(c *decks.Card) Standing {
	if s, ok := all[c.ID]; ok && c.ID != "" {
		return s
	}
	return all[c.Prompt+"\x00"+c.Answer]
}

// standing asks the collection about the cards of a document's deck, once for
// each time that it was opened or saved. Without a collection it is nil.
func (s *Server) standing(ctx context.Context, d *document) standings {
	if s.Cards == nil || d.traced == nil {
		return nil
	}
	if d.standing == nil {
		all, err := s.Cards(ctx, d.traced.Deck.Name)
		if err != nil {
			return nil // it is another program's, locked or damaged: decks are written without it
		}
		d.standing = standings{}
		for _, one := range all {
			d.standing[one.Card] = one
			d.standing[one.Prompt+"\x00"+one.Answer] = one
		}
	}
	return d.standing
}
