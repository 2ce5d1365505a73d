// Package folder is a place that is a folder: on a stick, in a network, in git, or one
// that a file syncer carries from machine to machine. Each object is a file under its
// name.
//
// What lies there is a stranger's until it has been read. No link is followed out of
// the folder, nothing but plain files is opened, and what is hidden is left alone:
// what syncers and git keep for themselves, and what they are about to write. A file
// that was put is on disk, with its name, before it is said to be there.
//
// The folder itself is never made here. Where it is not there, a stick is not in its
// slot or a network is away, and what was made in its stead would hide what comes back.
package folder

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"kartei/store/atomicfile"
	"kartei/store/place"
	"kartei/store/plainfile"
)

// A Folder is a [place.Place].
type Folder struct{ path string }

// Open returns the folder at a path, which must be there.
func Open(path string) (*Folder, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, gone(path, err)
	}
	if !info.IsDir() {
		return nil, fmt.Errorf("%s is not a folder", path)
	}
	return &Folder{path}, nil
}

// List implements [place.Place].
func (f *Folder) List(ctx context.Context, prefix string) ([]place.Object, error) {
	return within(ctx, func() ([]place.Object, error) {
		root, err := f.open()
		if err != nil {
			return nil, err
		}
		defer root.Close()
		l := listing{ctx: ctx, root: root, prefix: prefix}
		if err := l.read(path.Dir(prefix + "x")); err != nil {
			return nil, f.explain(err)
		}
		slices.SortFunc(l.found, func(a, b place.Object) int { return strings.Compare(a.Name, b.Name) })
		return l.found, nil
	})
}

// Get implements [place.Place].
func (f *Folder) Get(ctx context.Context, name string, limit int64) ([]byte, error) {
	return within(ctx, func() ([]byte, error) {
		root, err := f.open()
		if err != nil {
			return nil, err
		}
		defer root.Close()
		data, err := read(root, name, limit)
		return data, f.explain(err)
	})
}

func read(root *os.Root, name string, limit int64) ([]byte, error) {
	local, err := filepath.Localize(name)
	if err != nil {
		return nil, fmt.Errorf("%q: %w", name, err)
	}
	file, err := plainfile.In(root, local)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	if info, err := file.Stat(); err != nil || info.Size() > limit {
		return nil, errors.Join(err, fmt.Errorf("%s: %w", name, place.ErrTooLarge))
	}
	data, err := io.ReadAll(io.LimitReader(file, limit+1)) // it may grow meanwhile
	if err == nil && int64(len(data)) > limit {
		return nil, fmt.Errorf("%s: %w", name, place.ErrTooLarge)
	}
	return data, err
}

// Put implements [place.Place].
func (f *Folder) Put(ctx context.Context, name string, data []byte) error {
	if err := place.CheckName(name); err != nil {
		return err
	}
	_, err := within(ctx, func() (struct{}, error) {
		root, err := f.open()
		if err != nil {
			return struct{}{}, err
		}
		defer root.Close()
		return struct{}{}, f.explain(f.put(root, filepath.FromSlash(name), data))
	})
	return err
}

// put writes a file aside, at the top, where a later one sweeps what a kill has left,
// and gives it its name when it is on disk.
func (f *Folder) put(root *os.Root, name string, data []byte) error {
	if _, err := root.Lstat(name); err == nil {
		return fmt.Errorf("%s: %w", name, fs.ErrExist)
	}
	if err := f.makeFolder(root, filepath.Dir(name)); err != nil {
		return err
	}
	aside, err := atomicfile.Create(f.path, atomicfile.Private)
	if err != nil {
		return err
	}
	defer func() {
		aside.Close()
		os.Remove(aside.Name())
	}()
	if _, err := aside.Write(data); err != nil {
		return err
	}
	if err := aside.Sync(); err != nil {
		return err
	}
	if runtime.GOOS == "windows" { // where nothing that is open is renamed
		aside.Close()
	}
	if err := settle(root, root.Link, filepath.Base(aside.Name()), name); err != nil {
		return err
	}
	return atomicfile.SyncFolder(filepath.Join(f.path, filepath.Dir(name)))
}

// settle gives a file its name, unless there is one of that name. Where there are no
// links, on sticks for the most part, it looks first: there, one machine writes at a
// time.
func settle(root *os.Root, link func(from, to string) error, aside, name string) error {
	err := link(aside, name)
	if err == nil || errors.Is(err, fs.ErrExist) || errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if _, err := root.Lstat(name); err == nil {
		return fmt.Errorf("%s: %w", name, fs.ErrExist)
	}
	return root.Rename(aside, name)
}

// makeFolder makes a folder and those around it, durably.
func (f *Folder) makeFolder(root *os.Root, folder string) error {
	if info, err := root.Stat(folder); err == nil && info.IsDir() {
		return nil
	}
	around := filepath.Dir(folder)
	if err := f.makeFolder(root, around); err != nil {
		return err
	}
	if err := root.Mkdir(folder, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return atomicfile.SyncFolder(filepath.Join(f.path, around))
}

// Delete implements [place.Place].
func (f *Folder) Delete(ctx context.Context, name string) error {
	_, err := within(ctx, func() (struct{}, error) {
		root, err := f.open()
		if err != nil {
			return struct{}{}, err
		}
		defer root.Close()
		local, err := filepath.Localize(name)
		if err == nil {
			err = root.Remove(local)
		}
		if errors.Is(err, fs.ErrNotExist) {
			err = nil
		}
		return struct{}{}, f.explain(err)
	})
	return err
}

// open opens the folder for one call: it is held no longer, so that a stick can be
// pulled.
func (f *Folder) open() (*os.Root, error) {
	root, err := os.OpenRoot(f.path)
	if err != nil {
		return nil, gone(f.path, err)
	}
	return root, nil
}

// within does something in a folder. A disk that is away may keep it waiting for ever,
// so it is left alone when the time is over.
func within[T any](ctx context.Context, do func() (T, error)) (T, error) {
	type outcome struct {
		value T
		err   error
	}
	var none T
	if err := ctx.Err(); err != nil {
		return none, err
	}
	done := make(chan outcome, 1)
	go func() {
		value, err := do()
		done <- outcome{value, err}
	}()
	select {
	case out := <-done:
		return out.value, out.err
	case <-ctx.Done():
		return none, ctx.Err()
	}
}
