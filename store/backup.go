package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"modernc.org/sqlite"

	"kartei/scheduler"
)

// A Backup is a verified copy of a collection.
type Backup struct {
	Path   string
	Time   time.Time // as on the learner's clock
	Reason string    // "daily", "asked", or what it was made before: "migration", "import", "restore", "repair"
	Size   int64
}

const (
	backupStamp = "20060102-150405.000"
	backupEnd   = ".db"
)

// BackupFolder is where the backups of the collection at path are.
func BackupFolder(path string) string {
	return strings.TrimSuffix(path, filepath.Ext(path)) + "-backups"
}

// Backup makes a verified copy among the collection's backups, and deletes
// those that are no longer worth keeping (see [Keep]). Sessions go on meanwhile.
func (s *Store) Backup(ctx context.Context, reason string, now scheduler.Moment) (Backup, error) {
	b, err := backup(ctx, s.path, reason, now, s.config)
	return b, explain("back up the collection", err)
}

// DailyBackup makes a backup if the newest is from an earlier study day.
func (s *Store) DailyBackup(ctx context.Context, now scheduler.Moment) (made bool, err error) {
	all, err := Backups(s.path)
	if err != nil {
		return false, err
	}
	if len(all) > 0 && s.Calendar().Moment(all[0].Time).Day >= now.Day {
		return false, nil
	}
	_, err = s.Backup(ctx, "daily", now)
	return err == nil, err
}

func backup(ctx context.Context, path, reason string, now scheduler.Moment, config Config) (Backup, error) {
	folder := BackupFolder(path)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return Backup{}, err
	}
	to := filepath.Join(folder, now.Time().Format(backupStamp)+" "+reason+backupEnd)
	if err := copyVerified(ctx, path, to, config); err != nil {
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
	return explain("back up the collection to "+to, copyVerified(ctx, s.path, to, s.config))
}

// copyVerified copies a collection through SQLite, examines the copy, and only
// then gives it its name.
func copyVerified(ctx context.Context, from, to string, config Config) error {
	aside := to + ".part"
	defer os.Remove(aside)
	if err := os.Remove(aside); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	if err := copyPages(ctx, from, aside); err != nil {
		return err
	}
	if err := Verify(ctx, aside, config); err != nil {
		return fmt.Errorf("verify the copy: %w", err)
	}
	return settle(aside, to)
}

// backupPages is how many pages one step copies.
const backupPages = 2000

// copyPages copies one state of the database at from. It reads through a
// connection of its own, in a transaction: writers go on, and the copy does not
// begin anew with each of their commits.
func copyPages(ctx context.Context, from, to string) error {
	db, err := connect(dsn(from, true))
	if err != nil {
		return err
	}
	defer db.Close()
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	tx, err := conn.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if _, err := readVersion(ctx, tx); err != nil {
		return err
	}
	return conn.Raw(func(raw any) error {
		source, ok := raw.(interface {
			NewBackup(string) (*sqlite.Backup, error)
		})
		if !ok {
			return errors.New("the database driver makes no backups")
		}
		b, err := source.NewBackup(fileURL(to))
		if err != nil {
			return err
		}
		return errors.Join(step(ctx, b), b.Finish())
	})
}

func step(ctx context.Context, b *sqlite.Backup) error {
	for {
		more, err := b.Step(backupPages)
		if err != nil || !more {
			return err
		}
		if err := ctx.Err(); err != nil {
			return err
		}
	}
}

// Verify examines a collection file that nobody uses, and that may come from
// anywhere: its schema, its structure, its references, and the chain of its log.
func Verify(ctx context.Context, path string, config Config) error {
	db, err := connect(fileURL(path, "mode=ro", "immutable=1", "_query_only=1", "_pragma=trusted_schema(0)", "_pragma=cell_size_check(1)"))
	if err != nil {
		return err
	}
	defer db.Close()
	names, err := migrationNames()
	if err != nil {
		return err
	}
	have, err := readVersion(ctx, db)
	if err != nil {
		return explain("verify "+path, err)
	}
	if have.application != applicationID {
		return fmt.Errorf("%w: it is no collection", ErrNotDatabase)
	}
	if err := have.check(len(names)); err != nil {
		return err
	}
	if err := checkSchema(ctx, db, have.schema); err != nil {
		return explain("verify "+path, err)
	}
	s := &Store{db: db, path: path, config: config, prepared: map[string]*sql.Stmt{}}
	report := Report{Full: true}
	err = s.read(ctx, func(w *writer) error {
		e := &examination{w: w, report: &report}
		return e.file(ctx)
	})
	if err != nil {
		return explain("verify "+path, err)
	}
	if len(report.Findings) > 0 {
		f := report.Findings[0]
		return fmt.Errorf("%w: %s: %s: %s", ErrDamaged, f.Check, f.Where, f.What)
	}
	return nil
}

// settle makes a file durable and gives it its name.
func settle(aside, to string) error {
	f, err := os.OpenFile(aside, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	if err := errors.Join(f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Rename(aside, to); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(to))
}

// syncFolder makes renames in a folder durable, where the system can.
func syncFolder(folder string) error {
	f, err := os.Open(folder)
	if err != nil {
		return err
	}
	_ = f.Sync() // Windows cannot, and needs not
	return f.Close()
}

// Backups lists the backups of the collection at path, the newest first.
func Backups(path string) ([]Backup, error) {
	folder := BackupFolder(path)
	entries, err := os.ReadDir(folder)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, explain("list the backups", err)
	}
	var all []Backup
	for _, e := range entries {
		stamp, reason, ok := strings.Cut(strings.TrimSuffix(e.Name(), backupEnd), " ")
		at, err := time.Parse(backupStamp, stamp)
		if !ok || err != nil || !strings.HasSuffix(e.Name(), backupEnd) {
			continue
		}
		info, err := e.Info()
		if err != nil {
			return nil, explain("list the backups", err)
		}
		all = append(all, Backup{filepath.Join(folder, e.Name()), at, reason, info.Size()})
	}
	slices.SortFunc(all, func(a, b Backup) int { return cmp.Or(b.Time.Compare(a.Time), cmp.Compare(b.Path, a.Path)) })
	return all, nil
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
			if err := os.Remove(all[i].Path); err != nil {
				return err
			}
		}
	}
	return nil
}
