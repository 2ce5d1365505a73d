// Package content is what the tables of a collection hold of decks and cards as JSON
// and as text. What passes its checks fails no command that reads it.
package content

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"kartei/decks"
	"kartei/store/sqlite"
)

// A Deck is what the decks table keeps as JSON.
type Deck struct {
	Title   string           `json:"title,omitempty"`
	Author  string           `json:"author,omitempty"`
	License string           `json:"license,omitempty"`
	Lang    string           `json:"lang,omitempty"`
	Tags    []string         `json:"tags,omitempty"`
	Sources []decks.Citation `json:"sources,omitempty"`
	Order   decks.Order      `json:"order,omitempty"`
	Typed   decks.Typing     `json:"typed,omitempty"`
	Strict  bool             `json:"strict,omitempty"`
	NoQuiz  bool             `json:"no_quiz,omitempty"`
	Files   []string         `json:"files,omitempty"`
}

// DeckText returns what is kept of a deck.
func DeckText(d *decks.Deck) (string, error) {
	text, err := json.Marshal(Deck{d.Title, d.Author, d.License, d.Lang, d.Tags, d.Sources, d.Order, d.Typed, d.Strict,
		d.NoQuiz, d.Files})
	return string(text), err
}

// ReadDeck reads what is kept of a deck that has its name.
func ReadDeck(d *decks.Deck, text string) error {
	var c Deck
	if err := json.Unmarshal([]byte(text), &c); err != nil {
		return fmt.Errorf("%w: the content of deck %s cannot be read", sqlite.ErrDamaged, d.Name)
	}
	d.Title, d.Author, d.License, d.Lang, d.Tags = c.Title, c.Author, c.License, c.Lang, c.Tags
	d.Sources, d.Order, d.Typed, d.Strict, d.NoQuiz, d.Files = c.Sources, c.Order, c.Typed, c.Strict, c.NoQuiz, c.Files
	return nil
}

// prose is what the decks table keeps of what stands between the facts.
type prose struct {
	Passages []decks.Passage `json:"passages,omitempty"`
	Cut      bool            `json:"cut,omitempty"`
}

// ProseText returns what is kept of what stands between a deck's facts: nothing if
// nothing does.
func ProseText(d *decks.Deck) (string, error) {
	if len(d.Passages) == 0 && !d.Cut {
		return "", nil
	}
	text, err := json.Marshal(prose{d.Passages, d.Cut})
	return string(text), err
}

// ReadProse reads what stands between the facts of a deck that has its name.
func ReadProse(d *decks.Deck, text string) error {
	var p prose
	if text != "" && json.Unmarshal([]byte(text), &p) != nil {
		return fmt.Errorf("%w: the prose of deck %s cannot be read", sqlite.ErrDamaged, d.Name)
	}
	for i := range p.Passages {
		for _, row := range p.Passages[i].Rows {
			if len(row.Cells) != len(p.Passages[i].Columns) {
				return fmt.Errorf("%w: a table of deck %s has a row of another length", sqlite.ErrDamaged, d.Name)
			}
		}
	}
	d.Passages, d.Cut = p.Passages, p.Cut
	return nil
}

// CheckProse refuses what cannot be read of what stands between a deck's facts.
func CheckProse(name, text string) error { return ReadProse(&decks.Deck{Name: name}, text) }

// WithoutFiles is what is kept of a deck, and of what stands between its facts, but for
// where it was found.
func WithoutFiles(name, text, between string) (string, string, error) {
	d := decks.Deck{Name: name}
	if err := errors.Join(ReadDeck(&d, text), ReadProse(&d, between)); err != nil {
		return "", "", err
	}
	d.Files, d.Passages = nil, slices.Clone(d.Passages)
	for i := range d.Passages {
		d.Passages[i].File = ""
	}
	text, err := DeckText(&d)
	between, failed := ProseText(&d)
	return text, between, errors.Join(err, failed)
}

// A Card is what the cards table keeps of a card as JSON. Its names are
// those of a collection's JSON form, and stay.
type Card struct {
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

// CardText returns what is kept of a card.
func CardText(c *decks.Card) (string, error) {
	text, err := json.Marshal(Card{c.Prompt, c.Answer, c.Items, c.Options, c.Pool, c.Text, c.Number, c.Accept,
		c.Tolerance, c.Type,
		c.Hint, c.Note, c.Source, c.Evidence, c.AsOf})
	return string(text), err
}

// ReadCard reads what is kept of a card that has its id, and its tags.
func ReadCard(card *decks.Card, text, tags string) error {
	var c Card
	if err := json.Unmarshal([]byte(text), &c); err != nil {
		return fmt.Errorf("%w: the content of card %s cannot be read", sqlite.ErrDamaged, card.ID)
	}
	card.Prompt, card.Answer, card.Items, card.Options, card.Pool = c.Prompt, c.Answer, c.Items, c.Options, c.Pool
	card.Text, card.Number, card.Accept, card.Tolerance, card.Type = c.Text, c.Number, c.Accept, c.Tolerance, c.Type
	card.Hint, card.Note, card.Source, card.Evidence, card.AsOf = c.Hint, c.Note, c.Source, c.Evidence, c.AsOf
	card.Tags = strings.Fields(tags)
	if len(card.Tags) == 0 {
		card.Tags = nil
	}
	return nil
}

// Tags puts each tag between spaces, so that " eu " finds one.
func Tags(tags []string) string {
	if len(tags) == 0 {
		return ""
	}
	return " " + strings.Join(tags, " ") + " "
}

var kinds = []decks.Kind{decks.Recall, decks.Choice, decks.Set, decks.Sequence, decks.Cloze}

// CheckCard refuses a card that no command could show.
func CheckCard(id string, kind decks.Kind, text string) error {
	if !slices.Contains(kinds, kind) {
		return fmt.Errorf("%w: card %s is of no known kind", sqlite.ErrDamaged, id)
	}
	return ReadCard(&decks.Card{ID: id}, text, "")
}

// CheckDeck refuses what cannot be read of a deck.
func CheckDeck(name, text string) error {
	return check[Deck]("what is known of deck "+name, text)
}

// CheckSection refuses the headings of a fact if they cannot be read.
func CheckSection(key, section string) error {
	return check[[]string]("the headings of fact "+key, section)
}

// check refuses a text that is not the JSON of a value.
func check[T any](what, text string) error {
	var value T
	if json.Unmarshal([]byte(text), &value) != nil {
		return fmt.Errorf("%w: %s cannot be read", sqlite.ErrDamaged, what)
	}
	return nil
}
