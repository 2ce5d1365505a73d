package store

import (
	"context"
	"database/sql"

	"kartei/store/sqlite"
)

// A Root is a folder that decks come from which are asked still.
type Root struct {
	Path string
	Seen string // what the last [Compiled.Seen] was; empty if there was none
}

const findRoots = `SELECT root, seen FROM roots r
	WHERE EXISTS (SELECT 1 FROM decks d WHERE d.root = r.root AND d.retired = 0 AND d.shelved = 0) ORDER BY root`

// Roots lists the folders that decks come from, but those that came with none of
// how their files looked.
func (s *Store) Roots(ctx context.Context) ([]Root, error) {
	rows, err := s.db.QueryContext(ctx, findRoots)
	all, err := sqlite.Collect(rows, err, func(rows *sql.Rows) (r Root, err error) { return r, rows.Scan(&r.Path, &r.Seen) })
	return all, sqlite.Explain("list the folders of decks", err)
}

// Seen returns what was remembered last of how the files of a root look.
func (s *Store) Seen(ctx context.Context, root string) (seen string, err error) {
	err = s.db.QueryRowContext(ctx, `SELECT coalesce((SELECT seen FROM roots WHERE root = ?), '')`, root).Scan(&seen)
	return seen, sqlite.Explain("read how "+root+" looked", err)
}

// See remembers how the files of a root look, where nothing else has changed. It
// gives way to others that write: then it is remembered another time.
func (s *Store) See(ctx context.Context, root, seen string) error {
	err := s.db.Hastily(ctx, 0, func() error {
		return s.write(ctx, func(tx *sqlite.Tx) error { return see(ctx, tx, root, seen) })
	})
	if sqlite.Meaning(err) == ErrBusy {
		err = nil
	}
	return sqlite.Explain("remember how "+root+" looks", err)
}

func see(ctx context.Context, tx *sqlite.Tx, root, seen string) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO roots (root, seen) VALUES (?, ?) ON CONFLICT (root) DO UPDATE SET seen = excluded.seen`, root, seen)
	return err
}
