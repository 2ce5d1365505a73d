package store

import (
	"context"
	"database/sql"
)

// A Step is a row of the log that still stands, and what it did.
type Step struct {
	Card          string // its present name
	Row           *Row
	Before, After *Standing
}

// Retrace replays the log, under the present options, and shows its rows in the
// order of the replay. Rows about cards that were never compiled here are left
// out, as are those that were undone. What a step points to is the reader's
// only until show returns. The collection must not be asked anything meanwhile.
func (s *Store) Retrace(ctx context.Context, show func(Step) error) error {
	defer s.config.Progress.over()
	err := s.read(ctx, func(tx *readTx) error {
		k := tx.newReckoning()
		k.show = show
		return k.run(ctx)
	})
	return explain("replay the log", err)
}

// Changed gives, by key, when each live fact of a deck was last written anew, in
// Unix seconds; 0 is before that was kept.
func (s *Store) Changed(ctx context.Context, d Deck) (map[string]int64, error) {
	changed := map[string]int64{}
	rows, err := s.db.QueryContext(ctx, `SELECT f.key, max(c.changed) FROM cards c JOIN facts f ON f.id = c.fact
		WHERE c.deck = ? AND c.retired = 0 AND f.retired = 0 GROUP BY f.id`, d.id)
	_, err = collect(rows, err, func(rows *sql.Rows) (none struct{}, err error) {
		var key string
		var at int64
		err = rows.Scan(&key, &at)
		changed[key] = at
		return none, err
	})
	return changed, explain("read when deck "+d.Name+" changed", err)
}
