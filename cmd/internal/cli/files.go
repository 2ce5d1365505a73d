package cli

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"kartei/store"
)

// writeFile writes a file for the user; "-" is stdout.
func (e *env) writeFile(name string, write func(io.Writer) error) error {
	if name == "-" {
		w := bufio.NewWriter(e.out)
		return errors.Join(write(w), w.Flush())
	}
	return replaceFile(name, 0o644, write)
}

// replaceFile writes a file aside, syncs and renames it, and syncs its folder:
// what stood there stays until all of the new one is on disk.
func replaceFile(name string, mode fs.FileMode, write func(io.Writer) error) (err error) {
	if info, err := os.Stat(name); err == nil && !info.Mode().IsRegular() {
		return fmt.Errorf("%s is there already and is no plain file", name)
	}
	aside, err := os.CreateTemp(filepath.Dir(name), "."+filepath.Base(name)+".*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			aside.Close()
			os.Remove(aside.Name())
		}
	}()
	w := bufio.NewWriter(aside)
	for _, step := range []func() error{
		func() error { return write(w) }, w.Flush, func() error { return aside.Chmod(mode) }, aside.Close,
		func() error { return store.Settle(aside.Name(), name) },
	} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}
