package store

import (
	"context"
	"embed"
	"fmt"
	"io/fs"

	"kartei/store/sqlite"
)

//go:embed migrations
var embedded embed.FS

// migrations are the embedded ones; tests add to them.
var migrations fs.FS = embedded

// applicationID marks a database as a collection ("Kart"); see the first migration.
const applicationID = 0x4b617274

// A version is what a database's header says about it.
type version struct {
	schema      int // SQLite's user_version: the number of the last migration
	application int
	tables      int
}

func readVersion(ctx context.Context, q sqlite.Reader) (v version, err error) {
	err = q.QueryRowContext(ctx, `SELECT
		(SELECT user_version FROM pragma_user_version),
		(SELECT application_id FROM pragma_application_id),
		(SELECT count(*) FROM sqlite_schema)`).Scan(&v.schema, &v.application, &v.tables)
	return v, err
}

// check refuses what this program must not touch.
func (v version) check(newest int) error {
	switch {
	case v.application != applicationID && v.tables > 0:
		return fmt.Errorf("%w: it is the database of another program", ErrNotDatabase)
	case v.schema < 0 || v.schema == 0 && v.tables > 0:
		return fmt.Errorf("%w: it does not say of which version it is", ErrDamaged)
	case v.schema > newest:
		return fmt.Errorf("%w: its schema is %d, this program knows %d", ErrNewer, v.schema, newest)
	}
	return nil
}

// migrationNames lists the migrations; number N, from 1, takes a collection
// from schema N-1 to N.
func migrationNames() ([]string, error) {
	return fs.Glob(migrations, "migrations/*.sql")
}

// migrate brings the collection to the newest schema in one immediate
// transaction. Several processes may do so at once: the first does the work,
// the others find it done.
func (s *Store) migrate(ctx context.Context, names []string) error {
	return s.write(ctx, func(tx *sqlite.Tx) error {
		have, err := readVersion(ctx, tx)
		if err != nil {
			return err
		}
		if err := have.check(len(names)); err != nil {
			return err
		}
		if err := runMigrations(ctx, tx, names, have.schema); err != nil {
			return err
		}
		if have.schema == 0 && len(names) > 0 {
			return s.newDevice(ctx, tx)
		}
		return nil
	})
}

func runMigrations(ctx context.Context, tx *sqlite.Tx, names []string, done int) error {
	for i, name := range names[done:] {
		text, err := fs.ReadFile(migrations, name)
		if err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, string(text)); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		if _, err := tx.ExecContext(ctx, fmt.Sprintf("PRAGMA user_version = %d", done+i+1)); err != nil {
			return err
		}
	}
	return nil
}
