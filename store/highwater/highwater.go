// Package highwater keeps the high-water mark of a collection: a small file beside
// the database that names the last row that this collection wrote, by its device,
// seq and hash. SQLite takes a write-ahead log that was cut short for one that
// simply ends there; the mark tells the difference.
//
// It is written after the row is on disk and never waited for, so it may be
// behind the log but not ahead of it: after a power cut it notices less, and
// after the death of a process as much as before, as the system has it then. It
// has one length, so that writing it in place leaves no rest; a torn one fails
// its checksum and counts as none.
package highwater

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

// Path is where the mark of a collection is.
func Path(path string) string { return path + "-mark" }

// A Mark is what the file says. The zero one says nothing.
type Mark struct {
	Device string
	Seq    int64
	Hash   journal.Hash
}

// String is the text of the file.
func (m Mark) String() string {
	text := fmt.Sprintf("kartei mark 1 %s %020d %s", m.Device, m.Seq, m.Hash)
	return fmt.Sprintf("%s %08x\n", text, crc32.ChecksumIEEE([]byte(text)))
}

// Read returns the mark, or none if there is none that can be trusted.
func Read(path string) Mark {
	text, err := plainfile.Read(Path(path))
	if err != nil {
		return Mark{}
	}
	var m Mark
	var hash string
	var sum uint32
	if n, err := fmt.Sscanf(string(text), "kartei mark 1 %16s %d %64s %x", &m.Device, &m.Seq, &hash, &sum); n != 4 ||
		err != nil {
		return Mark{}
	}
	if b, err := hex.DecodeString(hash); err != nil || copy(m.Hash[:], b) != len(m.Hash) {
		return Mark{}
	}
	if m.String() != string(text) {
		return Mark{}
	}
	return m
}

// Write makes m the mark of the collection at path. That it could not be
// written is no reason to refuse an answer which is on disk.
func (m Mark) Write(path string) {
	f, err := plainfile.Own(Path(path), os.O_WRONLY|os.O_CREATE, 0o600)
	if err != nil {
		return
	}
	defer f.Close()
	_, _ = f.WriteAt([]byte(m.String()), 0)
}

// Newest names the newest row of a log, of whatever device.
func Newest(ctx context.Context, q sqlite.Reader) (m Mark, err error) {
	err = q.QueryRowContext(ctx, `SELECT v.name, l.seq, l.hash FROM log l JOIN devices v ON v.id = l.device ORDER BY l.id DESC LIMIT 1`).Scan(&m.Device, &m.Seq, sqlite.Blob(m.Hash[:]))
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return m, err
}

// Drop empties the mark, durably, before the log is replaced by another: a
// power cut must not leave the mark of the one with the other.
func Drop(path string) error {
	f, err := plainfile.Own(Path(path), os.O_WRONLY|os.O_TRUNC, 0)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// Check compares the log with a mark that was read before.
func Check(ctx context.Context, q sqlite.Reader, m Mark) error {
	if m.Seq == 0 {
		return nil
	}
	err := compare(ctx, q, m)
	if errors.Is(err, sqlite.ErrDamaged) && m.isLeft(ctx, q) {
		return nil
	}
	return err
}

// markLeft is the setting that names the mark that lay beside the collection when it
// was restored. Whoever is killed before that mark is gone leaves it beside a log
// that it says nothing about.
const markLeft = "mark-left"

// Leave notes the mark in the collection that is to be restored.
func (m Mark) Leave(ctx context.Context, tx *sqlite.Tx) error {
	_, err := tx.ExecContext(ctx, `INSERT OR REPLACE INTO settings (name, value) VALUES (?, ?)`, markLeft, m.String())
	return err
}

func (m Mark) isLeft(ctx context.Context, q sqlite.Reader) (is bool) {
	err := q.QueryRowContext(ctx, `SELECT value = ? FROM settings WHERE name = ?`, m.String(), markLeft).Scan(&is)
	return err == nil && is
}

func compare(ctx context.Context, q sqlite.Reader, m Mark) error {
	var hash journal.Hash
	err := q.QueryRowContext(ctx, `SELECT hash FROM log WHERE device = (SELECT id FROM devices WHERE name = ?) AND seq = ?`, m.Device, m.Seq).Scan(sqlite.Blob(hash[:]))
	if errors.Is(err, sql.ErrNoRows) {
		var last int64
		err = q.QueryRowContext(ctx, `SELECT coalesce(max(seq), 0) FROM log WHERE device = (SELECT id FROM devices WHERE name = ?)`, m.Device).Scan(&last)
		if err != nil {
			return err
		}
		return fmt.Errorf("%w: row %d of the log was on disk, but now it ends with row %d: %d answers or other acts are lost",
			sqlite.ErrDamaged, m.Seq, last, m.Seq-last)
	}
	if err == nil && hash != m.Hash {
		return fmt.Errorf("%w: row %d of the log is not the one that was written", sqlite.ErrDamaged, m.Seq)
	}
	return err
}

// CheckGone refuses to begin anew where a collection was.
func CheckGone(path string) error {
	info, err := os.Stat(path)
	if err == nil && info.Size() > 0 || Read(path).Seq == 0 {
		return nil
	}
	return fmt.Errorf("%w: the file is gone or empty, but %s says that it had a log; delete that too to begin anew",
		sqlite.ErrDamaged, filepath.Base(Path(path)))
}
