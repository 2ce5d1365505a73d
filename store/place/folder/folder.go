// Package folder is a place that is a folder: one that a file syncer carries from
// machine to machine, on a stick, in a network or in git.
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
	"slices"
	"strings"

	"kartei/store/atomicfile"
	"kartei/store/place"
	"kartei/store/plainfile"
)

// A Folder is one. Each object is a file under its name.
type Folder struct{ path string }

// Open returns the folder at a path, which must be there.
func Open(path string) (*Folder, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, explain(err)
	}
	if !info.IsDir() {
		return nil, fmt.Errorf("%s is not a folder", path)
	}
	return &Folder{path}, nil
}

// aside begins the names of files that are being written.
const aside = ".kartei-"

// List implements [place.Place].
func (f *Folder) List(ctx context.Context, prefix string) ([]place.Object, error) {
	var all []place.Object
	top := path.Dir(prefix + "x")
	err := filepath.WalkDir(filepath.Join(f.path, filepath.FromSlash(top)), func(at string, entry fs.DirEntry, err error) error {
		if err != nil || ctx.Err() != nil {
			return errors.Join(err, ctx.Err())
		}
		name, err := filepath.Rel(f.path, at)
		name = filepath.ToSlash(name)
		if err != nil || !entry.Type().IsRegular() || !strings.HasPrefix(name, prefix) || strings.HasPrefix(entry.Name(), aside) {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return ignoreGone(err)
		}
		if len(all) == place.MaxObjects {
			return place.ErrTooLarge
		}
		all = append(all, place.Object{Name: name, Size: info.Size()})
		return nil
	})
	slices.SortFunc(all, func(a, b place.Object) int { return strings.Compare(a.Name, b.Name) })
	return all, explain(ignoreGone(err))
}

func ignoreGone(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// Get implements [place.Place].
func (f *Folder) Get(_ context.Context, name string, limit int64) ([]byte, error) {
	at, err := f.at(name)
	if err != nil {
		return nil, err
	}
	file, err := plainfile.Open(at)
	if err != nil {
		return nil, explain(err)
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, limit+1))
	if err == nil && int64(len(data)) > limit {
		err = fmt.Errorf("%s: %w", name, place.ErrTooLarge)
	}
	return data, explain(err)
}

// Put implements [place.Place].
func (f *Folder) Put(_ context.Context, name string, data []byte) error {
	at, err := f.at(name)
	if err != nil {
		return err
	}
	if err := place.CheckName(name); err != nil {
		return err
	}
	if _, err := os.Lstat(at); err == nil {
		return fmt.Errorf("%s: %w", name, place.ErrExists)
	}
	in := filepath.Dir(at)
	if err := atomicfile.MakeFolder(in, 0o777); err != nil {
		return explain(err)
	}
	tmp, err := os.CreateTemp(in, aside+"*")
	if err != nil {
		return explain(err)
	}
	defer os.Remove(tmp.Name())
	_, err = tmp.Write(data)
	if err := errors.Join(err, tmp.Sync(), tmp.Close()); err != nil {
		return explain(err)
	}
	if err := errors.Join(os.Link(tmp.Name(), at), atomicfile.SyncFolder(in)); err != nil {
		return fmt.Errorf("%s: %w", name, explain(err))
	}
	return nil
}

// Delete implements [place.Place].
func (f *Folder) Delete(_ context.Context, name string) error {
	at, err := f.at(name)
	if err != nil {
		return err
	}
	return explain(ignoreGone(os.Remove(at)))
}

// at is where the file of an object is, never outside of the folder.
func (f *Folder) at(name string) (string, error) {
	local, err := filepath.Localize(name)
	if err != nil {
		return "", fmt.Errorf("%q: %w", name, err)
	}
	return filepath.Join(f.path, local), nil
}

// explain names the kind of a failure.
func explain(err error) error {
	for is, kind := range map[error]error{fs.ErrNotExist: place.ErrNotFound, fs.ErrExist: place.ErrExists, fs.ErrPermission: place.ErrRefused} {
		if errors.Is(err, is) {
			return fmt.Errorf("%w: %w", kind, err)
		}
	}
	return err
}
