package draft

import (
	"io/fs"
	"strings"
	"time"
)

// oneFile is a folder in memory with a single deck, for the compiler to read.
type oneFile string

const fileName = "drafts.md"

// Open implements [fs.FS].
func (f oneFile) Open(name string) (fs.File, error) {
	switch name {
	case fileName:
		return &openFile{Reader: strings.NewReader(string(f)), info: info{fileName, int64(len(f))}}, nil
	case ".":
		return &openFolder{file: info{fileName, int64(len(f))}}, nil
	}
	return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
}

type openFile struct {
	*strings.Reader
	info info
}

func (f *openFile) Stat() (fs.FileInfo, error) { return f.info, nil }
func (f *openFile) Close() error               { return nil }

type openFolder struct {
	file info
	read bool
}

func (f *openFolder) Stat() (fs.FileInfo, error) { return info{name: "."}, nil }
func (f *openFolder) Close() error               { return nil }
func (f *openFolder) Read([]byte) (int, error) {
	return 0, &fs.PathError{Op: "read", Path: ".", Err: fs.ErrInvalid}
}
func (f *openFolder) ReadDir(int) ([]fs.DirEntry, error) {
	if f.read {
		return nil, nil
	}
	f.read = true
	return []fs.DirEntry{fs.FileInfoToDirEntry(f.file)}, nil
}

// An info describes the file, or the folder, which is called ".".
type info struct {
	name string
	size int64
}

func (i info) Name() string       { return i.name }
func (i info) Size() int64        { return i.size }
func (i info) ModTime() time.Time { return time.Time{} }
func (i info) IsDir() bool        { return i.name == "." }
func (i info) Sys() any           { return nil }
func (i info) Mode() fs.FileMode {
	if i.IsDir() {
		return fs.ModeDir | 0o555
	}
	return 0o444
}
