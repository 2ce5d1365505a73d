package lsp

import (
	"io/fs"
	"slices"
	"strings"

	"kartei/decks/memfs"
)

// An overlay is a folder on disk in which some files are as the editor has them.
type overlay struct {
	disk fs.FS
	open memfs.Files
}

// Open implements [fs.FS].
func (o overlay) Open(name string) (fs.File, error) {
	if _, ok := o.open[name]; ok {
		return o.open.Open(name)
	}
	return o.disk.Open(name)
}

// ReadDir implements [fs.ReadDirFS]: files that were never saved are there, too.
func (o overlay) ReadDir(name string) ([]fs.DirEntry, error) {
	entries, err := fs.ReadDir(o.disk, name)
	open, _ := o.open.ReadDir(name)
	for _, e := range open {
		i, found := slices.BinarySearchFunc(entries, e.Name(),
			func(a fs.DirEntry, name string) int { return strings.Compare(a.Name(), name) })
		switch {
		case found && !e.IsDir():
			entries[i] = e
		case !found:
			entries = slices.Insert(entries, i, e)
			err = nil
		}
	}
	return entries, err
}

// Lstat and ReadLink implement [fs.ReadLinkFS] for what is on disk.
func (o overlay) Lstat(name string) (fs.FileInfo, error) {
	if _, ok := o.open[name]; ok {
		return o.open.Lstat(name)
	}
	return fs.Lstat(o.disk, name)
}

func (o overlay) ReadLink(name string) (string, error) { return fs.ReadLink(o.disk, name) }
