package deckfolder

import (
	"errors"
	"io/fs"
	"slices"
)

// An Overlay is one folder over another: what is in both is that of the first.
type Overlay struct{ Top, Below fs.FS }

// upon looks in the first folder, then in the second.
func upon[T any](o Overlay, look func(fs.FS) (T, error)) (T, error) {
	found, err := look(o.Top)
	if errors.Is(err, fs.ErrNotExist) {
		return look(o.Below)
	}
	return found, err
}

// Open implements [fs.FS].
func (o Overlay) Open(name string) (fs.File, error) {
	return upon(o, func(in fs.FS) (fs.File, error) { return in.Open(name) })
}

// Stat implements [fs.StatFS].
func (o Overlay) Stat(name string) (fs.FileInfo, error) {
	return upon(o, func(in fs.FS) (fs.FileInfo, error) { return fs.Stat(in, name) })
}

// Lstat implements [fs.ReadLinkFS], as ReadLink does.
func (o Overlay) Lstat(name string) (fs.FileInfo, error) {
	return upon(o, func(in fs.FS) (fs.FileInfo, error) { return fs.Lstat(in, name) })
}

// ReadLink implements [fs.ReadLinkFS].
func (o Overlay) ReadLink(name string) (string, error) {
	return upon(o, func(in fs.FS) (string, error) { return fs.ReadLink(in, name) })
}

// ReadDir lists what is in either.
func (o Overlay) ReadDir(name string) ([]fs.DirEntry, error) {
	all, err := fs.ReadDir(o.Top, name)
	below, bad := fs.ReadDir(o.Below, name)
	if err != nil && bad != nil {
		return nil, bad
	}
	for _, e := range below {
		if !slices.ContainsFunc(all, func(t fs.DirEntry) bool { return t.Name() == e.Name() }) {
			all = append(all, e)
		}
	}
	return all, nil
}
