package store

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strconv"

	"kartei/decks"
	"kartei/decks/parallel"
	"kartei/store/content"
	"kartei/store/edition"
	"kartei/store/journal"
)

// deckRows are a compiled deck as the tables keep it, but for its cards: see
// [deckRows.cards].
type deckRows struct {
	deck    *decks.Deck
	content string
	prose   string
	facts   []factRow
	byKey   map[string]*factRow // see fact
}

type factRow struct {
	key     string
	columns factColumns
}

type cardRow struct {
	id       string
	fact     string // key
	position int
	name     string
	text     cardText
}

// rowsOf encodes what a deck says of itself and where its facts stand.
func rowsOf(d *decks.Deck) (*deckRows, error) {
	text, err := content.DeckText(d)
	if err != nil {
		return nil, err
	}
	prose, err := content.ProseText(d)
	if err != nil {
		return nil, err
	}
	r := &deckRows{deck: d, content: text, prose: prose, facts: make([]factRow, len(d.Facts))}
	var section string
	for i := range d.Facts {
		f := &d.Facts[i]
		if i == 0 || len(f.Section) == 0 || !slices.Equal(f.Section, d.Facts[i-1].Section) {
			titles, err := json.Marshal(f.Section)
			if err != nil {
				return nil, err
			}
			section = string(titles)
		}
		r.facts[i] = factRow{f.Key, factColumns{f.Written, f.Cell, f.File, f.Line, section, i}}
	}
	return r, nil
}

// cardPortion is how many cards are encoded at a time: as rows, all cards of a
// large deck would take more memory than the deck does.
const cardPortion = 500

// cards encodes the deck's cards, a portion at a time.
func (r *deckRows) cards(yield func([]cardRow, error) bool) {
	total, position := cardCount(r.deck), 0
	var portion []cardRow
	for i := range r.deck.Facts {
		f := &r.deck.Facts[i]
		for j := range f.Cards {
			if len(portion) == cap(portion) {
				if len(portion) > 0 && !yield(portion, nil) {
					return
				}
				portion = make([]cardRow, 0, min(cardPortion, total-position))
			}
			c := &f.Cards[j]
			text, err := content.CardText(c)
			if err != nil {
				yield(nil, err)
				return
			}
			portion = append(portion, cardRow{c.ID, f.Key, position, c.Name,
				cardText{string(c.Kind), c.Hash, content.Tags(c.Tags), text}})
			position++
		}
	}
	yield(portion, nil)
}

// A cardFeed encodes a deck's cards a little ahead of whoever writes them, on a
// processor that SQLite leaves idle.
type cardFeed struct {
	portions <-chan []cardRow
	digest   journal.Hash // of the deck's text, once all portions are taken: see package edition
	err      error        // why there are no more
}

// feed begins to encode the deck's cards. It ends with the context.
func (r *deckRows) feed(ctx context.Context) *cardFeed {
	portions := make(chan []cardRow, 1)
	f := &cardFeed{portions: portions}
	go func() {
		defer close(portions)
		s, err := r.edition()
		if err != nil {
			f.err = err
			return
		}
		for cards, err := range r.cards {
			if err != nil {
				f.err = err
				return
			}
			addCards(s, cards)
			select {
			case portions <- cards:
			case <-ctx.Done():
				f.err = ctx.Err()
				return
			}
		}
		f.digest = s.Sum()
	}()
	return f
}

// edition begins the digest of the deck's text, with all but its cards.
func (r *deckRows) edition() (*edition.Sum, error) {
	s, err := edition.Begin(r.deck.ID, r.deck.Name, r.content, r.prose)
	for i := range r.facts {
		f := &r.facts[i]
		s.Fact(f.key, f.columns.written, f.columns.cell, f.columns.section)
	}
	return s, err
}

func addCards(s *edition.Sum, cards []cardRow) {
	for i := range cards {
		c := &cards[i]
		s.Card(c.id, c.fact, c.name, c.text.kind, c.text.hash, c.text.tags, c.text.content)
	}
}

// sumOf is the digest of a deck's source: of all that its rows say, and where it stands.
func sumOf(d *decks.Deck) ([]byte, error) {
	r, err := rowsOf(d)
	if err != nil {
		return nil, err
	}
	s := edition.NewTexts()
	s.Add(d.Name, r.content, r.prose)
	for i := range r.facts {
		f := &r.facts[i]
		c := &f.columns
		s.Add(f.key, strconv.FormatBool(c.written), strconv.FormatBool(c.cell), c.file, strconv.Itoa(c.line), c.section)
	}
	for cards, err := range r.cards {
		if err != nil {
			return nil, err
		}
		for i := range cards {
			c := &cards[i]
			s.Add(c.id, c.fact, c.name, c.text.kind, c.text.hash, c.text.tags, c.text.content)
		}
	}
	sum := s.Sum()
	return sum[:], nil
}

// sumsOf returns the digests of decks, which it computes on all processors.
func sumsOf(all []*decks.Deck) ([][]byte, error) {
	sums, errs := make([][]byte, len(all)), make([]error, len(all))
	parallel.Each(len(all), nil, func(i int) { sums[i], errs[i] = sumOf(all[i]) })
	return sums, errors.Join(errs...)
}
