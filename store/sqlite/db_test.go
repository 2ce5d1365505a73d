package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"testing"
	"time"
)

func open(t *testing.T) *DB {
	t.Helper()
	db, err := Open(Own(t.TempDir()+"/collection.db"), nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	if _, err := db.ExecContext(t.Context(), `CREATE TABLE t (a INTEGER) STRICT`); err != nil {
		t.Fatal(err)
	}
	return db
}

// What was called off is not begun, though a query that runs is not broken off.
func TestCalledOff(t *testing.T) {
	db := open(t)
	rows, err := db.Query(t.Context(), `SELECT a FROM t`)
	if err != nil {
		t.Fatal(err)
	}
	rows.Close()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := db.Query(ctx, `SELECT a + 1 FROM t`); !errors.Is(err, context.Canceled) {
		t.Errorf("a query that was called off: %v", err)
	}
}

// Whoever is lent the only connection and asks the database for another gets an error,
// in whatever way it asks: it would wait for itself.
func TestLentOnlyOnce(t *testing.T) {
	db := open(t)
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	none := func(*sql.Rows) error { return nil }
	asks := map[string]func() error{
		"Query":           func() error { rows, err := db.Query(ctx, `SELECT a FROM t`); return Each(rows, err, none) },
		"QueryContext":    func() error { rows, err := db.QueryContext(ctx, `SELECT a FROM t`); return Each(rows, err, none) },
		"QueryRowContext": func() error { var n int; return db.QueryRowContext(ctx, `SELECT count(*) FROM t`).Scan(&n) },
		"Exec":            func() error { _, err := db.Exec(ctx, `DELETE FROM t`); return err },
		"ExecContext":     func() error { _, err := db.ExecContext(ctx, `DELETE FROM t`); return err },
		"Prepare":         func() error { return db.Prepare(ctx, `SELECT a + 2 FROM t`) },
		"Read":            func() error { return db.Read(ctx, func(*ReadTx) error { return nil }) },
		"Write":           func() error { return db.Write(ctx, func(*Tx) error { return nil }) },
		"Lightly":         func() error { return db.Lightly(ctx, 0, func(*Tx) error { return nil }) },
		"Hastily":         func() error { return db.Hastily(ctx, 0, func() error { return nil }) },
	}
	err := db.Write(ctx, func(tx *Tx) error {
		return db.Lend(func() error {
			for name, ask := range asks {
				if err := ask(); !errors.Is(err, ErrLent) {
					t.Errorf("%s: %v", name, err)
				}
			}
			_, err := tx.Exec(ctx, `INSERT INTO t VALUES (1)`)
			return err
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	for name, ask := range asks {
		if err := ask(); err != nil {
			t.Errorf("%s afterwards: %v", name, err)
		}
	}
}

// Whoever waits for the connection keeps nobody waiting who has it.
func TestPreparingWaitsAlone(t *testing.T) {
	db := open(t)
	asked := make(chan error, 1)
	err := db.Write(t.Context(), func(tx *Tx) error {
		waiting := db.pool.Stats().WaitCount
		go func() {
			rows, err := db.Query(t.Context(), `SELECT a + 3 FROM t`)
			asked <- Each(rows, err, func(*sql.Rows) error { return nil })
		}()
		for db.pool.Stats().WaitCount == waiting {
			time.Sleep(time.Millisecond)
		}
		done := make(chan error, 1)
		go func() {
			_, err := tx.Exec(t.Context(), `INSERT INTO t VALUES (?)`, 1)
			done <- err
		}()
		select {
		case err := <-done:
			return err
		case <-time.After(time.Minute):
			t.Fatal("both wait for each other")
			return nil
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := <-asked; err != nil {
		t.Error(err)
	}
}
