// Package deckfolder opens folders of deck files, and the decks that come with the
// program, so that no link leads out of them; and it says where new deck files go.
package deckfolder

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"kartei/cmd/internal/fault"
	"kartei/decks/library"
)

// A Folder is a folder of deck files, and what of it to read.
type Folder struct {
	Root  string   // absolute; [BuiltIn] for the decks that come with the program
	FS    fs.FS    // cannot be left by links
	Files []string // slash-separated, relative to root; none means all
	Close func() error
}

// BuiltIn is the root of the decks that come with the program.
const BuiltIn = "kartei:library"

// Library is the folder of the decks that come with the program.
func Library() Folder {
	return Folder{Root: BuiltIn, FS: library.FS, Close: func() error { return nil }}
}

// Open opens the folders that paths name, one for each folder, and for each
// folder that holds files named alone.
func Open(paths []string) (found []Folder, err error) {
	defer func() {
		if err != nil {
			CloseAll(found)
			found = nil
		}
	}()
	files := map[string][]string{}
	var roots []string
	for _, path := range paths {
		abs, err := filepath.Abs(path)
		if err != nil {
			return found, err
		}
		info, err := os.Stat(abs)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return found, fault.Failf("check the spelling; kartei compile --help shows examples",
				"there is no file or folder %s", path)
		case err != nil:
			return found, fmt.Errorf("look at %s: %w", path, err)
		case info.IsDir():
			if !slices.Contains(roots, abs) {
				roots = append(roots, abs)
			}
			files[abs] = nil
		default:
			root := filepath.Dir(abs)
			if !slices.Contains(roots, root) {
				roots = append(roots, root)
				files[root] = []string{}
			}
			if files[root] != nil {
				files[root] = append(files[root], filepath.Base(abs))
			}
		}
	}
	for _, root := range roots {
		r, err := os.OpenRoot(root)
		if err != nil {
			return found, fmt.Errorf("open folder: %w", err)
		}
		found = append(found, Folder{root, r.FS(), files[root], r.Close})
	}
	return found, nil
}

// CloseAll closes folders.
func CloseAll(all []Folder) {
	for _, s := range all {
		s.Close()
	}
}

// Has reports whether a file is still there.
func (f Folder) Has(file string) bool {
	_, err := fs.Stat(f.FS, file)
	return err == nil
}

// There reports whether any of the files is in another root, or may be, unless one
// of them is one of those here: two names of one place are not two places. The
// decks that come with the program give way to any folder.
func (f Folder) There(root string, files, here []string) bool {
	if info, err := os.Stat(root); root == BuiltIn || err == nil && !info.IsDir() { // to open a pipe is to wait for it
		return false
	}
	other, err := os.OpenRoot(root)
	if err != nil {
		return !errors.Is(err, fs.ErrNotExist)
	}
	defer other.Close()
	there := false
	for _, file := range files {
		info, err := other.Stat(filepath.FromSlash(file))
		there = there || !errors.Is(err, fs.ErrNotExist)
		if err == nil && slices.ContainsFunc(here, func(file string) bool {
			mine, err := fs.Stat(f.FS, file)
			return err == nil && os.SameFile(info, mine)
		}) {
			return false
		}
	}
	return there
}

// Whole reports whether all of the folder is read, so that what is missing from
// it is gone.
func (f Folder) Whole() bool { return len(f.Files) == 0 }
