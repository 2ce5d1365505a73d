package store

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"runtime"
	"syscall"
	"time"

	"kartei/scheduler"
	"kartei/store/sqlite"
)

// claimTime is how long a card is kept for a session that does not answer.
const claimTime = 30 * time.Minute

// claimWait is how long a claim waits for others that write.
const claimWait = 100 * time.Millisecond

// Claim keeps a card for this store while its session asks it, in place of the
// card claimed before; "" only lets go of that. It gives false if another
// session is asking the card, of a process that still runs.
//
// A claim is not part of the log: it is not waited for until it is on disk, nor long
// for others that write. The error is then [ErrBusy]; see [Store.AwaitClaim].
func (s *Store) Claim(ctx context.Context, card string, now scheduler.Moment) (bool, error) {
	var ok bool
	err := s.db.Lightly(ctx, claimWait, func(tx *sqlite.Tx) (err error) {
		ok, err = claim(ctx, tx, s.holder, card, now.At)
		return err
	})
	return ok && err == nil, sqlite.Explain("claim card "+card, err)
}

// AwaitClaim is Claim for who waits for others that write, as an answer does.
func (s *Store) AwaitClaim(ctx context.Context, card string, now scheduler.Moment) (bool, error) {
	var ok bool
	err := s.db.Write(ctx, func(tx *sqlite.Tx) (err error) {
		ok, err = claim(ctx, tx, s.holder, card, now.At)
		return err
	})
	return ok && err == nil, sqlite.Explain("claim card "+card, err)
}

func claim(ctx context.Context, tx *sqlite.Tx, holder int64, card string, now int64) (ok bool, err error) {
	if _, err := tx.ExecContext(ctx, `DELETE FROM claims WHERE holder = ?`, holder); err != nil || card == "" {
		return err == nil, err
	}
	var pid int
	err = tx.QueryRowContext(ctx, `SELECT pid FROM claims WHERE card = ? AND until > ?`, card, now).Scan(&pid)
	if err == nil && alive(pid) {
		return false, nil
	}
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return false, err
	}
	_, err = tx.ExecContext(ctx, `INSERT OR REPLACE INTO claims (card, holder, pid, until) VALUES (?, ?, ?, ?)`,
		card, holder, os.Getpid(), now+claimTime.Milliseconds())
	return err == nil, err
}

// exchangeClaim is what an exchange claims, in place of a card.
const exchangeClaim = "sync"

// How long an exchange waits for another of the collection, and how often it looks.
const (
	turnWait = 10 * time.Second
	turnLook = 20 * time.Millisecond
)

// inTurn does the work of an exchange when no other exchange of the collection is under
// way, of whatever process: two at once would take each other for those of a copy.
func (s *Store) inTurn(ctx context.Context, work func() error) error {
	holder := ^s.holder // a session of this store keeps its card meanwhile
	take := func(ctx context.Context, what string) (ok bool, err error) {
		err = s.db.Lightly(ctx, turnWait, func(tx *sqlite.Tx) (err error) {
			ok, err = claim(ctx, tx, holder, what, s.config.Now().UnixMilli())
			return err
		})
		return ok, err
	}
	for began := time.Now(); ; {
		if ok, err := take(ctx, exchangeClaim); err != nil {
			return err
		} else if ok {
			break
		}
		if time.Since(began) > turnWait {
			return ErrBusy
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(turnLook):
		}
	}
	err := work()
	_, failed := take(context.WithoutCancel(ctx), "")
	return errors.Join(err, failed)
}

// alive reports whether a process runs.
func alive(pid int) bool {
	p, err := os.FindProcess(pid)
	if err != nil || runtime.GOOS == "windows" {
		return err == nil
	}
	err = p.Signal(syscall.Signal(0))
	return err == nil || errors.Is(err, os.ErrPermission)
}
