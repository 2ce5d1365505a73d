// Package backup keeps verified copies of a collection, and goes back to them. What a
// sound collection is, it is told: see [Maker].
package backup

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
	"kartei/store/progress"
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

// Folder is where the backups of the collection at path are.
func Folder(path string) string {
	if real, err := atomicfile.Resolve(path); err == nil {
		path = real
	}
	return strings.TrimSuffix(path, filepath.Ext(path)) + "-backups"
}

// A Maker makes backups of collections.
type Maker struct {
	Verify   func(ctx context.Context, path string) error // examines a file that nobody uses
	Progress progress.Func
}

// Make makes a verified copy of the collection at path among its backups, and deletes
// those that are no longer worth keeping (see [Keep]). Sessions go on meanwhile.
func (m Maker) Make(ctx context.Context, path, reason string, now scheduler.Moment) (Backup, error) {
	folder := Folder(path)
	if err := atomicfile.MakeFolder(folder, sqlite.FolderMode); err != nil {
		return Backup{}, err
	}
	to := filepath.Join(folder, now.Time().Format(backupStamp)+"-"+reason+backupEnd)
	if err := m.Copy(ctx, sqlite.Shared(path), to); err != nil {
		return Backup{}, err
	}
	if err := prune(path, now.Time()); err != nil {
		return Backup{}, err
	}
	all, err := List(path)
	if err != nil {
		return Backup{}, err
	}
	i := slices.IndexFunc(all, func(b Backup) bool { return b.Path == to })
	if i < 0 {
		return Backup{}, fmt.Errorf("the new backup %s is not in its folder", to)
	}
	return all[i], nil
}

// Copy copies a collection through SQLite, examines the copy, and only
// then gives it its name.
func (m Maker) Copy(ctx context.Context, from sqlite.Source, to string) error {
	part, done, err := databaseAside(filepath.Dir(to))
	if err != nil {
		return err
	}
	defer done()
	if err := sqlite.Copy(ctx, from, part, m.Progress.Of("copying")); err != nil {
		return err
	}
	if err := m.Verify(ctx, part); err != nil {
		return err
	}
	return atomicfile.Settle(part, to)
}

// databaseAside returns a place, in a folder, for a database in the making and the
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

// List returns the backups of the collection at path, the newest first.
func List(path string) ([]Backup, error) {
	folder := Folder(path)
	entries, err := os.ReadDir(folder)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, sqlite.Explain("list the backups", err)
	}
	var all []Backup
	for _, e := range entries {
		at, reason, ok := readName(e.Name())
		if !ok {
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

// readName reads what a backup's name says. Earlier versions had a space in it.
func readName(name string) (at time.Time, reason string, ok bool) {
	name, ok = strings.CutSuffix(name, backupEnd)
	if !ok || len(name) <= len(backupStamp) || !strings.ContainsRune("- ", rune(name[len(backupStamp)])) {
		return at, "", false
	}
	at, err := time.Parse(backupStamp, name[:len(backupStamp)])
	return at, name[len(backupStamp)+1:], err == nil
}

// Sound returns the path of the newest backup of the collection at path, but not
// of one that kept a state before it was mended or replaced, if there is another; ""
// if there is none.
func Sound(path string) string {
	all, err := List(path)
	if err != nil || len(all) == 0 {
		return ""
	}
	sound := func(b Backup) bool { return b.Reason != "repair" && b.Reason != "restore" }
	return all[max(slices.IndexFunc(all, sound), 0)].Path
}

// Keep reports which of some backups, the newest first, are worth keeping: all of
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
	all, err := List(path)
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
