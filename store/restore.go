package store

import (
	"cmp"
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

// Restore makes the collection at path what the backup at from holds. The
// backup is verified first, then the present collection, damaged or not, is
// saved among the backups. It gives where; empty if there was none.
//
// A file with a write-ahead log beside it is refused with [ErrInParts]: the last
// answers are in there, and [Store.Backup] makes one whole file of both.
//
// Whatever interrupts it, path is then either the old collection or the new
// one. The restored collection writes as a new device: the answers that it has
// lost may live on elsewhere under the old device's numbers.
func Restore(ctx context.Context, path, from string, config Config, now scheduler.Moment) (saved string, err error) {
	defer config.Progress.Over()
	saved, err = restore(ctx, path, from, config, now)
	return saved, sqlite.Explain("restore "+from, err)
}

func restore(ctx context.Context, path, from string, config Config, now scheduler.Moment) (string, error) {
	path, err := atomicfile.Resolve(path)
	if err != nil {
		return "", err
	}
	if err := errors.Join(sqlite.CheckBeside(path), atomicfile.MakeFolder(filepath.Dir(path), sqlite.FolderMode)); err != nil {
		return "", err
	}
	fresh, done, err := databaseAside(filepath.Dir(path))
	if err != nil {
		return "", err
	}
	defer done()
	newest, err := prepareRestore(ctx, from, fresh, highwater.Read(path), config)
	if err != nil {
		return "", err
	}
	watch, err := sqlite.Open(sqlite.Shared(path), nil)
	if err != nil {
		return "", err
	}
	defer watch.Close()
	before := dataVersion(ctx, watch)
	saved, healthy, err := saveAs(ctx, path, "restore", config, now)
	if err != nil {
		return saved, fmt.Errorf("save the present collection: %w", err)
	}
	if healthy {
		// What others wrote while it was saved is saved too, once they have to wait.
		err = sqlite.Overwrite(ctx, fresh, path, config.Progress.Of("writing it back"), func() error {
			after := dataVersion(ctx, watch)
			watch.Close() // so that it is not the last, which tidies up, and could not
			if before == 0 || after != before {
				if _, err := backup(ctx, path, "restore", now, config); err != nil {
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

// prepareRestore makes the file that the collection is to become. Everything is
// done with a private copy: what came from elsewhere is not looked at twice.
func prepareRestore(ctx context.Context, from, fresh string, left highwater.Mark, config Config) (newest highwater.Mark, err error) {
	if info, err := os.Stat(from); err != nil || !info.Mode().IsRegular() {
		return newest, cmp.Or(err, fmt.Errorf("%w: it is no plain file", ErrNotDatabase))
	}
	if from, err = atomicfile.Resolve(from); err != nil {
		return newest, err
	}
	if !sqlite.Settled(from) {
		return newest, ErrInParts // what its last session did would be lost without a word
	}
	config.Progress.Tell("copying", 0, 0)
	if err := sqlite.CopyFile(from, fresh); err != nil {
		return newest, err
	}
	if err := Verify(ctx, fresh, config); err != nil {
		return newest, err
	}
	config.copied = true
	s, err := open(ctx, fresh, config) // brings its schema up to date
	if err != nil {
		return newest, err
	}
	err = s.write(ctx, func(tx *sqlite.Tx) error {
		if newest, err = highwater.Newest(ctx, tx); err != nil {
			return err
		}
		if err := left.Leave(ctx, tx); err != nil {
			return err
		}
		return s.newDevice(ctx, tx)
	})
	if err == nil {
		// Closing does this too, but says nothing of a failure; and the file is
		// read next without what would then be left beside it.
		_, err = s.db.ExecContext(ctx, `PRAGMA wal_checkpoint(TRUNCATE)`)
	}
	err = errors.Join(err, s.Close())
	if err == nil && !sqlite.Settled(fresh) {
		err = fmt.Errorf("%w: the copy did not get into one file", ErrDisk)
	}
	return newest, err
}

// saveAs keeps the present collection: as a backup if it is healthy, else its
// files as they are.
func saveAs(ctx context.Context, path, reason string, config Config, now scheduler.Moment) (saved string, healthy bool, err error) {
	if _, err := os.Stat(path); errors.Is(err, os.ErrNotExist) {
		return "", false, nil
	}
	b, err := backup(ctx, path, reason, now, config)
	switch {
	case err == nil:
		return b.Path, true, nil
	case ctx.Err() != nil || sqlite.Meaning(err) == ErrFull:
		return "", false, err // which says nothing about the collection
	}
	folder := BackupFolder(path)
	if err := atomicfile.MakeFolder(folder, sqlite.FolderMode); err != nil {
		return "", false, err
	}
	saved = filepath.Join(folder, now.Time().Format(backupStamp)+" damaged")
	for _, part := range []string{"", "-wal", "-mark"} {
		if err := sqlite.CopyFile(path+part, saved+part); err != nil && !(part != "" && errors.Is(err, os.ErrNotExist)) {
			return "", false, err
		}
	}
	return saved, false, atomicfile.SyncFolder(folder)
}

// replace puts the file in the place of one that SQLite cannot work with. The
// rest of the damaged one goes first: a write-ahead log must not be applied to
// another database, not even after a power cut. The mark goes last: the new one
// knows it, see highWaterLeft, and of the old one it must not be lost.
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
