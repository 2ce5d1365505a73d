package backup

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"kartei/scheduler"
	"kartei/store/atomicfile"
	"kartei/store/highwater"
	"kartei/store/sqlite"
)

// ErrInParts is the error of a restore from a file that is not whole.
var ErrInParts = errors.New("a part of it is in the write-ahead log beside it")

// Prepare makes a collection of this version of a copy that nobody else knows, given
// the mark that lies beside the collection which it will replace. It returns the mark
// of the new one.
type Prepare func(ctx context.Context, copied string, left highwater.Mark) (highwater.Mark, error)

// Restore makes the collection at path what the backup at from holds. The backup is
// copied and verified first, and prepared. Then the present collection, damaged or
// not, is saved among the backups. Restore returns where; empty if there was none.
//
// A file with a write-ahead log beside it is refused with [ErrInParts]: the last
// answers are in there, and [Maker.Make] makes one whole file of both.
//
// Whatever interrupts it, path is then either the old collection or the new one.
func (m Maker) Restore(
	ctx context.Context, path, from string, now scheduler.Moment, prepare Prepare,
) (saved string, err error) {
	if path, err = atomicfile.Resolve(path); err != nil {
		return "", err
	}
	if err := errors.Join(sqlite.CheckBeside(path),
		atomicfile.MakeFolder(filepath.Dir(path), sqlite.FolderMode)); err != nil {
		return "", err
	}
	fresh, done, err := databaseAside(filepath.Dir(path))
	if err != nil {
		return "", err
	}
	defer done()
	left := highwater.Read(path)
	if err := m.copyWhole(ctx, from, fresh); err != nil {
		return "", err
	}
	newest, err := prepare(ctx, fresh, left)
	if err != nil {
		return "", err
	}
	watch, err := sqlite.Open(sqlite.Shared(path), nil)
	if err != nil {
		return "", err
	}
	defer watch.Close()
	before := dataVersion(ctx, watch)
	saved, healthy, err := m.Save(ctx, path, "restore", now)
	if err != nil {
		return saved, fmt.Errorf("save the present collection: %w", err)
	}
	if healthy {
		// What others wrote while it was saved is saved too, once they have to wait.
		err = sqlite.Overwrite(ctx, fresh, path, m.Progress.Of("writing it back"), func() error {
			after := dataVersion(ctx, watch)
			watch.Close() // so that it is not the last, which tidies up, and could not
			if before == 0 || after != before {
				if _, err := m.Make(ctx, path, "restore", now); err != nil {
					return fmt.Errorf("save the present collection: %w", err)
				}
			}
			return highwater.Drop(path)
		})
	} else {
		watch.Close()
		err = replace(fresh, path)
	}
	if err == nil && newest.Seq > 0 {
		newest.Write(path)
	}
	return saved, err
}

// dataVersion is a number that changes for a connection when another writes; 0
// if nothing can be read.
func dataVersion(ctx context.Context, q sqlite.Reader) (version int64) {
	if err := q.QueryRowContext(ctx, `PRAGMA data_version`).Scan(&version); err != nil {
		return 0
	}
	return version
}

// copyWhole makes a verified copy of a file from anywhere. All that is done later is
// done with that: what came from elsewhere is not looked at twice.
func (m Maker) copyWhole(ctx context.Context, from, to string) error {
	info, err := os.Stat(from)
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() {
		return fmt.Errorf("%w: it is not a plain file", sqlite.ErrNotDatabase)
	}
	if from, err = atomicfile.Resolve(from); err != nil {
		return err
	}
	if !sqlite.Settled(from) {
		return ErrInParts // what its last session did would be lost in silence
	}
	m.Progress.Tell("copying", 0, 0)
	if err := sqlite.CopyFile(from, to); err != nil {
		return err
	}
	return m.Verify(ctx, to)
}

// Save keeps the present collection: as a backup if it is healthy, else its
// files as they are.
func (m Maker) Save(
	ctx context.Context, path, reason string, now scheduler.Moment,
) (saved string, healthy bool, err error) {
	if _, err := os.Stat(path); errors.Is(err, os.ErrNotExist) {
		return "", false, nil
	}
	b, err := m.Make(ctx, path, reason, now)
	switch {
	case err == nil:
		return b.Path, true, nil
	case ctx.Err() != nil || sqlite.Meaning(err) == sqlite.ErrFull:
		return "", false, err // which says nothing about the collection
	}
	folder := Folder(path)
	if err := atomicfile.MakeFolder(folder, sqlite.FolderMode); err != nil {
		return "", false, err
	}
	saved = filepath.Join(folder, now.Time().Format(backupStamp)+"-damaged")
	for _, part := range []string{"", "-wal", "-mark"} {
		if err := sqlite.CopyFile(path+part, saved+part); err != nil &&
			!(part != "" && errors.Is(err, os.ErrNotExist)) {
			return "", false, err
		}
	}
	return saved, false, atomicfile.SyncFolder(folder)
}

// replace puts the file in the place of one that SQLite cannot work with. The
// rest of the damaged one goes first: a write-ahead log must not be applied to
// another database, not even after a power cut. The mark goes last: the new one
// knows it, see [highwater.Mark.Leave], and of the old one it must not be lost.
func replace(fresh, path string) error {
	if err := atomicfile.Sync(fresh); err != nil {
		return err
	}
	for _, rest := range []string{"-wal", "-shm"} {
		if err := os.Remove(path + rest); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	folder := filepath.Dir(path)
	if err := atomicfile.SyncFolder(folder); err != nil {
		return err
	}
	if err := os.Rename(fresh, path); err != nil {
		return err
	}
	return errors.Join(atomicfile.SyncFolder(folder), highwater.Drop(path))
}
