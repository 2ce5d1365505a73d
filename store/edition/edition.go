// Package edition names the texts of decks. An edition is what one compile made of a
// deck; its name is a digest of all that a learner can see of it, and of nothing that
// is local to a machine: neither folders, files and lines nor the ids of rows.
package edition

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"hash"
	"strconv"

	"kartei/store/content"
	"kartei/store/journal"
	"kartei/store/sqlite"
)

// Texts hashes texts with their lengths before them.
type Texts struct {
	hash   hash.Hash
	buffer []byte
}

// NewTexts begins with nothing.
func NewTexts() *Texts { return &Texts{hash: sha256.New()} }

// Add hashes further texts.
func (t *Texts) Add(texts ...string) {
	for _, text := range texts {
		t.buffer = strconv.AppendInt(t.buffer[:0], int64(len(text)), 10)
		t.buffer = append(append(t.buffer, ' '), text...)
		t.hash.Write(t.buffer)
	}
}

// Sum is the hash of all that was added.
func (t *Texts) Sum() journal.Hash { return journal.Hash(t.hash.Sum(nil)) }

// A Sum computes the digest of a deck's text: of the deck, then of its facts, then of
// its cards, each in the order of the deck. It covers, one after the other, each text
// as its length in decimal digits, a space and its bytes: id, name, content of the
// deck, and its prose if it has any, without its files; key, written, cell ("true" or "false") and section of
// each fact; id, fact, name, kind, hash, tags and content of each card.
type Sum struct{ Texts }

// Begin begins a digest, given what the tables keep of the deck.
func Begin(id, name, text, prose string) (*Sum, error) {
	s := &Sum{*NewTexts()}
	text, prose, err := content.WithoutFiles(name, text, prose)
	s.Add(id, name, text)
	if prose != "" {
		s.Add(prose)
	}
	return s, err
}

// Fact takes the next fact.
func (s *Sum) Fact(key string, written, cell bool, section string) {
	s.Add(key, strconv.FormatBool(written), strconv.FormatBool(cell), section)
}

// Card takes the next card.
func (s *Sum) Card(id, fact, name, kind, hash, tags, text string) {
	s.Add(id, fact, name, kind, hash, tags, text)
}

// Of computes the digest of a deck as the tables have it, by its row id.
func Of(ctx context.Context, q sqlite.Reader, deck int64) (journal.Hash, error) {
	var id, name, text, prose string
	err := q.QueryRowContext(ctx, `SELECT deck, name, content, prose FROM decks WHERE id = ?`, deck).Scan(&id, &name, &text, &prose)
	if err != nil {
		return journal.Hash{}, err
	}
	s, err := Begin(id, name, text, prose)
	if err != nil {
		return journal.Hash{}, err
	}
	rows, err := q.QueryContext(ctx, `SELECT key, written, cell, section FROM facts WHERE deck = ? AND retired = 0 ORDER BY position, id`, deck)
	err = sqlite.Each(rows, err, func(rows *sql.Rows) error {
		var key, section string
		var written, cell bool
		err := rows.Scan(&key, &written, &cell, &section)
		s.Fact(key, written, cell, section)
		return err
	})
	if err != nil {
		return journal.Hash{}, err
	}
	rows, err = q.QueryContext(ctx, `SELECT c.card, f.key, c.name, c.kind, c.hash, c.tags, c.content
		FROM cards c JOIN facts f ON f.id = c.fact WHERE c.deck = ? AND c.retired = 0 ORDER BY c.position, c.id`, deck)
	err = sqlite.Each(rows, err, func(rows *sql.Rows) error {
		var id, fact, name, kind, hash, tags, text string
		err := rows.Scan(&id, &fact, &name, &kind, &hash, &tags, &text)
		s.Card(id, fact, name, kind, hash, tags, text)
		return err
	})
	return s.Sum(), err
}
