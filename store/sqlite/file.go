package sqlite

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"kartei/store/atomicfile"
	"kartei/store/plainfile"
)

// FolderMode is that of new folders for collections and backups: nobody else's.
const FolderMode = 0o700

// Create makes the file of a new database, for its learner alone: SQLite would let
// everybody read it, and all files beside it. One that is there keeps its mode, and
// is not opened: closing it again would take SQLite's locks away.
func Create(path string) error {
	f, err := plainfile.Own(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, atomicfile.Private)
	if errors.Is(err, os.ErrExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return f.Close()
}

// CheckPath says in plain words what SQLite calls "unable to open". Where nothing
// is, it makes the folder for a new file, unless that is only to be read.
func CheckPath(path string, readOnly bool) error {
	info, err := os.Stat(path)
	switch {
	case err == nil && info.IsDir():
		return fmt.Errorf("%w: it is a folder", ErrNotDatabase)
	case err == nil && !info.Mode().IsRegular():
		return fmt.Errorf("%w: it is not a plain file", ErrNotDatabase) // a pipe would be waited for without end
	case err == nil:
		return CheckBeside(path)
	case !errors.Is(err, os.ErrNotExist) || readOnly:
		return err
	}
	if err := CheckBeside(path); err != nil {
		return err
	}
	return atomicfile.MakeFolder(filepath.Dir(path), FolderMode)
}

// CheckBeside looks at the files that SQLite opens beside a database's: it would wait
// for a pipe without end.
func CheckBeside(path string) error {
	for _, rest := range []string{"-journal", "-wal", "-shm"} {
		if info, err := os.Stat(path + rest); err == nil && !info.Mode().IsRegular() {
			return fmt.Errorf("%s: %w", filepath.Base(path)+rest, ErrBeside)
		}
	}
	return nil
}

// Settled reports whether the whole database is in its one file.
func Settled(path string) bool {
	info, err := os.Stat(path + "-wal")
	return errors.Is(err, os.ErrNotExist) || err == nil && info.Size() == 0
}

// CopyFile copies a file that nobody writes, and waits until it is on disk.
func CopyFile(from, to string) (err error) {
	in, err := plainfile.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, out.Close()) }()
	if _, err := io.Copy(out, in); err != nil {
		return err
	}
	return out.Sync()
}
