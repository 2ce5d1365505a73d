package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"

	"kartei/scheduler"
	"kartei/store/backup"
	"kartei/store/highwater"
	"kartei/store/sqlite"
)

// Backup makes a verified copy among the collection's backups, and deletes
// those that are no longer worth keeping (see [backup.Keep]). Sessions go on meanwhile.
func (s *Store) Backup(ctx context.Context, reason string, now scheduler.Moment) (backup.Backup, error) {
	defer s.config.Progress.Over()
	b, err := s.config.backups().Make(ctx, s.path, reason, now)
	return b, sqlite.Explain("back up the collection", err)
}

// DailyBackup makes a backup if none is from the present study day. Backups of
// other days say nothing: the clock may have been ahead for a while. Where the
// learner has done nothing yet there is nothing that a compile does not bring
// back, and none is made.
func (s *Store) DailyBackup(ctx context.Context, now scheduler.Moment) (made bool, err error) {
	all, err := backup.List(s.path)
	if err != nil {
		return false, err
	}
	today := func(b backup.Backup) bool { return s.Calendar().Moment(b.Time).Day == now.Day }
	if slices.ContainsFunc(all, today) {
		return false, nil
	}
	if used, err := s.used(ctx); err != nil || !used {
		return false, err
	}
	_, err = s.Backup(ctx, "daily", now)
	return err == nil, err
}

// used reports whether the learner has done anything in the collection.
func (s *Store) used(ctx context.Context) (used bool, err error) {
	err = s.db.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM log WHERE kind <> 'edition') OR EXISTS (SELECT 1 FROM options) OR EXISTS (SELECT 1 FROM quizzes)`).Scan(&used)
	return used, sqlite.Explain("look for what the learner has done", err)
}

// BackupTo makes a verified copy at a path of the caller's choice, which must
// not exist yet.
func (s *Store) BackupTo(ctx context.Context, to string) error {
	if _, err := os.Lstat(to); err == nil {
		return fmt.Errorf("back up the collection: %s exists already", to)
	}
	defer s.config.Progress.Over()
	return sqlite.Explain("back up the collection to "+to, s.config.backups().Copy(ctx, s.source, to))
}

// backups makes backups that are verified.
func (c Config) backups() backup.Maker {
	verify := func(ctx context.Context, path string) error { return Verify(ctx, path, c) }
	return backup.Maker{Verify: verify, Progress: c.Progress}
}

// Restore makes the collection at path what the backup at from holds, and returns
// where the present one was saved: see [backup.Maker.Restore]. The restored collection
// writes as a new device: the answers that it has lost may live on elsewhere under the
// old device's numbers.
func Restore(ctx context.Context, path, from string, config Config, now scheduler.Moment) (saved string, err error) {
	defer config.Progress.Over()
	saved, err = config.backups().Restore(ctx, path, from, now,
		func(ctx context.Context, copied string, left highwater.Mark) (highwater.Mark, error) {
			return settle(ctx, copied, left, config)
		})
	return saved, sqlite.Explain("restore "+from, err)
}

// settle makes a collection of this version, and of a new device, of a copy that
// nobody else knows, in one file. It returns the mark of it, and notes in it the mark
// that is left beside the place where it goes.
func settle(ctx context.Context, copied string, left highwater.Mark, config Config) (newest highwater.Mark, err error) {
	config.copied = true
	s, err := open(ctx, copied, config)
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
	if err == nil && !sqlite.Settled(copied) {
		err = fmt.Errorf("%w: the copy did not get into one file", ErrDisk)
	}
	return newest, err
}
