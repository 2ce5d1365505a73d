package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"runtime"
	"syscall"
	"time"

	"kartei/scheduler"
)

// claimTime is how long a card is kept for a session that does not answer.
const claimTime = 30 * time.Minute

// How a claim is written, and all else.
var (
	claimsHastily = `PRAGMA synchronous = NORMAL; PRAGMA busy_timeout = 100`
	claimsNoMore  = fmt.Sprintf(`PRAGMA synchronous = FULL; PRAGMA busy_timeout = %d`, busyTimeout.Milliseconds())
)

// Claim keeps a card for this store while its session asks it, in place of the
// card claimed before; "" only lets go of that. It gives false if another
// session is asking the card, of a process that still runs.
//
// A claim is no part of the log: it is not waited for until it is on disk, nor long
// for others that write.
func (s *Store) Claim(ctx context.Context, card string, now scheduler.Moment) (bool, error) {
	ok, err := s.claim(ctx, card, now.At)
	return ok, explain("claim card "+card, err)
}

func (s *Store) claim(ctx context.Context, card string, now int64) (ok bool, err error) {
	conn, err := s.db.Conn(ctx)
	if err != nil {
		return false, err
	}
	defer conn.Close()
	if _, err := conn.ExecContext(ctx, claimsHastily); err != nil {
		return false, err
	}
	defer func() {
		_, back := conn.ExecContext(context.WithoutCancel(ctx), claimsNoMore)
		err = errors.Join(err, back)
	}()
	tx, err := conn.BeginTx(ctx, nil)
	if err != nil {
		return false, err
	}
	defer tx.Rollback()
	if _, err := tx.ExecContext(ctx, `DELETE FROM claims WHERE holder = ?`, s.holder); err != nil {
		return false, err
	}
	if card == "" {
		return true, tx.Commit()
	}
	var pid int
	err = tx.QueryRowContext(ctx, `SELECT pid FROM claims WHERE card = ? AND until > ?`, card, now).Scan(&pid)
	if err == nil && alive(pid) {
		return false, tx.Commit()
	}
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return false, err
	}
	_, err = tx.ExecContext(ctx, `INSERT OR REPLACE INTO claims (card, holder, pid, until) VALUES (?, ?, ?, ?)`,
		card, s.holder, os.Getpid(), now+claimTime.Milliseconds())
	if err != nil {
		return false, err
	}
	return true, tx.Commit()
}

// alive tells whether a process runs.
func alive(pid int) bool {
	p, err := os.FindProcess(pid)
	if err != nil || runtime.GOOS == "windows" {
		return err == nil
	}
	err = p.Signal(syscall.Signal(0))
	return err == nil || errors.Is(err, os.ErrPermission)
}
