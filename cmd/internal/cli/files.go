package cli

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"

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
	aside, err := createAside(filepath.Dir(name))
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
	settle := func() error { return store.Settle(aside.Name(), name) }
	steps := []func() error{func() error { return write(w) }, w.Flush, func() error { return aside.Chmod(mode) }, settle, aside.Close}
	if runtime.GOOS == "windows" { // where nothing that is open is renamed, or swept away
		steps[3], steps[4] = steps[4], steps[3]
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}
