package store

import (
	"context"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"hash/crc32"
	"os"
	"path/filepath"

	"kartei/store/journal"
	"kartei/store/plainfile"
	"kartei/store/sqlite"
)

// The high-water mark is a small file beside the database that names the last
// row that this collection wrote: its device, seq and hash. SQLite takes a
// write-ahead log that was cut short for one that simply ends there; the mark
// tells the difference.
//
// It is written after the row is on disk and never waited for, so it may be
// behind the log but not ahead of it: after a power cut it notices less, and
// after the death of a process as much as before, as the system has it then. It
// has one length, so that writing it in place leaves no rest; a torn one fails
// its checksum and counts as none. An open collection writes to the file that it
// found, so nobody puts another in its place.

// highWaterPath is where the mark of a collection is.
func highWaterPath(path string) string { return path + "-mark" }

func formatHighWater(device string, seq int64, hash journal.Hash) string {
	text := fmt.Sprintf("kartei mark 1 %s %020d %s", device, seq, hash)
	return fmt.Sprintf("%s %08x\n", text, crc32.ChecksumIEEE([]byte(text)))
}

// A highWater is the mark as read. The zero one says nothing.
type highWater struct {
	device string
	seq    int64
	hash   journal.Hash
}

// readHighWater returns the mark, or none if there is none that can be trusted.
func readHighWater(path string) highWater {
	text, err := plainfile.Read(highWaterPath(path))
	if err != nil {
		return highWater{}
	}
	var m highWater
	var hash string
	var sum uint32
	if n, err := fmt.Sscanf(string(text), "kartei mark 1 %16s %d %64s %x", &m.device, &m.seq, &hash, &sum); n != 4 || err != nil {
		return highWater{}
	}
	if b, err := hex.DecodeString(hash); err != nil || copy(m.hash[:], b) != len(m.hash) {
		return highWater{}
	}
	if formatHighWater(m.device, m.seq, m.hash) != string(text) {
		return highWater{}
	}
	return m
}

// write makes m the mark of the collection at path. That it could not be
// written is no reason to refuse an answer which is on disk.
func (m highWater) write(path string) {
	f, err := plainfile.Own(highWaterPath(path), os.O_WRONLY|os.O_CREATE, 0o600)
	if err != nil {
		return
	}
	defer f.Close()
	_, _ = f.WriteAt([]byte(formatHighWater(m.device, m.seq, m.hash)), 0)
}

// advance makes m the mark of the open collection.
func (s *Store) advance(m highWater) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.highWaterFile == nil {
		f, err := plainfile.Own(highWaterPath(s.path), os.O_WRONLY|os.O_CREATE, 0o600)
		if err != nil {
			return
		}
		s.highWaterFile = f
	}
	_, _ = s.highWaterFile.WriteAt([]byte(formatHighWater(m.device, m.seq, m.hash)), 0)
}

// newestRow names the newest row of a log, of whatever device.
func newestRow(ctx context.Context, q sqlite.Reader) (m highWater, err error) {
	err = q.QueryRowContext(ctx, `SELECT v.name, l.seq, l.hash FROM `+rowTables+` ORDER BY l.id DESC LIMIT 1`).Scan(&m.device, &m.seq, (*hashColumn)(&m.hash))
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return m, err
}

// dropHighWater empties the mark, durably, before the log is replaced by another: a
// power cut must not leave the mark of the one with the other.
func dropHighWater(path string) error {
	f, err := plainfile.Own(highWaterPath(path), os.O_WRONLY|os.O_TRUNC, 0)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// checkHighWater compares the log with a mark that was read before.
func checkHighWater(ctx context.Context, q sqlite.Reader, m highWater) error {
	if m.seq == 0 {
		return nil
	}
	err := compareHighWater(ctx, q, m)
	if errors.Is(err, ErrDamaged) && m.isLeft(ctx, q) {
		return nil
	}
	return err
}

// highWaterLeft is the setting that names the mark that lay beside the collection when it
// was restored. Whoever is killed before that mark is gone leaves it beside a log
// that it says nothing about.
const highWaterLeft = "mark-left"

// leave notes the mark in the collection that is to be restored.
func (m highWater) leave(ctx context.Context, tx *sqlite.Tx) error {
	_, err := tx.ExecContext(ctx, `INSERT OR REPLACE INTO settings (name, value) VALUES (?, ?)`, highWaterLeft, formatHighWater(m.device, m.seq, m.hash))
	return err
}

func (m highWater) isLeft(ctx context.Context, q sqlite.Reader) (is bool) {
	err := q.QueryRowContext(ctx, `SELECT value = ? FROM settings WHERE name = ?`, formatHighWater(m.device, m.seq, m.hash), highWaterLeft).Scan(&is)
	return err == nil && is
}

func compareHighWater(ctx context.Context, q sqlite.Reader, m highWater) error {
	var hash journal.Hash
	err := q.QueryRowContext(ctx, `SELECT hash FROM log WHERE device = (SELECT id FROM devices WHERE name = ?) AND seq = ?`, m.device, m.seq).Scan((*hashColumn)(&hash))
	if errors.Is(err, sql.ErrNoRows) {
		var last int64
		err = q.QueryRowContext(ctx, `SELECT coalesce(max(seq), 0) FROM log WHERE device = (SELECT id FROM devices WHERE name = ?)`, m.device).Scan(&last)
		if err != nil {
			return err
		}
		return fmt.Errorf("%w: row %d of the log was on disk, but now it ends with row %d: %d answers or other acts are lost",
			ErrDamaged, m.seq, last, m.seq-last)
	}
	if err == nil && hash != m.hash {
		return fmt.Errorf("%w: row %d of the log is not the one that was written", ErrDamaged, m.seq)
	}
	return err
}

// checkGone refuses to begin anew where a collection was.
func checkGone(path string) error {
	info, err := os.Stat(path)
	if err == nil && info.Size() > 0 || readHighWater(path).seq == 0 {
		return nil
	}
	return fmt.Errorf("%w: the file is gone or empty, but %s says that it had a log; delete that too to begin anew",
		ErrDamaged, filepath.Base(highWaterPath(path)))
}
