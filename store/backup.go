package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"kartei/scheduler"
	"kartei/store/atomicfile"
	"kartei/store/doctor"
	"kartei/store/sqlite"
)

// A Backup is a verified copy of a collection.
type Backup struct {
	Path   string
	Time   time.Time // as on the learner's clock
	Reason string    // "daily", "asked", or what it was made before: "migration", "import", "restore", "repair", "undo"
	Size   int64
}

const (
	backupStamp = "20060102-150405.000"
	backupEnd   = ".db"
)

// BackupFolder is where the backups of the collection at path are.
func BackupFolder(path string) string {
	if real, err := atomicfile.Resolve(path); err == nil {
		path = real
	}
	return strings.TrimSuffix(path, filepath.Ext(path)) + "-backups"
}

// Backup makes a verified copy among the collection's backups, and deletes
// those that are no longer worth keeping (see [Keep]). Sessions go on meanwhile.
func (s *Store) Backup(ctx context.Context, reason string, now scheduler.Moment) (Backup, error) {
	defer s.config.Progress.Over()
	b, err := backup(ctx, s.path, reason, now, s.config)
	return b, sqlite.Explain("back up the collection", err)
}

// DailyBackup makes a backup if none is from the present study day. Backups of
// other days say nothing: the clock may have been ahead for a while. Where the
// learner has done nothing yet there is nothing that a compile does not bring
// back, and none is made.
func (s *Store) DailyBackup(ctx context.Context, now scheduler.Moment) (made bool, err error) {
	all, err := Backups(s.path)
	if err != nil {
		return false, err
	}
	today := func(b Backup) bool { return s.Calendar().Moment(b.Time).Day == now.Day }
	if slices.ContainsFunc(all, today) {
		return false, nil
	}
	if used, err := s.used(ctx); err != nil || !used {
		return false, err
	}
	_, err = s.Backup(ctx, "daily", now)
	return err == nil, err
}

// used tells whether the learner has done anything in the collection.
func (s *Store) used(ctx context.Context) (used bool, err error) {
	err = s.db.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM log) OR EXISTS (SELECT 1 FROM options) OR EXISTS (SELECT 1 FROM quizzes)`).Scan(&used)
	return used, sqlite.Explain("look for what the learner has done", err)
}

func backup(ctx context.Context, path, reason string, now scheduler.Moment, config Config) (Backup, error) {
	folder := BackupFolder(path)
	if err := atomicfile.MakeFolder(folder, sqlite.FolderMode); err != nil {
		return Backup{}, err
	}
	to := filepath.Join(folder, now.Time().Format(backupStamp)+" "+reason+backupEnd)
	if err := copyVerified(ctx, sqlite.Shared(path), to, config); err != nil {
		return Backup{}, err
	}
	if err := prune(path, now.Time()); err != nil {
		return Backup{}, err
	}
	all, err := Backups(path)
	if err != nil {
		return Backup{}, err
	}
	i := slices.IndexFunc(all, func(b Backup) bool { return b.Path == to })
	if i < 0 {
		return Backup{}, fmt.Errorf("the new backup %s is not in its folder", to)
	}
	return all[i], nil
}

// BackupTo makes a verified copy at a path of the caller's choice, which must
// not exist yet.
func (s *Store) BackupTo(ctx context.Context, to string) error {
	if _, err := os.Lstat(to); err == nil {
		return fmt.Errorf("back up the collection: %s exists already", to)
	}
	defer s.config.Progress.Over()
	return sqlite.Explain("back up the collection to "+to, copyVerified(ctx, s.source, to, s.config))
}

// copyVerified copies a collection through SQLite, examines the copy, and only
// then gives it its name.
func copyVerified(ctx context.Context, from sqlite.Source, to string, config Config) error {
	part, done, err := databaseAside(filepath.Dir(to))
	if err != nil {
		return err
	}
	defer done()
	if err := sqlite.Copy(ctx, from, part, config.Progress.Of("copying")); err != nil {
		return err
	}
	if err := Verify(ctx, part, config); err != nil {
		return err
	}
	return atomicfile.Settle(part, to)
}

// databaseAside gives a place, in a folder, for a database in the making and the
// files that SQLite keeps beside it. What is left there goes when it is done.
func databaseAside(folder string) (path string, done func(), err error) {
	f, err := atomicfile.CreateFolder(folder)
	if err != nil {
		return "", nil, err
	}
	return filepath.Join(f.Name(), "collection.db"), func() {
		f.Close()
		os.RemoveAll(f.Name())
	}, nil
}

// Limits on a collection file that may come from anywhere.
const (
	maxStored     = 64 << 20 // bytes of a text: many times what a deck file may hold
	verifyAtLeast = 30 * time.Second
	verifyBytes   = 1 << 20 // for so many more bytes there is another second
)

// Verify examines a collection file that nobody uses, and that may come from
// anywhere: its schema, its structure, its references, what its tables hold as text,
// and the chain of its log.
// Nothing that the file brings is run: its schema must be, to the letter, the one
// that this program makes. Values have a limit of size, and the whole one of time.
func Verify(ctx context.Context, path string, config Config) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	limited, cancel := context.WithTimeout(ctx, verifyAtLeast+time.Duration(info.Size()/verifyBytes)*time.Second)
	defer cancel()
	return sqlite.Explain("verify the file", verify(limited, path, config))
}

func verify(ctx context.Context, path string, config Config) error {
	config.Progress.Tell("checking", 0, 0)
	if err := examineForeign(ctx, path, config, (*examination).known); err != nil {
		return err
	}
	// What is slow goes on side by side, each with a connection of its own: SQLite's
	// look at every entry of every index, and the log row by row.
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	chain := make(chan error, 1)
	go func() {
		chain <- examineForeign(ctx, path, config, (*examination).references, (*examination).contents, (*examination).gaps, (*examination).undos, (*examination).chain)
	}()
	structure := examineForeign(ctx, path, config, (*examination).structure)
	if structure != nil {
		cancel()
	}
	return cmp.Or(structure, <-chain)
}

// examineForeign looks at a file through a connection of its own. What was found
// is an error.
func examineForeign(ctx context.Context, path string, config Config, checks ...func(*examination, context.Context) error) error {
	db, err := sqlite.OpenForeign(ctx, path, maxStored)
	if err != nil {
		return err
	}
	defer db.Close()
	s := &Store{db: db, config: config}
	e := &examination{Examination: &doctor.Examination{}, foreign: true}
	e.Full = true
	err = s.read(ctx, func(tx *readTx) error {
		e.tx = tx
		for _, check := range checks {
			if err := check(e, ctx); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil || len(e.Findings) == 0 {
		return err
	}
	f := e.Findings[0]
	return fmt.Errorf("%w: %s: %s: %s", ErrDamaged, f.Check, f.Where, f.What)
}

// known refuses a file that this program did not make, before anything in it is used.
func (e *examination) known(ctx context.Context) error {
	names, err := migrationNames()
	if err != nil {
		return err
	}
	have, err := readVersion(ctx, e.tx)
	if err != nil {
		return err
	}
	if have.application != applicationID {
		return fmt.Errorf("%w: it is no collection", ErrNotDatabase)
	}
	if err := have.check(len(names)); err != nil {
		return err
	}
	tables, err := checkSchema(ctx, e.tx, have.schema)
	if err != nil {
		return err
	}
	if err := sqlite.CheckTrees(ctx, e.tx, tables.roots); err != nil {
		return err
	}
	return checkSizes(ctx, e.tx, have.schema)
}

// checkSizes refuses texts that are too long to be read, without reading them.
func checkSizes(ctx context.Context, q sqlite.Reader, schema int) error {
	texts := map[string]string{"decks": "content", "facts": "section", "cards": "content", "log": "detail", "options": "value"}
	if schema >= 2 {
		texts["quiz_forms"], texts["quiz_events"] = "text", "detail"
	}
	for table, column := range texts {
		var longest int64
		if err := q.QueryRowContext(ctx, fmt.Sprintf(`SELECT coalesce(max(octet_length(%s)), 0) FROM %s`, column, table)).Scan(&longest); err != nil {
			return err
		}
		if longest > maxStored {
			return fmt.Errorf("%w: a %s of the table %s has %d bytes", ErrDamaged, column, table, longest)
		}
	}
	return nil
}

// Backups lists the backups of the collection at path, the newest first.
func Backups(path string) ([]Backup, error) {
	folder := BackupFolder(path)
	entries, err := os.ReadDir(folder)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, sqlite.Explain("list the backups", err)
	}
	var all []Backup
	for _, e := range entries {
		stamp, reason, ok := strings.Cut(strings.TrimSuffix(e.Name(), backupEnd), " ")
		at, err := time.Parse(backupStamp, stamp)
		if !ok || err != nil || !strings.HasSuffix(e.Name(), backupEnd) {
			continue
		}
		info, err := e.Info()
		if errors.Is(err, os.ErrNotExist) {
			continue // another process has just thinned them out
		}
		if err != nil {
			return nil, sqlite.Explain("list the backups", err)
		}
		all = append(all, Backup{filepath.Join(folder, e.Name()), at, reason, info.Size()})
	}
	slices.SortFunc(all, func(a, b Backup) int { return cmp.Or(b.Time.Compare(a.Time), cmp.Compare(b.Path, a.Path)) })
	return all, nil
}

// SoundBackup returns the path of the newest backup of the collection at path, but not
// of one that kept a state before it was mended or replaced, if there is another; ""
// if there is none.
func SoundBackup(path string) string {
	all, err := Backups(path)
	if err != nil || len(all) == 0 {
		return ""
	}
	sound := func(b Backup) bool { return b.Reason != "repair" && b.Reason != "restore" }
	return all[max(slices.IndexFunc(all, sound), 0)].Path
}

// Keep tells which of some backups, the newest first, are worth keeping: all of
// two days, then the newest of each of 7 days, 8 weeks and 12 months that have one.
func Keep(all []Backup, now time.Time) []bool {
	keep := make([]bool, len(all))
	for _, age := range []struct {
		count  int
		period func(time.Time) string
	}{
		{7, func(t time.Time) string { return t.Format("2006-01-02") }},
		{8, func(t time.Time) string { y, w := t.ISOWeek(); return fmt.Sprint(y, w) }},
		{12, func(t time.Time) string { return t.Format("2006-01") }},
	} {
		seen := map[string]bool{}
		for i, b := range all {
			if recent(b, now) {
				keep[i] = true
				continue
			}
			if p := age.period(b.Time); !seen[p] && len(seen) < age.count {
				seen[p], keep[i] = true, true
			}
		}
	}
	return keep
}

// recent backups are kept all; so are those that a clock set back left in the future.
func recent(b Backup, now time.Time) bool {
	wall := time.Date(now.Year(), now.Month(), now.Day(), now.Hour(), now.Minute(), now.Second(), 0, time.UTC)
	return wall.Sub(b.Time) <= 48*time.Hour
}

func prune(path string, now time.Time) error {
	all, err := Backups(path)
	if err != nil {
		return err
	}
	for i, keep := range Keep(all, now) {
		if !keep {
			if err := os.Remove(all[i].Path); err != nil && !errors.Is(err, os.ErrNotExist) {
				return err
			}
		}
	}
	return nil
}
