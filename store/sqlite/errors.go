package sqlite

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"syscall"

	modernc "modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// What can be wrong with the file of a collection.
var (
	ErrNotDatabase = errors.New("the file is not a collection")
	ErrDamaged     = errors.New("the collection is damaged")
	ErrReadOnly    = errors.New("the collection cannot be written")
	ErrFull        = errors.New("the disk is full")
	ErrDisk        = errors.New("the disk cannot be read or written")
	ErrBeside      = errors.New("it lies beside the collection and is not a plain file")
	ErrBusy        = errors.New("another program keeps the collection locked")
)

// Explain wraps err with what was being done, and with the sentinel that says
// what its SQLite or system code means for a collection.
func Explain(doing string, err error) error {
	if err == nil {
		return nil
	}
	meaning := Meaning(err)
	if errors.Is(err, meaning) {
		meaning = nil // it says so already
	}
	return &explained{doing, meaning, err}
}

// An explained error says what was being done and what went wrong in words of a
// collection's. Of SQLite's own words it keeps the number of the error, by which it
// can be looked up.
type explained struct {
	doing   string
	meaning error // may be nil
	err     error
}

func (e *explained) Error() string {
	text := e.doing + ": "
	if e.meaning != nil {
		text += e.meaning.Error() + ": "
	}
	return text + plainly(e.err)
}

func (e *explained) Unwrap() []error {
	if e.meaning == nil {
		return []error{e.err}
	}
	return []error{e.meaning, e.err}
}

// plainly is the text of an error without the words of the database modernc.
func plainly(err error) string {
	text := err.Error()
	var e *modernc.Error
	if errors.As(err, &e) {
		text = strings.ReplaceAll(text, e.Error(), fmt.Sprintf("error %d of SQLite", e.Code()))
	}
	if before, _, found := strings.Cut(text, "sql: Scan error"); found {
		text = before + "a value in its tables is of the wrong kind"
	}
	return text
}

// Meaning is the sentinel that says what an error's SQLite or system code means for
// a collection; nil if it is none of these.
func Meaning(err error) error {
	if errors.Is(err, ErrDisk) {
		return ErrDisk // whoever wrapped it knew more than the code says
	}
	if errors.Is(err, fs.ErrPermission) || errors.Is(err, syscall.EROFS) || errors.Is(err, syscall.ENOTDIR) {
		return ErrReadOnly
	}
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		return ErrFull
	}
	if errors.Is(err, syscall.EIO) {
		return ErrDisk
	}
	var e *modernc.Error
	if !errors.As(err, &e) {
		return nil
	}
	if e.Code() == sqlite3.SQLITE_IOERR_SHMSIZE {
		return ErrFull // there was no room for the file beside the database; see TellFull
	}
	switch e.Code() & 0xff {
	case sqlite3.SQLITE_IOERR:
		return ErrDisk
	case sqlite3.SQLITE_NOTADB:
		return ErrNotDatabase
	case sqlite3.SQLITE_CORRUPT:
		return ErrDamaged
	case sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM:
		return ErrReadOnly
	case sqlite3.SQLITE_FULL:
		return ErrFull
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		return ErrBusy
	}
	return nil
}

// TellFull looks at the disk where SQLite does not say whether it is full or
// fails, only that the file beside the database did not get its size.
func TellFull(path string, err error) error {
	var e *modernc.Error
	if !errors.As(err, &e) || e.Code() != sqlite3.SQLITE_IOERR_SHMSIZE {
		return err
	}
	if free, known := freeSpace(path); known && free > 1<<20 {
		return fmt.Errorf("%w: %w", ErrDisk, err)
	}
	return err
}

// IsContradiction reports whether a table refused what was written into it.
func IsContradiction(err error) bool {
	var e *modernc.Error
	return errors.As(err, &e) && e.Code()&0xff == sqlite3.SQLITE_CONSTRAINT
}
