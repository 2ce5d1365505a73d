package lsp

import (
	"bytes"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"
)

// A memory is a tree of files that are in memory only, by slash-separated name.
type memory map[string][]byte

// Open implements [fs.FS].
func (m memory) Open(name string) (fs.File, error) {
	if text, ok := m[name]; ok {
		return &memoryFile{info: fileInfo{path.Base(name), int64(len(text)), 0o444}, Reader: bytes.NewReader(text)}, nil
	}
	if entries := m.below(name); name == "." || len(entries) > 0 {
		return &memoryFolder{info: fileInfo{path.Base(name), 0, fs.ModeDir | 0o555}, entries: entries}, nil
	}
	return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
}

// below lists what stands in a folder, sorted by name.
func (m memory) below(folder string) (entries []fs.DirEntry) {
	prefix := folder + "/"
	if folder == "." {
		prefix = ""
	}
	seen := map[string]bool{}
	for name, text := range m {
		rest, ok := strings.CutPrefix(name, prefix)
		if !ok {
			continue
		}
		first, _, deeper := strings.Cut(rest, "/")
		if seen[first] {
			continue
		}
		seen[first] = true
		info := fileInfo{first, int64(len(text)), 0o444}
		if deeper {
			info = fileInfo{first, 0, fs.ModeDir | 0o555}
		}
		entries = append(entries, fs.FileInfoToDirEntry(info))
	}
	slices.SortFunc(entries, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	return entries
}

type fileInfo struct {
	name string
	size int64
	mode fs.FileMode
}

func (i fileInfo) Name() string       { return i.name }
func (i fileInfo) Size() int64        { return i.size }
func (i fileInfo) Mode() fs.FileMode  { return i.mode }
func (i fileInfo) ModTime() time.Time { return time.Time{} }
func (i fileInfo) IsDir() bool        { return i.mode.IsDir() }
func (i fileInfo) Sys() any           { return nil }

type memoryFile struct {
	info fileInfo
	*bytes.Reader
}

func (f *memoryFile) Stat() (fs.FileInfo, error) { return f.info, nil }
func (f *memoryFile) Close() error               { return nil }

type memoryFolder struct {
	info    fileInfo
	entries []fs.DirEntry
}

func (f *memoryFolder) Stat() (fs.FileInfo, error) { return f.info, nil }
func (f *memoryFolder) Close() error               { return nil }
func (f *memoryFolder) Read([]byte) (int, error)   { return 0, fs.ErrInvalid }

// ReadDir implements [fs.ReadDirFile].
func (f *memoryFolder) ReadDir(n int) ([]fs.DirEntry, error) {
	if n <= 0 {
		all := f.entries
		f.entries = nil
		return all, nil
	}
	if len(f.entries) == 0 {
		return nil, io.EOF
	}
	n = min(n, len(f.entries))
	some := f.entries[:n]
	f.entries = f.entries[n:]
	return some, nil
}

// An overlay is a folder on disk in which some files are as the editor has them.
type overlay struct {
	disk fs.FS
	open memory
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
	for _, e := range o.open.below(name) {
		i, found := slices.BinarySearchFunc(entries, e.Name(), func(a fs.DirEntry, name string) int { return strings.Compare(a.Name(), name) })
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
	if text, ok := o.open[name]; ok {
		return fileInfo{path.Base(name), int64(len(text)), 0o444}, nil
	}
	return fs.Lstat(o.disk, name)
}

func (o overlay) ReadLink(name string) (string, error) { return fs.ReadLink(o.disk, name) }
