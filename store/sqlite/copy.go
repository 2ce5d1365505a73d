package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"time"

	modernc "modernc.org/sqlite"
)

// copyStep is how many pages one step copies. After each the copy is brought to
// disk: a session's commit has to wait for what a file system still has to write,
// and would for seconds if that were the whole copy.
const copyStep = 500

// Copy copies one state of a database to a new file. It reads through a connection
// of its own, in a transaction: writers go on, and the copy does not begin anew with
// each of their commits. Tell is told how many of how many pages are done.
func Copy(ctx context.Context, from Source, to string, tell func(done, total int64)) error {
	if err := Create(to); err != nil {
		return err
	}
	db, err := Open(from, nil)
	if err != nil {
		return err
	}
	defer db.Close()
	conn, err := db.pool.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	tx, err := conn.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return err
	}
	defer tx.Rollback()
	var tables int // the first read is what the transaction begins with
	if err := tx.QueryRowContext(ctx, `SELECT count(*) FROM sqlite_schema`).Scan(&tables); err != nil {
		return err
	}
	return conn.Raw(func(raw any) error {
		source, ok := raw.(interface {
			NewBackup(string) (*modernc.Backup, error)
		})
		if !ok {
			return errors.New("the database driver makes no backups")
		}
		// Nobody else knows the copy yet: it needs no journal.
		b, err := source.NewBackup(string(FileURL(to, "_journal_mode=OFF", "_synchronous=OFF")))
		if err != nil {
			return err
		}
		return errors.Join(copySteps(ctx, b, to, tell), b.Finish())
	})
}

// copySteps copies step by step to the file to, which is brought to disk as it grows.
func copySteps(ctx context.Context, b *modernc.Backup, to string, tell func(done, total int64)) error {
	f, err := os.OpenFile(to, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	for more := true; more && err == nil; {
		if more, err = b.Step(copyStep); err == nil {
			tell(done(b))
			err = errors.Join(f.Sync(), ctx.Err())
		}
	}
	return errors.Join(err, f.Close())
}

func done(b *modernc.Backup) (done, total int64) {
	return int64(b.PageCount() - b.Remaining()), int64(b.PageCount())
}

// Overwrite replaces what the database at path holds by what a file holds that
// nobody uses, in one transaction, so that other processes may have it open. From
// before last is called on until it is done nobody else can write.
func Overwrite(ctx context.Context, fresh, path string, tell func(done, total int64), last func() error) error {
	db, err := Open(Own(path), nil)
	if err != nil {
		return err
	}
	defer db.Close()
	conn, err := db.pool.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	return conn.Raw(func(raw any) error {
		target, ok := raw.(interface {
			NewRestore(string) (*modernc.Backup, error)
		})
		if !ok {
			return errors.New("the database driver restores no backups")
		}
		b, err := target.NewRestore(string(FileURL(fresh, "mode=ro", "immutable=1")))
		if err != nil {
			return err
		}
		err = lock(ctx, b)
		if err == nil {
			err = last()
		}
		if err == nil {
			err = overwriteSteps(ctx, b, tell)
		}
		return errors.Join(err, b.Finish())
	})
}

// lock begins to write to where a copy goes, and copies nothing yet.
func lock(ctx context.Context, b *modernc.Backup) error {
	for end := time.Now().Add(busyRetry); ; {
		_, err := b.Step(0)
		if err == nil || Meaning(err) != ErrBusy || time.Now().After(end) || ctx.Err() != nil {
			return err
		}
	}
}

func overwriteSteps(ctx context.Context, b *modernc.Backup, tell func(done, total int64)) error {
	for {
		more, err := b.Step(copyStep)
		tell(done(b))
		if err != nil || !more {
			return err
		}
		if err := ctx.Err(); err != nil {
			return err
		}
	}
}
