package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"slices"

	"kartei/decks"
	"kartei/scheduler"
	"kartei/store/journal"
	"kartei/store/sqlite"
)

// A twin is a card that another has the text of, to the letter.
type twin struct {
	id, deck     int64
	card, hash   string
	root         string // of its deck
	deckID, name string // of its deck
	key          string
	fresh        bool
}

const selectTwins = `SELECT c.id, c.deck, c.card, c.hash, d.root, d.deck, d.name, f.key, c.fresh
	FROM cards c JOIN decks d ON d.id = c.deck JOIN facts f ON f.id = c.fact`

func scanTwin(rows *sql.Rows) (t twin, err error) {
	return t, rows.Scan(&t.id, &t.deck, &t.card, &t.hash, &t.root, &t.deckID, &t.name, &t.key, &t.fresh)
}

// reunite gives the histories of cards that are gone from the decks to cards that
// say the same elsewhere: facts that moved, and whose new place was compiled
// before the old one. So it is for a card that was never answered where it is now,
// or which is in the same folder as the one that is gone; and only where nothing
// else could be meant.
func (tx *tx) reunite(ctx context.Context, losses []*loss, now scheduler.Moment) (moves []reunion, err error) {
	var gone []twin
	for _, l := range losses {
		if l.learned == 0 {
			continue
		}
		rows, err := tx.QueryContext(ctx, selectTwins+
			` JOIN memory m ON m.card = c.id WHERE c.deck = ? AND c.retired = 1 AND m.reps > 0`, l.deck)
		some, err := sqlite.Collect(rows, err, scanTwin)
		if err != nil {
			return nil, err
		}
		gone = append(gone, some...)
	}
	if len(gone) == 0 {
		return nil, nil
	}
	living, err := tx.livingTwins(ctx, gone)
	if err != nil {
		return nil, err
	}
	for _, g := range gone {
		same := slices.DeleteFunc(slices.Clone(living),
			func(l twin) bool { return l.hash != g.hash || l.deck == g.deck })
		to, ok := theOne(g, same)
		if rivals := slices.ContainsFunc(gone, func(o twin) bool { return o.hash == g.hash && o.id != g.id }); !ok ||
			rivals {
			continue
		}
		if err := tx.adopt(ctx, g, to, now); err != nil {
			return nil, err
		}
		moves = append(moves, reunion{g, to})
	}
	return moves, nil
}

// A reunion is a history that came to the card that says the same.
type reunion struct{ from, to twin }

// livingTwins returns the live cards that say what one of those does.
func (tx *readTx) livingTwins(ctx context.Context, gone []twin) ([]twin, error) {
	var hashes []string
	for _, g := range gone {
		hashes = append(hashes, g.hash)
	}
	wanted, err := json.Marshal(hashes)
	if err != nil {
		return nil, err
	}
	rows, err := tx.QueryContext(ctx, selectTwins+` WHERE c.retired = 0 AND c.hash IN (SELECT value FROM json_each(?))`,
		string(wanted))
	return sqlite.Collect(rows, err, scanTwin)
}

// theOne picks the card that a history belongs to now.
func theOne(gone twin, living []twin) (twin, bool) {
	fresh := slices.DeleteFunc(slices.Clone(living), func(l twin) bool { return !l.fresh })
	switch {
	case len(fresh) == 1:
		return fresh[0], true
	case len(fresh) == 0 && len(living) == 1 && living[0].root == gone.root:
		return living[0], true
	}
	return twin{}, false
}

// adopt makes a card that is gone one with another.
func (tx *tx) adopt(ctx context.Context, from, to twin, now scheduler.Moment) error {
	r, err := tx.push(ctx, journal.Entry{Moment: now, Kind: journal.KindAlias, Card: from.card,
		Detail: journal.Detail{To: to.card}})
	if err != nil {
		return err
	}
	for _, query := range []string{`DELETE FROM memory WHERE card = ?`, `DELETE FROM cards WHERE id = ?`} {
		if _, err := tx.exec(ctx, query, from.id); err != nil {
			return err
		}
	}
	if err := tx.alias(ctx, decks.Alias{From: from.card, To: to.card}, r.Clock); err != nil {
		return err
	}
	return tx.recall(ctx, to.card)
}
