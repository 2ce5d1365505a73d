package store

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	mathrand "math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"time"

	"kartei/scheduler"
	"kartei/store/atomicfile"
	"kartei/store/highwater"
	"kartei/store/migrations"
	"kartei/store/progress"
	"kartei/store/sqlite"
)

// A Store is an open collection. Its methods may be called by several
// goroutines; they wait for each other.
type Store struct {
	db     *sqlite.DB
	path   string
	config Config
	device device
	holder int64 // tells its claims from those of others
	file   os.FileInfo
	source sqlite.Source // of a connection that reads
	copied string        // the folder of a copy that is read instead; see connectStill
	ours   bool          // its mark lies beside it: it was written here

	mu            sync.Mutex
	calendar      scheduler.Calendar
	policies      *policies
	tip           *logTip
	lastCard      *lastCard
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

	// Waiting, if not nil, is called when something has waited for [sqlite.WaitSilently] to
	// be written, because another program keeps the collection locked: it goes on
	// waiting. It is called once for each such time.
	Waiting func()

	// Progress is told how far a backup, a migration and other long work is; nil
	// is nobody.
	Progress progress.Func

	copied bool // of a backup, which is its own backup before a migration
}

// Open opens the collection at path, and creates it, with its folder, if there
// is none; an older one is migrated. The error wraps [ErrNewer],
// [ErrNotDatabase], [ErrDamaged], [ErrReadOnly], [ErrFull] or [ErrBusy] if it
// is one of those.
func Open(ctx context.Context, path string, config Config) (*Store, error) {
	defer config.Progress.Over()
	s, err := open(ctx, path, config)
	if err != nil {
		return nil, sqlite.Explain("open collection "+path, err)
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
	if err := sqlite.CheckPath(path, config.ReadOnly); err != nil {
		return nil, err
	}
	mark := highwater.Read(path) // before the log is looked at, as it only grows
	if err := highwater.CheckGone(path); err != nil {
		return nil, err
	}
	if !config.ReadOnly {
		if err := sqlite.Create(path); err != nil {
			return nil, err
		}
	}
	s := &Store{path: path, config: config, holder: mathrand.Int64()}
	s.ours = mark.Seq > 0
	err = s.connect(ctx)
	if err == nil && !config.Damaged {
		err = highwater.Check(ctx, s.db, mark)
	}
	if err != nil {
		return nil, errors.Join(sqlite.TellFull(path, err), s.close())
	}
	if !config.ReadOnly {
		s.recovered, s.unrecovered = atomicfile.Recover(stepJournal(path), s.decided(ctx))
	}
	return s, nil
}

// connect opens the database and brings it up to date.
func (s *Store) connect(ctx context.Context) (err error) {
	s.source = sqlite.Shared(s.path)
	file := s.source
	if !s.config.ReadOnly {
		file = sqlite.Own(s.path)
	}
	if s.db, err = sqlite.Open(file, s.config.Waiting); err != nil {
		return err
	}
	err = s.prepare(ctx)
	if !s.config.ReadOnly {
		return err
	}
	switch sqlite.Meaning(err) {
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
	s.source = sqlite.Still(s.path)
	if !sqlite.Settled(s.path) {
		if s.copied, err = os.MkdirTemp("", "kartei-*"); err != nil {
			return err
		}
		copied := filepath.Join(s.copied, "collection.db")
		if err := errors.Join(sqlite.CopyFile(s.path, copied),
			sqlite.CopyFile(s.path+"-wal", copied+"-wal")); err != nil {
			return err
		}
		s.source = sqlite.Copied(copied)
	}
	if s.db, err = sqlite.Open(s.source, nil); err != nil {
		return err
	}
	return s.prepare(ctx)
}

// prepare brings the schema up to date and finds the device; when there is
// nothing to do it costs a few small reads.
func (s *Store) prepare(ctx context.Context) error {
	var have migrations.Version
	err := s.db.Patiently(ctx, func() (err error) {
		have, err = migrations.ReadVersion(ctx, s.db)
		return err
	})
	if err != nil {
		return err
	}
	if s.file, err = os.Stat(s.path); err != nil {
		return err
	}
	if err := have.Check(); err != nil {
		return err
	}
	if err := s.checkTables(ctx, have); err != nil {
		return err
	}
	if have.Schema < migrations.Newest() {
		if s.config.ReadOnly {
			return fmt.Errorf("%w: its schema %d has to become %d first", ErrReadOnly, have.Schema, migrations.Newest())
		}
		if have.Schema > 0 && !s.config.copied {
			if _, err := s.config.backups().Make(ctx, s.path,
				"migration", s.config.Calendar.Moment(s.config.Now())); err != nil {
				return fmt.Errorf("back up before the migration: %w", err)
			}
		}
		s.config.Progress.Tell("changing the collection to this version", 0, 0)
		if err := s.migrate(ctx); err != nil {
			return err
		}
	}
	if err := s.findDevice(ctx); err != nil {
		return err
	}
	return s.useCalendar(ctx)
}

// migrate brings the collection to the newest schema in one immediate
// transaction. Several processes may do so at once: the first does the work,
// the others find it done.
func (s *Store) migrate(ctx context.Context) error {
	var w *tx
	err := s.write(ctx, func(in *sqlite.Tx) error {
		have, err := migrations.ReadVersion(ctx, in)
		if err != nil {
			return err
		}
		if err := have.Check(); err != nil {
			return err
		}
		if err := migrations.Run(ctx, in, have.Schema); err != nil {
			return err
		}
		if have.Schema == 0 || s.config.copied { // a copy's old numbers may live on elsewhere
			if err := s.newDevice(ctx, in); err != nil {
				return err
			}
		}
		if have.Schema == 0 || have.Schema >= migrations.Shared {
			return nil
		}
		w = &tx{readTx: s.newReadTx(&in.ReadTx), sql: in}
		return w.first(ctx)
	})
	if err == nil && w != nil && w.tip.Seq > 0 && !s.config.copied {
		s.advance(highwater.Mark{Device: w.device.name, Seq: w.tip.Seq, Hash: w.tip.Hash})
	}
	return err
}

// checkTables refuses a collection whose tables are not those that this program
// makes, or whose pages lead in circles, before anything else is asked of it. One
// that only lacks something can be examined. The pages are looked at only where no
// mark says that it was written here: that takes half a millisecond of a start.
func (s *Store) checkTables(ctx context.Context, have migrations.Version) error {
	if have.Schema == 0 { // there are none yet
		return nil
	}
	return s.db.Read(ctx, func(tx *sqlite.ReadTx) error {
		now, err := migrations.ReadVersion(ctx, tx) // another process may have brought it up to date
		if err != nil {
			return err
		}
		tables, err := migrations.CheckSchema(ctx, tx, now.Schema)
		if err != nil && !(s.config.Damaged && errors.Is(err, migrations.ErrLacks)) {
			return err
		}
		if s.ours && !s.config.Damaged {
			return nil
		}
		return sqlite.CheckTrees(ctx, tx, tables.Roots)
	})
}

// Path is where the collection is.
func (s *Store) Path() string { return s.path }

// ReadOnly reports whether the collection was opened for reading only.
func (s *Store) ReadOnly() bool { return s.config.ReadOnly }

// Device is the name under which this collection writes its log.
func (s *Store) Device() string { return s.device.name }

// Close ends all use of s.
func (s *Store) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return sqlite.Explain("close collection", s.close())
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

// write runs change in one immediate transaction: all of it, or nothing.
func (s *Store) write(ctx context.Context, change func(*sqlite.Tx) error) error {
	if err := s.db.Write(ctx, change); err != nil {
		return err
	}
	return s.stillThere()
}

// stillThere reports whether the file that was opened is the one that the next
// command will find. One that was removed, or that another took the place of,
// can be written without an error, and everything in it is lost.
func (s *Store) stillThere() error {
	now, err := os.Stat(s.path)
	if errors.Is(err, os.ErrNotExist) || err == nil && !os.SameFile(now, s.file) {
		return ErrGone
	}
	return err
}
