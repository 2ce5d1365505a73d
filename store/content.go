package store

import (
	"encoding/json"
	"fmt"
	"strings"

	"kartei/decks"
)

// deckContent is what the decks table keeps as JSON.
type deckContent struct {
	Title   string           `json:"title,omitempty"`
	Author  string           `json:"author,omitempty"`
	License string           `json:"license,omitempty"`
	Lang    string           `json:"lang,omitempty"`
	Tags    []string         `json:"tags,omitempty"`
	Sources []decks.Citation `json:"sources,omitempty"`
	Order   decks.Order      `json:"order,omitempty"`
	Typed   decks.Typing     `json:"typed,omitempty"`
	Strict  bool             `json:"strict,omitempty"`
	Files   []string         `json:"files,omitempty"`
}

func contentOfDeck(d *decks.Deck) deckContent {
	return deckContent{d.Title, d.Author, d.License, d.Lang, d.Tags, d.Sources, d.Order, d.Typed, d.Strict, d.Files}
}

func (c *deckContent) fill(d *decks.Deck) {
	d.Title, d.Author, d.License, d.Lang, d.Tags = c.Title, c.Author, c.License, c.Lang, c.Tags
	d.Sources, d.Order, d.Typed, d.Strict, d.Files = c.Sources, c.Order, c.Typed, c.Strict, c.Files
}

// cardContent is what the cards table keeps of a card as JSON. Its names are
// those of a collection's JSON form, and stay.
type cardContent struct {
	Prompt    string           `json:"prompt,omitempty"`
	Answer    string           `json:"answer,omitempty"`
	Items     []string         `json:"items,omitempty"`
	Options   []decks.Option   `json:"options,omitempty"`
	Pool      string           `json:"pool,omitempty"`
	Text      string           `json:"text,omitempty"`
	Number    int              `json:"number,omitempty"`
	Accept    []string         `json:"accept,omitempty"`
	Tolerance *decks.Tolerance `json:"tolerance,omitempty"`
	Type      decks.AnswerType `json:"type,omitempty"`
	Hint      string           `json:"hint,omitempty"`
	Note      string           `json:"note,omitempty"`
	Source    string           `json:"source,omitempty"`
	Evidence  string           `json:"evidence,omitempty"`
	AsOf      string           `json:"as_of,omitempty"`
}

func contentOfCard(c *decks.Card) cardContent {
	return cardContent{c.Prompt, c.Answer, c.Items, c.Options, c.Pool, c.Text, c.Number, c.Accept, c.Tolerance, c.Type,
		c.Hint, c.Note, c.Source, c.Evidence, c.AsOf}
}

func (c *cardContent) fill(card *decks.Card) {
	card.Prompt, card.Answer, card.Items, card.Options, card.Pool = c.Prompt, c.Answer, c.Items, c.Options, c.Pool
	card.Text, card.Number, card.Accept, card.Tolerance, card.Type = c.Text, c.Number, c.Accept, c.Tolerance, c.Type
	card.Hint, card.Note, card.Source, card.Evidence, card.AsOf = c.Hint, c.Note, c.Source, c.Evidence, c.AsOf
}

// fillCard reads a card's content column.
func fillCard(card *decks.Card, content, tags string) error {
	var c cardContent
	if err := json.Unmarshal([]byte(content), &c); err != nil {
		return fmt.Errorf("%w: the content of card %s cannot be read", ErrDamaged, card.ID)
	}
	c.fill(card)
	card.Tags = strings.Fields(tags)
	if len(card.Tags) == 0 {
		card.Tags = nil
	}
	return nil
}

// tagColumn puts each tag between spaces, so that " eu " finds one.
func tagColumn(tags []string) string {
	if len(tags) == 0 {
		return ""
	}
	return " " + strings.Join(tags, " ") + " "
}
