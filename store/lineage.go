package store

import (
	"context"
	"database/sql"
	"errors"
	"maps"
	"slices"

	"kartei/decks"
	"kartei/scheduler"
	"kartei/store/journal"
	"kartei/store/sqlite"
	"kartei/store/table"
)

// Which text of a deck stands is agreed on by all machines: rows of the log name it, with
// the text that it was made from. A folder that was compiled with the text that stands
// goes on from it, whatever its next text is. One that has an older text, or one that was
// made apart from what stands, is left, until somebody says that it counts.

// An Outdated deck was compiled, but another text of it stands.
type Outdated struct {
	Deck    string // name
	Device  string // where the text that stands was compiled first
	Apart   bool   // neither was made from the other; else the folder has an older one
	Machine string // that the device is, if sync knows it
}

// lineage reads which text of a deck stands.
func (tx *readTx) lineage(ctx context.Context, deck string) (*journal.Lineage, error) {
	rows, err := standingRows(ctx, tx, table.IsShared+` AND l.kind = 'edition' AND l.detail ->> '$.edition.deck' = ?`, deck)
	var shared journal.Shared
	for i := range rows {
		shared.Take(&rows[i])
	}
	return shared.Lineage(deck), err
}

// checkout returns which text of a deck a root had last; known is false if it was never
// compiled from there.
func (tx *readTx) checkout(ctx context.Context, root, deck string) (text string, known bool, err error) {
	err = tx.Scan(ctx, `SELECT text FROM checkouts WHERE root = ? AND deck = ?`, []any{root, deck}, &text)
	if errors.Is(err, sql.ErrNoRows) {
		return "", false, nil
	}
	return text, err == nil, err
}

func (tx *tx) setCheckout(ctx context.Context, root, deck, text string) error {
	_, err := tx.exec(ctx, `INSERT OR REPLACE INTO checkouts (root, deck, text) VALUES (?, ?, ?)`, root, deck, text)
	return err
}

// outdated finds the decks of which another text stands, that does not give way to the one
// in the folder. The decks have their keys.
func (tx *tx) outdated(ctx context.Context, c Compiled, all []*decks.Deck) (out []Outdated, err error) {
	if c.TakeOver {
		return nil, nil
	}
	for _, d := range all {
		standing, err := tx.lineage(ctx, d.ID)
		if err != nil {
			return nil, err
		}
		last, known, err := tx.checkout(ctx, c.Root, d.ID)
		if err != nil {
			return nil, err
		}
		// Somebody who compiles a folder, or a folder that is new, brings a deck back that is gone.
		back := standing.Text() == "" && (!known || !c.Unattended)
		if standing == nil || known && last == standing.Text() || back {
			continue
		}
		text, err := textOfDeck(d)
		if err != nil {
			return nil, err
		}
		older := standing.Older(text)
		if text == standing.Text() || !older && !known {
			continue
		}
		machine, err := machineOf(ctx, tx, standing.Device)
		if err != nil {
			return nil, err
		}
		out = append(out, Outdated{Deck: d.Name, Device: standing.Device, Machine: machine, Apart: !older})
		if older {
			err = tx.setCheckout(ctx, c.Root, d.ID, text)
		}
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// textOfDeck names the text of a compiled deck.
func textOfDeck(d *decks.Deck) (string, error) {
	r, err := rowsOf(d)
	if err != nil {
		return "", err
	}
	s, err := r.edition()
	if err != nil {
		return "", err
	}
	for cards, err := range r.cards {
		if err != nil {
			return "", err
		}
		addCards(s, cards)
	}
	return s.Sum().String(), nil
}

// stands notes that a root has a text of a deck, "" if the deck is gone from it, and lets
// it stand if another does.
func (tx *tx) stands(ctx context.Context, root, deck, text string, over bool, now scheduler.Moment) error {
	standing, err := tx.lineage(ctx, deck)
	if err != nil {
		return err
	}
	if was := standing.Text(); was != text {
		e := journal.Edition{Deck: deck, Text: text, Parent: was, Over: over}
		if _, err := tx.push(ctx, journal.Entry{Moment: now, Kind: journal.KindEdition,
			Detail: journal.Detail{Edition: &e}}); err != nil {
			return err
		}
	}
	return tx.setCheckout(ctx, root, deck, text)
}

// firstTexts writes which texts stand in a collection of before.
func (tx *tx) firstTexts(ctx context.Context, now scheduler.Moment) error {
	type deck struct{ id, root, text string }
	rows, err := tx.QueryContext(ctx, `SELECT deck, root, lower(hex(digest)) FROM decks WHERE retired = 0 ORDER BY deck`)
	all, err := sqlite.Collect(rows, err, func(rows *sql.Rows) (d deck, err error) { return d, rows.Scan(&d.id, &d.root, &d.text) })
	if err != nil {
		return err
	}
	for _, d := range all {
		if err := tx.stands(ctx, d.root, d.id, d.text, false, now); err != nil {
			return err
		}
	}
	return nil
}

// A Standing says which text of a deck stands, on all machines that have the log.
type Standing struct {
	Deck   string // permanent identity
	Text   string // SHA-256 in hexadecimal; empty: the deck is gone
	Here   string // the text that this collection has; empty: none
	Device string // where the one that stands was compiled first
}

// Standing returns which texts stand, by the decks' permanent identities.
func (s *Store) Standing(ctx context.Context) ([]Standing, error) {
	var all []Standing
	err := s.read(ctx, func(tx *readTx) error {
		shared, err := readShared(ctx, tx)
		if err != nil {
			return err
		}
		here := map[string]string{}
		rows, err := tx.QueryContext(ctx, `SELECT deck, lower(hex(digest)) FROM decks WHERE retired = 0`)
		err = sqlite.Each(rows, err, func(rows *sql.Rows) error {
			var deck, text string
			err := rows.Scan(&deck, &text)
			here[deck] = text
			return err
		})
		for _, deck := range slices.Sorted(maps.Keys(shared.Editions)) {
			l := shared.Editions[deck]
			all = append(all, Standing{deck, l.Standing, here[deck], l.Device})
		}
		return err
	})
	return all, sqlite.Explain("read which texts of decks stand", err)
}
