package anki

import (
	"bytes"
	"strings"

	"kartei/decks/syntax"
)

// A FactName names a fact of an import.
type FactName struct{ Deck, Fact string }

// FactName is the fact of the card.
func (c *ImportedCard) FactName() FactName { return FactName{c.Deck, c.Fact} }

// FactName names the fact that came from a note.
func (o *Origin) FactName() FactName { return FactName{o.Deck, o.Fact} }

// Rename gives facts other ids, each only where no other fact of its deck has it.
func (im *Import) Rename(ids map[FactName]string) {
	taken := map[FactName]bool{}
	for i := range im.Cards {
		taken[im.Cards[i].FactName()] = true
	}
	renamed := map[FactName]string{}
	for i := range im.Cards { // in their order, so that it is the first of a note that keeps its id
		old := im.Cards[i].FactName()
		id := ids[old]
		if _, done := renamed[old]; done || id == "" || id == old.Fact || taken[FactName{old.Deck, id}] {
			continue
		}
		renamed[old], taken[FactName{old.Deck, id}] = id, true
	}
	if len(renamed) == 0 {
		return
	}
	im.RenameCards(renamed)
	for i := range im.DeckFiles {
		im.DeckFiles[i].rename(renamed)
	}
}

// RenameCards gives facts other ids where cards and origins name them, but not in
// the texts.
func (im *Import) RenameCards(renamed map[FactName]string) {
	for i := range im.Cards {
		c := &im.Cards[i]
		if id := renamed[c.FactName()]; id != "" {
			c.Fact = id
		}
	}
	for i := range im.Origins {
		o := &im.Origins[i]
		if id := renamed[FactName{o.Deck, o.Fact}]; id != "" {
			o.Fact = id
		}
	}
}

// rename writes the ids anew. They stand in lines of their own; those of values
// that look like them are indented.
func (s *DeckFile) rename(ids map[FactName]string) {
	key := syntax.ID.String() + ": "
	var out bytes.Buffer
	out.Grow(len(s.Text))
	for line := range bytes.Lines(s.Text) {
		if old, ok := strings.CutPrefix(string(line), key); ok {
			if id := ids[FactName{s.Deck, strings.TrimSpace(old)}]; id != "" {
				line = []byte(key + id + "\n")
			}
		}
		out.Write(line)
	}
	s.Text = out.Bytes()
}
