package store

import (
	"context"
	"database/sql"

	"kartei/store/sqlite"
)

// Formerly gives, by its present name, the other names that each card had before.
func (s *Store) Formerly(ctx context.Context) (map[string][]string, error) {
	names := map[string][]string{}
	rows, err := s.db.Query(ctx, `SELECT card, old FROM aliases WHERE old <> card GROUP BY card, old ORDER BY card, min(since), old`)
	err = sqlite.Each(rows, err, func(rows *sql.Rows) error {
		var card, old string
		err := rows.Scan(&card, &old)
		names[card] = append(names[card], old)
		return err
	})
	return names, sqlite.Explain("read the names of cards", err)
}
