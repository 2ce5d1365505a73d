package sqlite

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	modernc "modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// WaitSilently is how long a writer waits for another before that is said.
const WaitSilently = 2 * time.Second

// busyTimeout is how long SQLite waits for another process to finish writing, at
// one try.
const busyTimeout = WaitSilently

// busyRetry is how long a writer waits for its turn, unless it is hasty. SQLite
// lets those who wait go in no order, and lets them sleep the longer the longer
// they wait: one that is passed over for the busy timeout begins again with short
// sleeps.
const busyRetry = 60 * time.Second

// openRetry is how long an opening waits for another process.
const openRetry = 5 * time.Second

// A DB is an open database with one connection. Its methods may be called by
// several goroutines; they wait for each other.
type DB struct {
	pool    *sql.DB
	waiting func() // may be nil
	lent    atomic.Bool

	mu       sync.Mutex
	retry    time.Duration // how long a writer waits for its turn
	waits    bool          // see Waits
	prepared map[string]*sql.Stmt
}

// Open makes a database ready. It reads nothing yet. Waiting, if not nil, is called
// when something has waited for [WaitSilently] to be written, because another
// program keeps the file locked: once for each such time.
func Open(source Source, waiting func()) (*DB, error) {
	pool, err := sql.Open("sqlite", string(source))
	if err != nil {
		return nil, err
	}
	pool.SetMaxOpenConns(1)
	return &DB{pool: pool, waiting: waiting, retry: busyRetry, prepared: map[string]*sql.Stmt{}}, nil
}

// OpenForeign opens a file from a stranger for reading. No function of its schema
// is trusted, and no text in it may be longer than so many bytes.
func OpenForeign(ctx context.Context, path string, longest int) (*DB, error) {
	db, err := Open(foreign(path), nil)
	if err != nil {
		return nil, err
	}
	conn, err := db.pool.Conn(ctx)
	if err == nil {
		_, err = modernc.Limit(conn, sqlite3.SQLITE_LIMIT_LENGTH, longest)
		err = errors.Join(err, conn.Close())
	}
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

// Close ends all use of the database.
func (d *DB) Close() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	for query, stmt := range d.prepared {
		stmt.Close()
		delete(d.prepared, query)
	}
	return d.pool.Close()
}

// ErrLent is the error of whatever is asked of a database while its one connection
// is lent: without it the asker would wait for itself, for ever.
var ErrLent = errors.New("the database is asked for something by whoever holds its only connection")

// Lend runs work, which is somebody else's, within a transaction of the database.
// All other use of the database fails with [ErrLent] meanwhile.
func (d *DB) Lend(work func() error) error {
	d.lent.Store(true)
	defer d.lent.Store(false)
	return work()
}

// A refuser connects to nothing.
type refuser struct{}

func (refuser) Connect(context.Context) (driver.Conn, error) { return nil, ErrLent }
func (refuser) Driver() driver.Driver                        { return nil }

var refusing = sync.OnceValue(func() *sql.DB { return sql.OpenDB(refuser{}) })

// free is the pool, or one that refuses everything while it is lent.
func (d *DB) free() *sql.DB {
	if d.lent.Load() {
		return refusing()
	}
	return d.pool
}

// QueryContext asks a query that is asked once.
func (d *DB) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	return d.free().QueryContext(ctx, query, args...)
}

// QueryRowContext asks a query that is asked once, of one row.
func (d *DB) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	return d.free().QueryRowContext(ctx, query, args...)
}

// ExecContext runs statements outside of a transaction.
func (d *DB) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	return d.free().ExecContext(ctx, query, args...)
}

// Prepare prepares queries that transactions use again and again.
func (d *DB) Prepare(ctx context.Context, queries ...string) error {
	for _, query := range queries {
		if _, err := d.statement(ctx, query); err != nil {
			return err
		}
	}
	return nil
}

// statement prepares a query once. It waits for the connection without a lock: who has
// that may ask what is prepared.
func (d *DB) statement(ctx context.Context, query string) (*sql.Stmt, error) {
	if d.lent.Load() {
		return nil, ErrLent
	}
	if stmt := d.ready(query); stmt != nil {
		return stmt, nil
	}
	stmt, err := d.pool.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if first := d.prepared[query]; first != nil { // somebody else was quicker
		return first, stmt.Close()
	}
	d.prepared[query] = stmt
	return stmt, nil
}

// ready is a statement that was prepared before, or nil.
func (d *DB) ready(query string) *sql.Stmt {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.prepared[query]
}

// Query asks a query that is prepared once: preparing takes longer than reading a
// few rows. So does watching for the end of ctx, which takes goroutines: a query
// that has begun is not broken off.
func (d *DB) Query(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	ctx = context.WithoutCancel(ctx)
	stmt, err := d.statement(ctx, query)
	if err != nil {
		return nil, err
	}
	return stmt.QueryContext(ctx, args...)
}

// Exec runs one statement that is prepared once, as a transaction of its own. It is
// not broken off either: it is over at once, or when the lock is free.
func (d *DB) Exec(ctx context.Context, query string, args ...any) (sql.Result, error) {
	ctx = context.WithoutCancel(ctx)
	stmt, err := d.statement(ctx, query)
	if err != nil {
		return nil, err
	}
	return stmt.ExecContext(ctx, args...)
}

// Read runs look in a transaction that sees one state of the database and changes
// nothing. Others may write meanwhile.
func (d *DB) Read(ctx context.Context, look func(*ReadTx) error) error {
	tx, err := d.free().BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return err
	}
	defer tx.Rollback()
	return look(newReadTx(tx, d.ready))
}

// Write runs change in one immediate transaction: all of it, or nothing.
func (d *DB) Write(ctx context.Context, change func(*Tx) error) error {
	tx, err := d.begin(ctx)
	if err != nil {
		return err
	}
	return finish(tx, d.ready, change)
}

// finish makes a change in a transaction that has begun, and commits it.
func finish(tx *sql.Tx, ready func(query string) *sql.Stmt, change func(*Tx) error) error {
	defer tx.Rollback()
	if err := change(&Tx{*newReadTx(tx, ready)}); err != nil {
		return err
	}
	return tx.Commit()
}

// begin begins an immediate transaction.
func (d *DB) begin(ctx context.Context) (*sql.Tx, error) {
	d.mu.Lock()
	end := time.Now().Add(d.retry)
	d.mu.Unlock()
	for {
		tx, err := d.free().BeginTx(ctx, nil)
		if err == nil || Meaning(err) != ErrBusy || time.Now().After(end) {
			d.Waits(false)
			return tx, err
		}
		d.Waits(true)
	}
}

// Waits notes whether somebody waits for another program, and says so once.
func (d *DB) Waits(yes bool) {
	d.mu.Lock()
	first := yes && !d.waits
	d.waits = yes
	d.mu.Unlock()
	if first && d.waiting != nil {
		d.waiting()
	}
}

// Patiently asks for the first time. Switching a new file to a write-ahead log is
// the one step that SQLite gives up at once, instead of waiting, when another
// process does the same.
func (d *DB) Patiently(ctx context.Context, ask func() error) error {
	for end := time.Now().Add(openRetry); ; time.Sleep(5 * time.Millisecond) {
		err := ask()
		if err == nil || Meaning(err) != ErrBusy || time.Now().After(end) || ctx.Err() != nil {
			return err
		}
	}
}

// Hastily does what may be left to another time: it waits no longer than that for
// others that write.
func (d *DB) Hastily(ctx context.Context, wait time.Duration, work func() error) error {
	d.setRetry(wait)
	defer d.setRetry(busyRetry)
	return d.With(ctx, busyPragma(wait), busyPragma(busyTimeout), work)
}

// Lightly writes in one transaction what nobody waits for until it is on disk, and
// what waits no longer than that for others that write.
func (d *DB) Lightly(ctx context.Context, wait time.Duration, change func(*Tx) error) (err error) {
	conn, err := d.free().Conn(ctx) // nothing else may be written as lightly
	if err != nil {
		return err
	}
	defer conn.Close()
	if _, err := conn.ExecContext(ctx, `PRAGMA synchronous = NORMAL; `+busyPragma(wait)); err != nil {
		return err
	}
	defer func() {
		_, back := conn.ExecContext(context.WithoutCancel(ctx), `PRAGMA synchronous = FULL; `+busyPragma(busyTimeout))
		err = errors.Join(err, back)
	}()
	tx, err := conn.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	return finish(tx, func(string) *sql.Stmt { return nil }, change)
}

func busyPragma(wait time.Duration) string {
	return fmt.Sprintf(`PRAGMA busy_timeout = %d`, wait.Milliseconds())
}

func (d *DB) setRetry(wait time.Duration) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.retry = wait
}

// With does work while the connection is set otherwise than usual.
func (d *DB) With(ctx context.Context, set, back string, work func() error) (err error) {
	if _, err := d.ExecContext(ctx, set); err != nil {
		return err
	}
	defer func() {
		_, failed := d.ExecContext(context.WithoutCancel(ctx), back)
		err = errors.Join(err, failed)
	}()
	return work()
}

// IsPrepared reports whether a query was prepared before.
func (d *DB) IsPrepared(query string) bool { return d.ready(query) != nil }
