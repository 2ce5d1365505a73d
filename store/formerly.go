package store

import (
	"context"
	"database/sql"
)

// Formerly gives, by its present name, the other names that each card had before.
func (s *Store) Formerly(ctx context.Context) (map[string][]string, error) {
	names := map[string][]string{}
	rows, err := s.query(ctx, `SELECT card, old FROM aliases WHERE old <> card GROUP BY card, old ORDER BY card, min(since), old`)
	_, err = collect(rows, err, func(rows *sql.Rows) (none struct{}, err error) {
		var card, old string
		err = rows.Scan(&card, &old)
		names[card] = append(names[card], old)
		return none, err
	})
	return names, explain("read the names of cards", err)
}
