package store

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"slices"

	"kartei/decks"
	"kartei/decks/shorthash"
	"kartei/scheduler"
	"kartei/store/exchange"
	"kartei/store/journal"
	"kartei/store/segment"
	"kartei/store/sqlite"
	"kartei/store/transfer"
)

// Texts implements [exchange.Collection].
func (x exchanging) Texts(ctx context.Context) ([]exchange.Text, error) {
	all, err := x.Standing(ctx)
	out := make([]exchange.Text, len(all))
	for i, s := range all {
		out[i] = exchange.Text{Deck: s.Deck, Text: s.Text, Here: s.Here, Device: s.Device}
	}
	return out, err
}

// Edition implements [exchange.Collection]: it reads the text that the tables have of a
// deck.
func (x exchanging) Edition(ctx context.Context, deck string) ([]byte, error) {
	var lines bytes.Buffer
	err := x.read(ctx, func(tx *readTx) error {
		var id int64
		if err := tx.Scan(ctx, `SELECT id FROM decks WHERE deck = ?`, []any{deck}, &id); err != nil {
			return err
		}
		return transfer.WriteDeck(ctx, tx.ReadTx, id, &lines)
	})
	return lines.Bytes(), sqlite.Explain("read deck "+deck, err)
}

// TakeText implements [exchange.Collection].
func (x exchanging) TakeText(ctx context.Context, t exchange.Text, lines []byte) (name string, err error) {
	defer x.config.Progress.Over()
	now := x.Calendar().Moment(x.config.Now())
	var d *decks.Deck
	if t.Text != "" {
		if d, err = readText(t, lines); err != nil {
			return "", err
		}
		name = d.Name
	}
	err = x.roomy(ctx, func() error {
		return x.record(ctx, func(tx *tx) error {
			standing, err := tx.lineage(ctx, t.Deck)
			if err != nil || standing.Text() != t.Text {
				return err // it was another that stood a moment ago
			}
			if d == nil {
				name, err = tx.takeGone(ctx, t.Deck)
				return err
			}
			return tx.takeText(ctx, d, standing, x.syncedRoot(t.Deck), now)
		})
	})
	return name, sqlite.Explain("take deck "+t.Deck, err)
}

// readText reads a text, and checks that it is the one of that name.
func readText(t exchange.Text, lines []byte) (*decks.Deck, error) {
	d, err := transfer.ReadDeck(lines)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", segment.ErrNotWhole, err)
	}
	text, err := textOfDeck(d)
	if err == nil && (text != t.Text || d.ID != t.Deck) {
		err = fmt.Errorf("%w: it is not the text of its name", segment.ErrNotWhole)
	}
	return d, err
}

// syncedFolder is where the pictures of decks lie whose files are on other machines.
func (s *Store) syncedFolder() string { return s.path + "-decks" }

// syncedRoot stands for the folder of a deck whose files are on another machine.
func (s *Store) syncedRoot(deck string) string {
	return filepath.Join(s.syncedFolder(), shorthash.Of(deck, 16))
}

// IsElsewhere reports whether a deck's files are on another machine: its root is one that
// sync made.
func (s *Store) IsElsewhere(root string) bool { return filepath.Dir(root) == s.syncedFolder() }

// takeGone retires a deck that is gone on another machine.
func (tx *tx) takeGone(ctx context.Context, deck string) (name string, err error) {
	var id int64
	err = tx.Scan(ctx, `SELECT id, name FROM decks WHERE deck = ? AND retired = 0`, []any{deck}, &id, &name)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	if err == nil {
		_, _, err = tx.retireDeck(ctx, id)
	}
	return name, err
}

// takeText makes the tables have a text of a deck that another machine compiled. Cards
// were given their new names by rows of the log already, unless the text that was here
// was made apart from it: then this is the machine that has to find its cards again.
func (tx *tx) takeText(ctx context.Context, d *decks.Deck, standing *journal.Lineage, root string, now scheduler.Moment) error {
	err := tx.Scan(ctx, `SELECT root FROM decks WHERE deck = ?`, []any{d.ID}, &root)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	if apart, err := tx.isApart(ctx, d.ID, standing); err != nil {
		return err
	} else if apart {
		if err := tx.renameApart(ctx, d, now); err != nil {
			return err
		}
	}
	// The folder here, if there is one, has another text than its deck now.
	for _, query := range []string{`DELETE FROM stamps WHERE root = ?`, `UPDATE roots SET seen = '' WHERE root = ?`} {
		if _, err := tx.exec(ctx, query, root); err != nil {
			return err
		}
	}
	a := deckApply{tx: tx, moved: map[int64]cardColumns{}, written: func() {}, now: now.At / 1000, follows: true}
	if err := a.applyTo(ctx, root, d, []byte{}, nil, now); err != nil {
		return err
	}
	if err := tx.follow(ctx, a.moved); err != nil {
		return err
	}
	if _, err := tx.exec(ctx, `DELETE FROM facts WHERE deck = ? AND NOT EXISTS (SELECT 1 FROM cards WHERE fact = facts.id)`, a.deck); err != nil {
		return err
	}
	if a.added {
		if err := tx.newPolicies(ctx); err != nil {
			return err
		}
	}
	return tx.renameBack(ctx, d, now)
}

// isApart reports whether some folder had a text of a deck that the one which stands was
// not made from.
func (tx *tx) isApart(ctx context.Context, deck string, standing *journal.Lineage) (apart bool, err error) {
	rows, err := tx.QueryContext(ctx, `SELECT text FROM checkouts WHERE deck = ? AND text <> ''`, deck)
	err = sqlite.Each(rows, err, func(rows *sql.Rows) error {
		var text string
		err := rows.Scan(&text)
		apart = apart || text != standing.Text() && !standing.Older(text)
		return err
	})
	return apart, err
}

// renameApart gives the cards of a deck the names that a text has for them which was made
// apart from the one that is here.
func (tx *tx) renameApart(ctx context.Context, d *decks.Deck, now scheduler.Moment) error {
	var id int64
	if err := tx.Scan(ctx, `SELECT id FROM decks WHERE deck = ?`, []any{d.ID}, &id); err != nil {
		return err
	}
	old, err := tx.oldFacts(ctx, id, d.ID, false)
	if err != nil {
		return err
	}
	// The matching names the cards of a copy, as a compile here would have.
	as := *d
	as.Facts = slices.Clone(d.Facts)
	for i := range as.Facts {
		f := &as.Facts[i]
		f.Cards = slices.Clone(f.Cards)
		if !f.Written {
			f.Key = ""
		}
		for j := range f.Cards {
			f.Cards[j].ID = ""
		}
	}
	m, err := decks.MatchWith(old, []*decks.Deck{&as}, decks.MatchOptions{})
	if err != nil {
		return err
	}
	named := map[string]string{} // by the name that a compile here would have given: that of the text
	for i := range as.Facts {
		for j := range as.Facts[i].Cards {
			named[as.Facts[i].Cards[j].ID] = d.Facts[i].Cards[j].ID
		}
	}
	renamed := map[string]string{}
	for _, a := range m.Aliases {
		renamed[a.From] = a.To
	}
	var aliases []decks.Alias
	for i := range old {
		for _, c := range old[i].Cards {
			to := c.ID
			if r, ok := renamed[to]; ok {
				to = r
			}
			if n, ok := named[to]; ok && n != c.ID {
				aliases = append(aliases, decks.Alias{From: c.ID, To: n})
			}
		}
	}
	if _, err = tx.rename(ctx, aliases, now); err != nil {
		return err
	}
	for _, a := range aliases { // the log may have rows under the new name, too
		if err := tx.recall(ctx, a.To); err != nil {
			return err
		}
	}
	return nil
}

// renameBack gives cards the names that the text has which stands, where a row of a text
// that did not stand called them otherwise.
func (tx *tx) renameBack(ctx context.Context, d *decks.Deck, now scheduler.Moment) error {
	ids := map[string]bool{}
	for i := range d.Facts {
		for _, c := range d.Facts[i].Cards {
			ids[c.ID] = true
		}
	}
	type named struct{ id, now string }
	rows, err := tx.QueryContext(ctx, `SELECT old, card FROM aliases a WHERE old <> card
		AND since = (SELECT max(since) FROM aliases WHERE old = a.old)`)
	all, err := sqlite.Collect(rows, err, func(rows *sql.Rows) (n named, err error) { return n, rows.Scan(&n.id, &n.now) })
	if err != nil {
		return err
	}
	for _, n := range all {
		if !ids[n.id] || ids[n.now] {
			continue
		}
		r, err := tx.push(ctx, journal.Entry{Moment: now, Kind: journal.KindAlias, Card: n.now, Detail: journal.Detail{To: n.id}})
		if err != nil {
			return err
		}
		if err := tx.alias(ctx, decks.Alias{From: n.now, To: n.id}, r.Clock); err != nil {
			return err
		}
		for _, card := range []string{n.id, n.now} { // a retired card may have the other name still
			if err := tx.recall(ctx, card); err != nil {
				return err
			}
		}
	}
	return nil
}

// loadElsewhere reads cards of the deck that are in others still.
func (a *deckApply) loadElsewhere(ctx context.Context) error {
	var ids []string
	for i := range a.rows.deck.Facts {
		for _, c := range a.rows.deck.Facts[i].Cards {
			if a.oldCards[c.ID] == nil {
				ids = append(ids, c.ID)
			}
		}
	}
	if len(ids) == 0 {
		return nil
	}
	text, err := json.Marshal(ids)
	if err != nil {
		return err
	}
	return a.loadCards(ctx, `c.card IN (SELECT value FROM json_each(?))`, string(text))
}
