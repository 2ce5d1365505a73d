package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/base32"
	"errors"
	"fmt"
	"io"
	mathrand "math/rand/v2"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"time"

	"kartei/scheduler"
	"kartei/store/atomicfile"
	"kartei/store/plainfile"
	"kartei/store/sqlite"
)

// A Store is an open collection. Its methods may be called by several
// goroutines; they wait for each other.
type Store struct {
	db     *sql.DB
	path   string
	config Config
	device device
	holder int64 // tells its claims from those of others
	file   os.FileInfo
	source string // the DSN of a connection that reads
	copied string // the folder of a copy that is read instead; see connectStill
	ours   bool   // its mark lies beside it: it was written here

	mu            sync.Mutex
	patience      time.Duration // how long a writer waits for its turn
	waiting       bool          // see waits
	calendar      scheduler.Calendar
	prepared      map[string]*sql.Stmt
	policies      *policies
	footing       *footing
	asked         *asked
	highWaterFile *os.File // where the high-water mark is written; see advance

	recovered   *atomicfile.Outcome // see Recovered
	unrecovered error
}

// A Config says how to open a collection. The zero value is ready to use.
type Config struct {
	// ReadOnly opens a collection that must exist and is not written, also one
	// on a read-only disk.
	ReadOnly bool

	// Damaged opens also a collection whose log is shorter than it was, to
	// examine and repair it.
	Damaged bool

	// Calendar turns the days of a collection in which nothing else is set. The
	// zero one does so at midnight.
	Calendar scheduler.Calendar

	// Random names new devices; nil means crypto/rand.
	Random io.Reader

	// Seed decides which cards a random order brings, in what is counted; sessions
	// are opened with the same.
	Seed uint64

	// Now dates the backup before a migration; nil means time.Now.
	Now func() time.Time

	// Waiting, if not nil, is called when something has waited for [waitSilently] to
	// be written, because another program keeps the collection locked: it goes on
	// waiting. It is called once for each such time.
	Waiting func()

	// Progress is told how far a backup, a migration and other long work is; nil
	// is nobody.
	Progress Progress

	copied bool // of a backup, which is its own backup before a migration
}

// A device writes a log of its own. The name is portable, the id is not.
type device struct {
	id   int64
	name string
}

// waitSilently is how long a writer waits for another before that is said.
const waitSilently = 2 * time.Second

// busyTimeout is how long SQLite waits for another process to finish writing, at
// one try.
const busyTimeout = waitSilently

// openPatience is how long an opening waits for another process.
const openPatience = 5 * time.Second

// Open opens the collection at path, and creates it, with its folder, if there
// is none; an older one is migrated. The error wraps [ErrNewer],
// [ErrNotDatabase], [ErrDamaged], [ErrReadOnly], [ErrFull] or [ErrBusy] if it
// is one of those.
func Open(ctx context.Context, path string, config Config) (*Store, error) {
	defer config.Progress.over()
	s, err := open(ctx, path, config)
	if err != nil {
		return nil, explain("open collection "+path, err)
	}
	return s, nil
}

func open(ctx context.Context, path string, config Config) (*Store, error) {
	// SQLite keeps its files beside the one that links lead to; so are the mark and
	// the backups, whatever name the collection is opened by.
	path, err := atomicfile.Resolve(path)
	if err != nil {
		return nil, err
	}
	if config.Random == nil {
		config.Random = rand.Reader
	}
	if config.Now == nil {
		config.Now = time.Now
	}
	if err := checkPath(path, config.ReadOnly); err != nil {
		return nil, err
	}
	mark := readHighWater(path) // before the log is looked at, as it only grows
	if err := checkGone(path); err != nil {
		return nil, err
	}
	if err := createPrivate(path, config.ReadOnly); err != nil {
		return nil, err
	}
	s := &Store{path: path, config: config, patience: patience, holder: mathrand.Int64(), prepared: map[string]*sql.Stmt{}}
	s.ours = mark.seq > 0
	err = s.connect(ctx)
	if err == nil && !config.Damaged {
		err = checkHighWater(ctx, s.db, mark)
	}
	if err != nil {
		return nil, errors.Join(tellFull(path, err), s.close())
	}
	if !config.ReadOnly {
		s.recovered, s.unrecovered = atomicfile.Recover(stepJournal(path), s.decided(ctx))
	}
	return s, nil
}

// connect opens the database and brings it up to date.
func (s *Store) connect(ctx context.Context) (err error) {
	s.source = dsn(s.path, true)
	if s.db, err = connect(dsn(s.path, s.config.ReadOnly)); err != nil {
		return err
	}
	err = s.prepare(ctx)
	if !s.config.ReadOnly {
		return err
	}
	switch meaningOf(err) {
	case ErrReadOnly, ErrFull, ErrDisk:
		return s.connectStill(ctx)
	}
	return err
}

// connectStill opens a collection on a disk that takes nothing. SQLite keeps a
// file beside the database while it is open; there it cannot, and need not, as
// nobody else can write. Only where a session was killed before its last
// answers came into the database file are they read from a copy elsewhere.
func (s *Store) connectStill(ctx context.Context) (err error) {
	if err := s.db.Close(); err != nil {
		return err
	}
	s.source = fileURL(s.path, "mode=ro", "immutable=1", "_query_only=1")
	if !settled(s.path) {
		if s.copied, err = os.MkdirTemp("", "kartei-*"); err != nil {
			return err
		}
		copied := filepath.Join(s.copied, "collection.db")
		if err := errors.Join(copyFile(s.path, copied), copyFile(s.path+"-wal", copied+"-wal")); err != nil {
			return err
		}
		s.source = fileURL(copied, "_query_only=1")
	}
	if s.db, err = connect(s.source); err != nil {
		return err
	}
	return s.prepare(ctx)
}

// connect gives a pool of one connection. It reads nothing yet.
func connect(dsn string) (*sql.DB, error) {
	db, err := sql.Open("sqlite", dsn)
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	return db, nil
}

// folderMode is that of new folders for collections and backups: nobody else's.
const folderMode = 0o700

// createPrivate makes the file of a new collection, for its learner alone: SQLite
// would let everybody read it, and all files beside it. One that is there keeps
// its mode, and is not opened: closing it again would take SQLite's locks away.
func createPrivate(path string, readOnly bool) error {
	if readOnly {
		return nil
	}
	f, err := plainfile.Own(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, atomicfile.Private)
	if errors.Is(err, os.ErrExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return f.Close()
}

// checkPath says in plain words what SQLite calls "unable to open".
func checkPath(path string, readOnly bool) error {
	info, err := os.Stat(path)
	switch {
	case err == nil && info.IsDir():
		return fmt.Errorf("%w: it is a folder", ErrNotDatabase)
	case err == nil && !info.Mode().IsRegular():
		return fmt.Errorf("%w: it is no plain file", ErrNotDatabase) // a pipe would be waited for without end
	case err == nil:
		return checkBeside(path)
	case !errors.Is(err, os.ErrNotExist) || readOnly:
		return err
	}
	if err := checkBeside(path); err != nil {
		return err
	}
	return atomicfile.MakeFolder(filepath.Dir(path), folderMode)
}

// checkBeside looks at the files that SQLite opens beside a database's: it would wait
// for a pipe without end.
func checkBeside(path string) error {
	for _, rest := range []string{"-journal", "-wal", "-shm"} {
		if info, err := os.Stat(path + rest); err == nil && !info.Mode().IsRegular() {
			return fmt.Errorf("%s: %w", filepath.Base(path)+rest, ErrBeside)
		}
	}
	return nil
}

// settled tells whether the whole collection is in its database file.
func settled(path string) bool {
	info, err := os.Stat(path + "-wal")
	return errors.Is(err, os.ErrNotExist) || err == nil && info.Size() == 0
}

// dsn is a file URL, as SQLite drops its options from anything else.
func dsn(path string, readOnly bool) string {
	options := []string{
		"_busy_timeout=" + fmt.Sprint(busyTimeout.Milliseconds()),
		"_foreign_keys=on", "_synchronous=FULL", "_txlock=immediate", "_dqs=0", "_defensive=1",
	}
	if runtime.GOOS == "darwin" { // where a sync alone leaves it in the disk's own memory
		options = append(options, "_pragma=fullfsync(1)", "_pragma=checkpoint_fullfsync(1)")
	}
	if readOnly {
		options = append(options, "mode=ro", "_query_only=1")
	} else {
		options = append(options, "_journal_mode=WAL")
	}
	return fileURL(path, options...)
}

func fileURL(path string, options ...string) string {
	path = filepath.ToSlash(path)
	if !strings.HasPrefix(path, "/") {
		path = "/" + path // C:/…
	}
	u := url.URL{Scheme: "file", Path: path, RawQuery: strings.Join(options, "&")}
	return u.String()
}

// prepare brings the schema up to date and finds the device; when there is
// nothing to do it costs a few small reads.
func (s *Store) prepare(ctx context.Context) error {
	names, err := migrationNames()
	if err != nil {
		return err
	}
	have, err := s.firstRead(ctx)
	if err != nil {
		return err
	}
	if s.file, err = os.Stat(s.path); err != nil {
		return err
	}
	if err := have.check(len(names)); err != nil {
		return err
	}
	if err := s.checkTables(ctx, have); err != nil {
		return err
	}
	if have.schema < len(names) {
		if s.config.ReadOnly {
			return fmt.Errorf("%w: its schema %d has to become %d first", ErrReadOnly, have.schema, len(names))
		}
		if have.schema > 0 && !s.config.copied {
			if _, err := backup(ctx, s.path, "migration", s.config.Calendar.Moment(s.config.Now()), s.config); err != nil {
				return fmt.Errorf("back up before the migration: %w", err)
			}
		}
		s.config.Progress.tell("changing the collection to this version", 0, 0)
		if err := s.migrate(ctx, names); err != nil {
			return err
		}
	}
	if err := s.findDevice(ctx); err != nil {
		return err
	}
	return s.useCalendar(ctx)
}

// checkTables refuses a collection whose tables are not those that this program
// makes, or whose pages lead in circles, before anything else is asked of it. One
// that only lacks something can be examined. The pages are looked at only where no
// mark says that it was written here: that takes half a millisecond of a start.
func (s *Store) checkTables(ctx context.Context, have version) error {
	if have.schema == 0 { // there are none yet
		return nil
	}
	tx, err := s.db.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return err
	}
	defer tx.Rollback()
	now, err := readVersion(ctx, tx) // another process may have brought it up to date
	if err != nil {
		return err
	}
	tables, err := checkSchema(ctx, tx, now.schema)
	if err != nil && !(s.config.Damaged && errors.Is(err, errLacks)) {
		return err
	}
	if s.ours && !s.config.Damaged {
		return nil
	}
	return checkTrees(ctx, tx, tables.roots)
}

// firstRead connects. Switching a new file to WAL is the one step that SQLite
// gives up at once, instead of waiting, when another process does the same.
func (s *Store) firstRead(ctx context.Context) (version, error) {
	for end := time.Now().Add(openPatience); ; time.Sleep(5 * time.Millisecond) {
		have, err := readVersion(ctx, s.db)
		if err == nil || meaningOf(err) != ErrBusy || time.Now().After(end) || ctx.Err() != nil {
			return have, err
		}
	}
}

var deviceEncoding = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// newDevice makes the collection write as a new device from now on.
func (s *Store) newDevice(ctx context.Context, tx *sqlite.Tx) error {
	var name [10]byte
	if _, err := io.ReadFull(s.config.Random, name[:]); err != nil {
		return fmt.Errorf("name the device: %w", err)
	}
	_, err := tx.ExecContext(ctx, `INSERT INTO devices (name, own) VALUES (?, 1)`, deviceEncoding.EncodeToString(name[:]))
	return err
}

func (s *Store) findDevice(ctx context.Context) error {
	err := s.db.QueryRowContext(ctx, `SELECT id, name FROM devices WHERE own = 1 ORDER BY id DESC LIMIT 1`).Scan(&s.device.id, &s.device.name)
	if errors.Is(err, sql.ErrNoRows) {
		return fmt.Errorf("%w: it does not know its own device", ErrDamaged)
	}
	return err
}

// Path is where the collection is.
func (s *Store) Path() string { return s.path }

// ReadOnly tells whether the collection was opened for reading only.
func (s *Store) ReadOnly() bool { return s.config.ReadOnly }

// Device is the name under which this collection writes its log.
func (s *Store) Device() string { return s.device.name }

// Close ends all use of s.
func (s *Store) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for query, stmt := range s.prepared {
		stmt.Close()
		delete(s.prepared, query)
	}
	return explain("close collection", s.close())
}

func (s *Store) close() (err error) {
	if s.highWaterFile != nil {
		s.highWaterFile.Close()
	}
	if s.db != nil {
		err = s.db.Close()
	}
	if s.copied != "" {
		err = errors.Join(err, os.RemoveAll(s.copied))
	}
	return err
}

// statement prepares a query once. It must not be called inside a transaction,
// which has the only connection.
func (s *Store) statement(ctx context.Context, query string) (*sql.Stmt, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if stmt := s.prepared[query]; stmt != nil {
		return stmt, nil
	}
	stmt, err := s.db.PrepareContext(ctx, query)
	if err == nil {
		s.prepared[query] = stmt
	}
	return stmt, err
}

// query runs a statement that is prepared once: preparing takes longer than
// reading a few rows. So does watching for the end of ctx, which takes goroutines:
// a query that has begun is not broken off. It must not be called inside a
// transaction.
func (s *Store) query(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	ctx = context.WithoutCancel(ctx)
	stmt, err := s.statement(ctx, query)
	if err != nil {
		return nil, err
	}
	return stmt.QueryContext(ctx, args...)
}

// ready is a statement that was prepared before, or nil.
func (s *Store) ready(query string) *sql.Stmt {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.prepared[query]
}

// patience is how long a writer waits for its turn, unless it is hasty. SQLite lets those who wait
// go in no order, and lets them sleep the longer the longer they wait: one that
// is passed over for the busy timeout begins again with short sleeps.
const patience = 60 * time.Second

// begin begins an immediate transaction.
func (s *Store) begin(ctx context.Context, db interface {
	BeginTx(context.Context, *sql.TxOptions) (*sql.Tx, error)
}) (*sql.Tx, error) {
	s.mu.Lock()
	end := time.Now().Add(s.patience)
	s.mu.Unlock()
	for {
		tx, err := db.BeginTx(ctx, nil)
		if err == nil || meaningOf(err) != ErrBusy || time.Now().After(end) {
			s.waits(false)
			return tx, err
		}
		s.waits(true)
	}
}

// waits notes whether somebody waits for another program, and says so once.
func (s *Store) waits(yes bool) {
	s.mu.Lock()
	first := yes && !s.waiting
	s.waiting = yes
	s.mu.Unlock()
	if first && s.config.Waiting != nil {
		s.config.Waiting()
	}
}

// write runs change in one immediate transaction: all of it, or nothing.
func (s *Store) write(ctx context.Context, change func(*sqlite.Tx) error) error {
	tx, err := s.begin(ctx, s.db)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if err := change(sqlite.NewTx(tx, s.ready)); err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		return err
	}
	return s.stillThere()
}

// stillThere tells whether the file that was opened is the one that the next
// command will find. One that was removed, or that another took the place of,
// can be written without an error, and everything in it is lost.
func (s *Store) stillThere() error {
	now, err := os.Stat(s.path)
	if errors.Is(err, os.ErrNotExist) || err == nil && !os.SameFile(now, s.file) {
		return ErrGone
	}
	return err
}

// collect reads all rows before anything else is asked: there is one
// connection, and a query inside open rows would wait for itself.
func collect[T any](rows *sql.Rows, err error, scan func(*sql.Rows) (T, error)) ([]T, error) {
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []T
	for rows.Next() {
		one, err := scan(rows)
		if err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, rows.Err()
}

// eachRow calls scan with every row. Nothing else may be asked meanwhile: see collect.
func eachRow(rows *sql.Rows, err error, scan func(*sql.Rows) error) error {
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}
