// Package memfs is a file system in memory, for what reads folders to read texts
// that are in none.
package memfs

import (
	"bytes"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"
)

// Files is a tree of files, by slash-separated name.
type Files map[string][]byte

// Open implements [fs.FS].
func (m Files) Open(name string) (fs.File, error) {
	if text, ok := m[name]; ok {
		return &memoryFile{info: fileInfo{path.Base(name), int64(len(text)), 0o444}, Reader: bytes.NewReader(text)}, nil
	}
	if entries := m.below(name); name == "." || len(entries) > 0 {
		return &memoryFolder{info: fileInfo{path.Base(name), 0, fs.ModeDir | 0o555}, entries: entries}, nil
	}
	return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
}

// Lstat implements [fs.ReadLinkFS].
func (m Files) Lstat(name string) (fs.FileInfo, error) { return m.Stat(name) }

// ReadLink implements [fs.ReadLinkFS]: there are no links.
func (m Files) ReadLink(name string) (string, error) {
	return "", &fs.PathError{Op: "readlink", Path: name, Err: fs.ErrInvalid}
}

// Stat implements [fs.StatFS].
func (m Files) Stat(name string) (fs.FileInfo, error) {
	f, err := m.Open(name)
	if err != nil {
		return nil, err
	}
	return f.Stat()
}

// ReadDir implements [fs.ReadDirFS].
func (m Files) ReadDir(name string) ([]fs.DirEntry, error) {
	if entries := m.below(name); name == "." || len(entries) > 0 {
		return entries, nil
	}
	return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
}

// below lists what stands in a folder, sorted by name.
func (m Files) below(folder string) (entries []fs.DirEntry) {
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
