package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"sync"
)

// schemaOf reads what a database says of its tables, indexes and triggers.
func schemaOf(ctx context.Context, q reader) ([]string, error) {
	rows, err := q.QueryContext(ctx, `SELECT type || ' ' || name || ' ' || tbl_name || ' ' || coalesce(sql, '') FROM sqlite_schema
		WHERE name NOT LIKE 'sqlite_stat%'`)
	all, err := collect(rows, err, func(rows *sql.Rows) (text string, err error) { return text, rows.Scan(&text) })
	slices.Sort(all)
	return all, err
}

// checkSchema compares a database's schema with that of a new collection of
// the same version. A file from elsewhere could otherwise bring triggers, or
// views and columns that compute without end.
func checkSchema(ctx context.Context, q reader, version int) error {
	want, err := newSchema(ctx, version)
	if err != nil {
		return err
	}
	got, err := schemaOf(ctx, q)
	if err != nil {
		return err
	}
	for _, text := range got {
		if !slices.Contains(want, text) {
			return fmt.Errorf("%w: it has something that no collection has: %.80q", ErrDamaged, text)
		}
	}
	for _, text := range want {
		if !slices.Contains(got, text) {
			return fmt.Errorf("%w: it lacks what every collection has: %.80q", ErrDamaged, text)
		}
	}
	return nil
}

// schemas are what newSchema found, by version: it is always the same.
var schemas sync.Map

// newSchema makes an empty collection in memory.
func newSchema(ctx context.Context, version int) ([]string, error) {
	if known, ok := schemas.Load(version); ok {
		return known.([]string), nil
	}
	db, err := connect("file::memory:")
	if err != nil {
		return nil, err
	}
	defer db.Close()
	names, err := migrationNames()
	if err != nil {
		return nil, err
	}
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return nil, err
	}
	defer tx.Rollback()
	if err := runMigrations(ctx, tx, names[:version], 0); err != nil {
		return nil, err
	}
	all, err := schemaOf(ctx, tx)
	if err == nil {
		schemas.Store(version, all)
	}
	return all, err
}
