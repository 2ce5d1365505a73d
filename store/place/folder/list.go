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
	"strings"

	"kartei/store/place"
)

// A listing is what is found in a folder.
type listing struct {
	ctx    context.Context
	root   *os.Root
	prefix string
	found  []place.Object
	seen   int // entries, of any kind
}

// Bounds of a folder: nothing of ours is deeper, and no more entries are looked at.
const (
	maxDepth   = 8
	maxEntries = 4 * place.MaxObjects
	chunk      = 1024 // entries read at once
)

// read reads a folder and those in it. One that is gone holds nothing.
func (l *listing) read(folder string) error {
	if strings.Count(folder, "/") >= maxDepth {
		return nil
	}
	local, err := filepath.Localize(folder)
	if err != nil {
		return fmt.Errorf("%q: %w", folder, err)
	}
	if info, err := l.root.Lstat(local); err != nil || !info.IsDir() { // to open a pipe is to wait for it
		return unlessGone(err)
	}
	f, err := l.root.Open(local)
	if err != nil {
		return unlessGone(err)
	}
	defer f.Close()
	for {
		entries, err := f.ReadDir(chunk)
		for _, entry := range entries {
			if err := l.take(folder, entry); err != nil {
				return err
			}
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// take looks at one entry of a folder: at plain files and folders that are not hidden
// and may have the prefix.
func (l *listing) take(folder string, entry fs.DirEntry) error {
	if l.seen++; l.seen > maxEntries {
		return place.ErrTooLarge
	}
	if err := l.ctx.Err(); err != nil {
		return err
	}
	name := path.Join(folder, entry.Name())
	switch {
	case strings.HasPrefix(entry.Name(), "."):
		return nil
	case entry.IsDir():
		if inside := name + "/"; strings.HasPrefix(inside, l.prefix) || strings.HasPrefix(l.prefix, inside) {
			return l.read(name)
		}
		return nil
	case !entry.Type().IsRegular() || !strings.HasPrefix(name, l.prefix):
		return nil
	case len(l.found) == place.MaxObjects:
		return place.ErrTooLarge
	}
	info, err := entry.Info()
	if err == nil {
		l.found = append(l.found, place.Object{Name: name, Size: info.Size()})
	}
	return unlessGone(err)
}

func unlessGone(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}
