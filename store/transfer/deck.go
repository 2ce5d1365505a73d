package transfer

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"kartei/decks"
	"kartei/store/content"
	"kartei/store/sqlite"
)

// WriteDeck writes the lines of one deck, by its row, as an export has them: what lives
// in it, and nothing of where it lies on this machine.
func WriteDeck(ctx context.Context, tx *sqlite.ReadTx, deck int64, to io.Writer) error {
	d := &exporter{tx: tx, lines: json.NewEncoder(to)}
	d.lines.SetEscapeHTML(false)
	k := deckLine{row: deck}
	var prose string
	err := tx.Scan(ctx, `SELECT deck, name, content, prose FROM decks WHERE id = ?`, []any{deck}, &k.ID, &k.Name,
		(*rawText)(&k.Content), &prose)
	if err == nil && prose != "" {
		err = (*rawText)(&k.Prose).Scan(prose)
	}
	if err == nil {
		err = d.lines.Encode(formLine{Deck: &k})
	}
	if err != nil {
		return err
	}
	rows, err := tx.QueryContext(ctx, `SELECT id, key, written, cell, file, line, section, position FROM facts
		WHERE deck = ? AND retired = 0 ORDER BY position, id`, deck)
	facts, err := sqlite.Collect(rows, err, func(rows *sql.Rows) (f factLine, err error) {
		return f, rows.Scan(&f.row, &f.Key, &f.Written, &f.Cell, &f.File, &f.Line, (*rawText)(&f.Section), &f.Position)
	})
	for i := range facts {
		if err == nil {
			err = d.livingFact(ctx, &facts[i])
		}
	}
	return err
}

func (d *exporter) livingFact(ctx context.Context, f *factLine) error {
	if err := d.lines.Encode(formLine{Fact: f}); err != nil {
		return err
	}
	rows, err := d.tx.Query(ctx, `SELECT card, position, name, kind, hash, tags, content FROM cards
		WHERE fact = ? AND retired = 0 ORDER BY position, id`, f.row)
	return d.each(rows, err, func(rows *sql.Rows) (line formLine, err error) {
		var tags string
		c := &cardLine{}
		err = rows.Scan(&c.ID, &c.Position, &c.Name, &c.Kind, &c.Hash, &tags, (*rawText)(&c.Content))
		c.Tags = strings.Fields(tags)
		return formLine{Card: c}, err
	})
}

// ReadDeck reads what [WriteDeck] wrote. Every text of it can be shown.
func ReadDeck(lines []byte) (*decks.Deck, error) {
	var d *decks.Deck
	decoder := json.NewDecoder(bytes.NewReader(lines))
	decoder.DisallowUnknownFields()
	for n := 1; ; n++ {
		var l formLine
		err := decoder.Decode(&l)
		if err == io.EOF && d != nil {
			return d, nil
		}
		if err == nil && (d == nil) != (l.Deck != nil) {
			err = errors.New("a deck begins with itself, and is one")
		}
		if err == nil && l.Deck != nil {
			d, err = l.Deck.read()
		} else if err == nil {
			err = take(d, &l)
		}
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
	}
}

func (l *deckLine) read() (*decks.Deck, error) {
	if l.ID == "" || l.Name == "" {
		return nil, errors.New("a deck without a name")
	}
	d := &decks.Deck{ID: l.ID, Name: l.Name}
	if err := content.ReadDeck(d, string(l.Content)); err != nil || len(l.Prose) == 0 {
		return d, err
	}
	return d, content.ReadProse(d, string(l.Prose))
}

// take adds a fact or a card to a deck.
func take(d *decks.Deck, l *formLine) error {
	switch {
	case l.Fact != nil:
		f := decks.Fact{Key: l.Fact.Key, Written: l.Fact.Written, Cell: l.Fact.Cell, File: l.Fact.File, Line: l.Fact.Line}
		if f.Key == "" {
			return errors.New("a fact without a key")
		}
		d.Facts = append(d.Facts, f)
		return json.Unmarshal(l.Fact.Section, &d.Facts[len(d.Facts)-1].Section)
	case l.Card != nil && len(d.Facts) > 0:
		c := decks.Card{ID: l.Card.ID, Name: l.Card.Name, Kind: decks.Kind(l.Card.Kind), Hash: l.Card.Hash}
		if c.ID == "" {
			return errors.New("a card without an id")
		}
		if err := content.CheckCard(c.ID, c.Kind, string(l.Card.Content)); err != nil {
			return err
		}
		f := &d.Facts[len(d.Facts)-1]
		f.Cards = append(f.Cards, c)
		return content.ReadCard(&f.Cards[len(f.Cards)-1], string(l.Card.Content), content.Tags(l.Card.Tags))
	}
	return errors.New("the line is neither a fact nor a card of one")
}
