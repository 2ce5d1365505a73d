package cli

import (
	"errors"
	"os"
	"path/filepath"
)

// What is written aside, a file or a folder, has such a name beside what it is
// to become. It is locked while it is being written: the lock of a process that
// was killed is gone, whatever has its number now and on whatever machine it
// ran, and what it left is removed by the next that writes in that folder.
const asidePattern = ".kartei-*.part"

// createAside makes a file in a folder for what will be renamed. It belongs to
// the caller until it is closed.
func createAside(folder string) (*os.File, error) {
	return aside(folder, func() (*os.File, error) { return os.CreateTemp(folder, asidePattern) })
}

// makeAside makes a folder in a folder, likewise. Closing the file gives it up.
func makeAside(folder string) (*os.File, error) {
	return aside(folder, func() (*os.File, error) {
		name, err := os.MkdirTemp(folder, asidePattern)
		if err != nil {
			return nil, err
		}
		return os.Open(name)
	})
}

func aside(folder string, create func() (*os.File, error)) (*os.File, error) {
	sweepAside(folder)
	for {
		if err := isFolder(folder); err != nil {
			return nil, err
		}
		f, err := create()
		if err == nil && keep(f) || err != nil && !errors.Is(err, os.ErrNotExist) {
			return f, err
		}
		if err == nil { // another took it for one that was left, before it was locked
			f.Close()
		}
	}
}

// isFolder tells whoever named a file which folder is missing for it.
func isFolder(name string) error {
	info, err := os.Stat(name)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return failf("make it first: mkdir "+name, "there is no folder %s", name)
	case err == nil && !info.IsDir():
		return failf("choose another name", "%s is a file, not a folder", name)
	}
	return nil
}

// keep locks what was made, where the file system has locks, and tells whether
// it is still there then.
func keep(f *os.File) bool {
	if free, err := lock(f); err == nil && !free {
		return false
	}
	made, err := f.Stat()
	if err != nil {
		return false
	}
	now, err := os.Lstat(f.Name())
	return err == nil && os.SameFile(made, now)
}

// sweepAside removes from a folder what nobody writes any more. What cannot be
// locked or removed stays.
func sweepAside(folder string) {
	names, err := filepath.Glob(filepath.Join(escapeGlob(folder), asidePattern))
	if err != nil {
		return
	}
	for _, name := range names {
		if info, err := os.Lstat(name); err != nil || !info.IsDir() && !info.Mode().IsRegular() {
			continue // a pipe would keep who opens it waiting
		}
		f, err := os.Open(name)
		if err != nil {
			continue
		}
		if free, err := lock(f); err == nil && free {
			os.RemoveAll(name)
		}
		f.Close()
	}
}
