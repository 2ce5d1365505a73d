package sqlite

import (
	"context"
	"database/sql"
)

// A Reader is what can be asked: a database, or either kind of transaction.
type Reader interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// A ReadTx sees one state of a database, whatever others write meanwhile. It has
// no method that changes anything, and is rolled back when it ends.
type ReadTx struct {
	tx    *sql.Tx
	ready func(query string) *sql.Stmt
	own   map[string]*sql.Stmt // prepared for this transaction
}

// newReadTx makes tx one that only reads. Ready has the statements that the
// database keeps prepared; others are prepared for the transaction.
func newReadTx(tx *sql.Tx, ready func(query string) *sql.Stmt) *ReadTx {
	return &ReadTx{tx, ready, map[string]*sql.Stmt{}}
}

// QueryContext asks a query that is asked once.
func (r *ReadTx) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	return r.tx.QueryContext(ctx, query, args...)
}

// QueryRowContext asks a query that is asked once, of one row.
func (r *ReadTx) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	return r.tx.QueryRowContext(ctx, query, args...)
}

// Query asks a query that stays prepared until the transaction ends.
func (r *ReadTx) Query(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	stmt, err := r.statement(ctx, query)
	if err != nil {
		return nil, err
	}
	return stmt.QueryContext(ctx, args...)
}

// Scan reads one row into targets, by a query that stays prepared.
func (r *ReadTx) Scan(ctx context.Context, query string, args []any, targets ...any) error {
	stmt, err := r.statement(ctx, query)
	if err != nil {
		return err
	}
	return stmt.QueryRowContext(ctx, args...).Scan(targets...)
}

func (r *ReadTx) statement(ctx context.Context, query string) (*sql.Stmt, error) {
	if stmt := r.own[query]; stmt != nil {
		return stmt, nil
	}
	var stmt *sql.Stmt
	var err error
	if ready := r.ready(query); ready != nil {
		stmt = r.tx.StmtContext(ctx, ready)
	} else if stmt, err = r.tx.PrepareContext(ctx, query); err != nil {
		return nil, err
	}
	r.own[query] = stmt
	return stmt, nil
}

// A Tx is a transaction that writes: all of it, or nothing.
type Tx struct{ ReadTx }

// Exec changes something, by a statement that stays prepared.
func (t *Tx) Exec(ctx context.Context, query string, args ...any) (sql.Result, error) {
	stmt, err := t.statement(ctx, query)
	if err != nil {
		return nil, err
	}
	return stmt.ExecContext(ctx, args...)
}

// ExecContext changes something, by a statement, or several, that run once.
func (t *Tx) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	return t.tx.ExecContext(ctx, query, args...)
}

// Collect reads all rows before anything else is asked: there is one connection,
// and a query inside open rows would wait for itself.
func Collect[T any](rows *sql.Rows, err error, scan func(*sql.Rows) (T, error)) ([]T, error) {
	var all []T
	err = Each(rows, err, func(rows *sql.Rows) error {
		one, err := scan(rows)
		all = append(all, one)
		return err
	})
	if err != nil {
		return nil, err
	}
	return all, nil
}

// Each hands every row to take, which must not ask anything meanwhile: see [Collect].
func Each(rows *sql.Rows, err error, take func(*sql.Rows) error) error {
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := take(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}
