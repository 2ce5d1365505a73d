package store

import (
	"context"
	"database/sql"
	"errors"
	"path/filepath"
	"reflect"
	"testing"

	"kartei/store/sqlite"
)

// What reads the collection is handed a readTx, which has no method that writes;
// and whatever SQL it asks, nothing of it stays.
func TestAReaderCannotWrite(t *testing.T) {
	if _, can := any(&readTx{}).(interface {
		exec(context.Context, string, ...any) (sql.Result, error)
	}); can {
		t.Error("a readTx has exec")
	}
	if _, can := any(&tx{}).(interface {
		exec(context.Context, string, ...any) (sql.Result, error)
	}); !can {
		t.Error("a tx has no exec: the test looks for something else")
	}

	for field := range reflect.TypeFor[readTx]().Fields() {
		if field.Type == reflect.TypeFor[*Store]() || field.Type == reflect.TypeFor[*sqlite.DB]() || field.Type == reflect.TypeFor[*sqlite.Tx]() {
			t.Errorf("a readTx has a %s, by which it could write", field.Type)
		}
	}

	s := openTest(t, filepath.Join(t.TempDir(), "collection.db"))
	apply(t, s, deck("maths", 3))
	count := func() (n int) {
		if err := s.db.QueryRowContext(t.Context(), `SELECT count(*) FROM cards`).Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	before := count()
	if err := s.read(t.Context(), func(tx *readTx) error {
		rows, err := tx.Query(t.Context(), `DELETE FROM cards RETURNING id`)
		for err == nil && rows.Next() {
		}
		return errors.Join(err, rows.Close())
	}); err != nil {
		t.Fatal(err)
	}
	if after := count(); after != before || before == 0 {
		t.Errorf("there were %d cards, and are %d", before, after)
	}
}
