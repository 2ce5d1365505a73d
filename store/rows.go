package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/json"
	"errors"
	"hash"
	"slices"
	"strconv"

	"kartei/decks"
	"kartei/decks/parallel"
	"kartei/store/content"
	"kartei/store/sqlite"
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
	digest   []byte // of the deck, once all portions are taken
	err      error  // why there are no more
}

// feed begins to encode the deck's cards. It ends with the context.
func (r *deckRows) feed(ctx context.Context) *cardFeed {
	portions := make(chan []cardRow, 1)
	f := &cardFeed{portions: portions}
	go func() {
		defer close(portions)
		s := r.newSum()
		for cards, err := range r.cards {
			if err != nil {
				f.err = err
				return
			}
			s.cards(cards)
			select {
			case portions <- cards:
			case <-ctx.Done():
				f.err = ctx.Err()
				return
			}
		}
		f.digest = s.Sum(nil)
	}()
	return f
}

// sumOf is the digest of a deck: of all that its rows say.
func sumOf(d *decks.Deck) ([]byte, error) {
	r, err := rowsOf(d)
	if err != nil {
		return nil, err
	}
	s := r.newSum()
	for cards, err := range r.cards {
		if err != nil {
			return nil, err
		}
		s.cards(cards)
	}
	return s.Sum(nil), nil
}

// sumsOf returns the digests of decks, which it computes on all processors.
func sumsOf(all []*decks.Deck) ([][]byte, error) {
	sums, errs := make([][]byte, len(all)), make([]error, len(all))
	parallel.Each(len(all), nil, func(i int) { sums[i], errs[i] = sumOf(all[i]) })
	return sums, errors.Join(errs...)
}

// newSum begins the digest of the deck: with all but its cards.
func (r *deckRows) newSum() *deckSum {
	s := newSum(r.deck.Name, r.content, r.prose)
	for i := range r.facts {
		s.fact(&r.facts[i])
	}
	return s
}

// A deckSum computes a deck's digest row by row: its facts, then its cards.
type deckSum struct {
	hash.Hash
	buffer []byte
}

func newSum(name, content, prose string) *deckSum {
	s := &deckSum{Hash: sha256.New()}
	s.add(name, content)
	if prose != "" { // decks without any have the digest that they had before it was kept
		s.add("prose", prose)
	}
	return s
}

// add hashes texts with their lengths before them.
func (s *deckSum) add(texts ...string) {
	for _, text := range texts {
		s.buffer = strconv.AppendInt(s.buffer[:0], int64(len(text)), 10)
		s.buffer = append(append(s.buffer, ' '), text...)
		s.Write(s.buffer)
	}
}

func (s *deckSum) fact(f *factRow) {
	c := &f.columns
	s.add(f.key, strconv.FormatBool(c.written), strconv.FormatBool(c.cell), c.file, strconv.Itoa(c.line), c.section)
}

func (s *deckSum) card(c *cardRow) {
	s.add(c.id, c.fact, c.name, c.text.kind, c.text.hash, c.text.tags, c.text.content)
}

func (s *deckSum) cards(cards []cardRow) {
	for i := range cards {
		s.card(&cards[i])
	}
}

// storedSum computes the digest of a deck as the tables have it.
func (tx *readTx) storedSum(ctx context.Context, deck int64, name, content, prose string) ([]byte, error) {
	s := newSum(name, content, prose)
	rows, err := tx.QueryContext(ctx, `SELECT key, written, cell, file, line, section FROM facts WHERE deck = ? AND retired = 0 ORDER BY position, id`, deck)
	err = sqlite.Each(rows, err, func(rows *sql.Rows) error {
		var f factRow
		c := &f.columns
		err := rows.Scan(&f.key, &c.written, &c.cell, &c.file, &c.line, &c.section)
		s.fact(&f)
		return err
	})
	if err != nil {
		return nil, err
	}
	rows, err = tx.QueryContext(ctx, `SELECT c.card, f.key, c.name, c.kind, c.hash, c.tags, c.content
		FROM cards c JOIN facts f ON f.id = c.fact WHERE c.deck = ? AND c.retired = 0 ORDER BY c.position, c.id`, deck)
	err = sqlite.Each(rows, err, func(rows *sql.Rows) error {
		var c cardRow
		err := rows.Scan(&c.id, &c.fact, &c.name, &c.text.kind, &c.text.hash, &c.text.tags, &c.text.content)
		s.card(&c)
		return err
	})
	return s.Sum(nil), err
}
