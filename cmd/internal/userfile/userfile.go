// Package userfile writes files that a user named.
package userfile

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"kartei/cmd/internal/fault"
	"kartei/store/atomicfile"
)

// Replace makes or replaces a file; see [atomicfile.Write].
func Replace(name string, mode fs.FileMode, write func(io.Writer) error) error {
	if err := CheckFolder(filepath.Dir(name)); err != nil {
		return err
	}
	return atomicfile.Write(name, mode, write)
}

// ReplaceText is Replace for a text that is in memory.
func ReplaceText(name string, text []byte) error {
	return Replace(name, atomicfile.Shared, func(w io.Writer) error {
		_, err := w.Write(text)
		return err
	})
}

// CheckFolder returns an error for whoever named a file, if the folder for it is
// missing.
func CheckFolder(name string) error {
	info, err := os.Stat(name)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return fault.Failf("make it first: mkdir "+name, "there is no folder %s", name)
	case err == nil && !info.IsDir():
		return fault.Failf("choose another name", "%s is a file, not a folder", name)
	}
	return nil
}
