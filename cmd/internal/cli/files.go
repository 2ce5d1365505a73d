package cli

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"kartei/store/atomicfile"
)

// replaceFile makes or replaces a file; see [atomicfile.Write].
func replaceFile(name string, mode fs.FileMode, write func(io.Writer) error) error {
	if err := isFolder(filepath.Dir(name)); err != nil {
		return err
	}
	return atomicfile.Write(name, mode, write)
}

// replaceText is replaceFile for a text that is in memory.
func replaceText(name string, text []byte) error {
	return replaceFile(name, atomicfile.Shared, func(w io.Writer) error {
		_, err := w.Write(text)
		return err
	})
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
