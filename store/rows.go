package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/json"
	"hash"
	"runtime"
	"strconv"

	"kartei/decks"
)

// deckRows are a compiled deck as the tables keep it.
type deckRows struct {
	content string
	facts   []factRow
	cards   []cardRow
	digest  []byte
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

// rowsOf encodes a deck once.
func rowsOf(d *decks.Deck) (deckRows, error) {
	content, err := json.Marshal(contentOfDeck(d))
	if err != nil {
		return deckRows{}, err
	}
	r := deckRows{content: string(content), facts: make([]factRow, len(d.Facts))}
	for i := range d.Facts {
		f := &d.Facts[i]
		section, err := json.Marshal(f.Section)
		if err != nil {
			return r, err
		}
		r.facts[i] = factRow{f.Key, factColumns{f.Written, f.Cell, f.File, f.Line, string(section), i}}
		for j := range f.Cards {
			c := &f.Cards[j]
			content, err := json.Marshal(contentOfCard(c))
			if err != nil {
				return r, err
			}
			r.cards = append(r.cards, cardRow{c.ID, f.Key, len(r.cards), c.Name, cardText{string(c.Kind), c.Hash, tagColumn(c.Tags), string(content)}})
		}
	}
	r.digest = r.sum(d.Name)
	return r, nil
}

// A rowMaker encodes decks in their order, a few ahead of whoever writes them,
// on the processors that SQLite leaves idle.
type rowMaker struct {
	left  []*decks.Deck
	ahead []chan madeRows
}

type madeRows struct {
	rows deckRows
	err  error
}

// next gives the rows of the next deck.
func (m *rowMaker) next() (deckRows, error) {
	for len(m.left) > 0 && len(m.ahead) <= runtime.GOMAXPROCS(0) {
		d, made := m.left[0], make(chan madeRows, 1)
		m.left, m.ahead = m.left[1:], append(m.ahead, made)
		go func() {
			rows, err := rowsOf(d)
			made <- madeRows{rows, err}
		}()
	}
	r := <-m.ahead[0]
	m.ahead = m.ahead[1:]
	return r.rows, r.err
}

// sum is the digest of a deck: of all that its rows say.
func (r *deckRows) sum(name string) []byte {
	s := newSum(name, r.content)
	for i := range r.facts {
		s.fact(&r.facts[i])
	}
	for i := range r.cards {
		s.card(&r.cards[i])
	}
	return s.Sum(nil)
}

// A deckSum computes a deck's digest row by row: its facts, then its cards.
type deckSum struct {
	hash.Hash
	buffer []byte
}

func newSum(name, content string) *deckSum {
	s := &deckSum{Hash: sha256.New()}
	s.add(name, content)
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

// storedSum computes the digest of a deck as the tables have it.
func (w *writer) storedSum(ctx context.Context, deck int64, name, content string) ([]byte, error) {
	s := newSum(name, content)
	rows, err := w.tx.QueryContext(ctx, `SELECT key, written, cell, file, line, section FROM facts WHERE deck = ? AND retired = 0 ORDER BY position, id`, deck)
	_, err = collect(rows, err, func(rows *sql.Rows) (none struct{}, err error) {
		var f factRow
		c := &f.columns
		err = rows.Scan(&f.key, &c.written, &c.cell, &c.file, &c.line, &c.section)
		s.fact(&f)
		return none, err
	})
	if err != nil {
		return nil, err
	}
	rows, err = w.tx.QueryContext(ctx, `SELECT c.card, f.key, c.name, c.kind, c.hash, c.tags, c.content
		FROM cards c JOIN facts f ON f.id = c.fact WHERE c.deck = ? AND c.retired = 0 ORDER BY c.position, c.id`, deck)
	_, err = collect(rows, err, func(rows *sql.Rows) (none struct{}, err error) {
		var c cardRow
		err = rows.Scan(&c.id, &c.fact, &c.name, &c.text.kind, &c.text.hash, &c.text.tags, &c.text.content)
		s.card(&c)
		return none, err
	})
	return s.Sum(nil), err
}
