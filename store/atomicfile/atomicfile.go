package atomicfile

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"syscall"
)

// Modes of new files; one that is there already keeps its own.
const (
	Shared  fs.FileMode = 0o666 // less the umask
	Private fs.FileMode = 0o600
)

// ErrNotPlain is the error of writing over what is not a plain file.
var ErrNotPlain = errors.New("it is there already and is not a plain file")

// Write makes or replaces a file. What stood there stays until all of the new one
// is on disk. A link is followed: the file that it leads to is replaced. The
// folder must be there.
func Write(name string, mode fs.FileMode, write func(io.Writer) error) (err error) {
	if name, err = Resolve(name); err != nil {
		return err
	}
	old, err := os.Stat(name)
	switch {
	case err == nil && !old.Mode().IsRegular():
		return fmt.Errorf("%s: %w", name, ErrNotPlain)
	case err == nil:
		mode = old.Mode().Perm()
	}
	aside, err := Create(filepath.Dir(name), mode)
	if err != nil {
		return err
	}
	defer func() {
		aside.Close()
		if err != nil {
			os.Remove(aside.Name())
		}
	}()
	w := bufio.NewWriter(aside)
	if err := errors.Join(write(w), w.Flush()); err != nil {
		return err
	}
	if old != nil {
		if err := aside.Chmod(mode); err != nil {
			return err
		}
	}
	if err := aside.Sync(); err != nil {
		return err
	}
	if runtime.GOOS == "windows" { // where nothing that is open is renamed, or swept away
		if err := aside.Close(); err != nil {
			return err
		}
	}
	return rename(aside.Name(), name)
}

// rename gives a file its name, durably.
func rename(from, to string) error {
	if err := os.Rename(from, to); err != nil {
		return err
	}
	return SyncFolder(filepath.Dir(to))
}

// Settle brings a file to disk and gives it its name, durably: after a power cut
// there is the old file of that name or all of the new one.
func Settle(aside, to string) error {
	if err := Sync(aside); err != nil {
		return err
	}
	return rename(aside, to)
}

// Sync brings a file to disk.
func Sync(name string) error {
	f, err := os.OpenFile(name, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// SyncFolder makes what was made and renamed in a folder durable, where the
// system can.
func SyncFolder(folder string) error {
	f, err := os.Open(folder)
	if err != nil {
		return err
	}
	err = f.Sync()
	if runtime.GOOS == "windows" || errors.Is(err, errors.ErrUnsupported) || errors.Is(err, syscall.EINVAL) {
		err = nil // it cannot, and needs not
	}
	return errors.Join(err, f.Close())
}

// MakeFolder makes a folder and those around it that are not there, durably as
// far as one may read where they are made.
func MakeFolder(folder string, mode fs.FileMode) error {
	info, err := os.Stat(folder)
	switch {
	case err == nil && !info.IsDir():
		return &os.PathError{Op: "mkdir", Path: folder, Err: syscall.ENOTDIR}
	case err == nil || !errors.Is(err, os.ErrNotExist):
		return err
	}
	around := filepath.Dir(folder)
	if err := MakeFolder(around, mode); err != nil {
		return err
	}
	if err := os.Mkdir(folder, mode); err != nil && !errors.Is(err, os.ErrExist) {
		return err
	}
	if err := SyncFolder(around); !errors.Is(err, os.ErrPermission) {
		return err
	}
	return nil
}

// Resolve returns the file that a path leads to, absolute, also where that is a
// link to one that is not there yet.
func Resolve(path string) (string, error) {
	path, err := filepath.Abs(path)
	for range 40 { // links to links
		target, notLink := os.Readlink(path)
		if err != nil || notLink != nil {
			break
		}
		if real, err := filepath.EvalSymlinks(path); err == nil {
			return real, nil
		}
		if !filepath.IsAbs(target) {
			target = filepath.Join(filepath.Dir(path), target)
		}
		path = target
	}
	return path, err
}
