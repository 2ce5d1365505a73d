// Package migrations is the schema of a collection: the SQL that makes and changes
// its tables, one file a version, and whether a file has just these tables.
package migrations

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"

	"kartei/store/sqlite"
)

//go:embed *.sql schemas.txt
var embedded embed.FS

// Files are the migrations: NNNN_WORD.sql takes a collection from schema N-1 to N.
// Tests add to them.
var Files fs.FS = embedded

// ErrNewer is the error of a collection with a schema that this program does not know.
var ErrNewer = errors.New("the collection was written by a newer version of the program")

// Shared is the first schema in which rows of the log say what machines must agree on.
const Shared = 9

// applicationID marks a database as a collection ("Kart"); see the first migration.
const applicationID = 0x4b617274

// A Version is what a database's header says about it.
type Version struct {
	Schema      int // SQLite's user_version: the number of the last migration
	Application int
	Tables      int
}

// ReadVersion reads a database's header.
func ReadVersion(ctx context.Context, q sqlite.Reader) (v Version, err error) {
	err = q.QueryRowContext(ctx, `SELECT
		(SELECT user_version FROM pragma_user_version),
		(SELECT application_id FROM pragma_application_id),
		(SELECT count(*) FROM sqlite_schema)`).Scan(&v.Schema, &v.Application, &v.Tables)
	return v, err
}

// IsCollection reports whether the database says that it is one.
func (v Version) IsCollection() bool { return v.Application == applicationID }

// Check refuses what this program must not touch.
func (v Version) Check() error {
	switch {
	case !v.IsCollection() && v.Tables > 0:
		return fmt.Errorf("%w: it is the database of another program", sqlite.ErrNotDatabase)
	case v.Schema < 0 || v.Schema == 0 && v.Tables > 0:
		return fmt.Errorf("%w: it does not say of which version it is", sqlite.ErrDamaged)
	case v.Schema > Newest():
		return fmt.Errorf("%w: its schema is %d, this program knows %d", ErrNewer, v.Schema, Newest())
	}
	return nil
}

// Newest is the number of the newest schema.
func Newest() int { return len(names()) }

// names are those of the files; number N, from 1, takes a collection from schema N-1 to N.
func names() []string {
	all, err := fs.Glob(Files, "*.sql")
	if err != nil {
		panic(err) // the pattern is wrong
	}
	return all
}

// Run brings a database from a schema, 0 if it has none yet, to the newest.
func Run(ctx context.Context, tx *sqlite.Tx, from int) error { return run(ctx, tx, from, Newest()) }

func run(ctx context.Context, tx *sqlite.Tx, from, to int) error {
	for i, name := range names()[from:to] {
		text, err := fs.ReadFile(Files, name)
		if err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, string(text)); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		if _, err := tx.ExecContext(ctx, fmt.Sprintf("PRAGMA user_version = %d", from+i+1)); err != nil {
			return err
		}
	}
	return nil
}
