package atomicfile

import (
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
)

// What is written aside, a file or a folder, has a name between these, beside
// what it is to become. It is locked while it is being written: the lock of a
// process that was killed is gone, whatever has its number now and on whatever
// machine it ran.
const (
	asideBegin = ".kartei-"
	asideEnd   = ".part"
)

// IsAside reports whether a file or folder of this name is, or was, in the making.
func IsAside(name string) bool {
	name = filepath.Base(name)
	return strings.HasPrefix(name, asideBegin) && strings.HasSuffix(name, asideEnd)
}

// Create makes a file in a folder for what will be renamed. It belongs to the
// caller until it is closed. A link is never followed.
func Create(folder string, mode fs.FileMode) (*os.File, error) {
	return aside(folder, func(name string) (*os.File, error) {
		return os.OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_EXCL, mode)
	})
}

// CreateFolder makes a folder in a folder, likewise, for the caller alone.
// Closing the file gives it up.
func CreateFolder(folder string) (*os.File, error) {
	return aside(folder, func(name string) (*os.File, error) {
		if err := os.Mkdir(name, 0o700); err != nil {
			return nil, err
		}
		return os.Open(name)
	})
}

func aside(folder string, create func(name string) (*os.File, error)) (*os.File, error) {
	Sweep(folder)
	for {
		if _, err := os.Stat(folder); err != nil {
			return nil, err
		}
		f, err := create(filepath.Join(folder, fmt.Sprint(asideBegin, rand.Uint64(), asideEnd)))
		switch {
		case err == nil && claim(f):
			return f, nil
		case err == nil: // another took it for one that was left, before it was locked
			f.Close()
		case !errors.Is(err, fs.ErrExist) && !errors.Is(err, fs.ErrNotExist):
			return nil, err
		}
	}
}

// claim locks what was made, where the file system has locks, and reports whether
// it is still there then.
func claim(f *os.File) bool {
	if free, err := lock(f); err == nil && !free {
		return false
	}
	return inPlace(f)
}

// inPlace reports whether an open file still has its name.
func inPlace(f *os.File) bool {
	mine, err := f.Stat()
	if err != nil {
		return false
	}
	now, err := os.Lstat(f.Name())
	return err == nil && os.SameFile(mine, now)
}

// Sweep removes from a folder what killed processes left aside. What cannot be
// locked or removed stays.
func Sweep(folder string) {
	entries, _ := os.ReadDir(folder) // what is in the way fails later
	for _, e := range entries {
		if IsAside(e.Name()) && (e.IsDir() || e.Type().IsRegular()) { // a pipe would keep who opens it waiting
			sweep(filepath.Join(folder, e.Name()))
		}
	}
}

func sweep(name string) {
	f, err := os.Open(name)
	if err != nil {
		return
	}
	defer f.Close()
	if free, err := lock(f); err == nil && free {
		os.RemoveAll(name)
	}
}
