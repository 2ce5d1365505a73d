package notebook

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"kartei/decks/foreign"
	"kartei/decks/syntax"
)

// Limits on what is read.
const (
	maxFiles    = 100_000   // text files
	maxTexts    = 512 << 20 // bytes of all of them
	maxDatabase = 1 << 30   // bytes
	maxMedium   = 100 << 20 // bytes of a picture or a sound
)

// A Source is a folder, or one file of it, of which cards are read.
type Source struct {
	FS    fs.FS    // the folder; no link leads out of it
	Names []string // the text files to read, slash-separated, in the order of their paths
	Whole bool     // all of the folder is read
	Flags foreign.Flags
	Zone  *time.Location // where the learner is

	// Given reads the database that was named; nil if none was.
	Given func() ([]byte, error)

	ctx  context.Context // bounds the time
	left []foreign.Left  // files that could not be read
	read int64
}

// Open lists what is read of a folder: a file alone, or, if that is empty, the files
// with these extensions, but for hidden ones, those in hidden folders and links.
func Open(folder fs.FS, file string, extensions []string, skip string) (*Source, error) {
	s := &Source{FS: folder, Zone: time.Local}
	if file != "" {
		s.Names = []string{file}
		return s, nil
	}
	s.Whole = true
	err := fs.WalkDir(folder, ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil && name == ".":
			return err
		case err != nil:
			s.left = append(s.left, foreign.Left{File: name, Err: errors.New("it cannot be read")})
		case name != "." && (strings.HasPrefix(path.Base(name), ".") || name == skip):
			if entry.IsDir() {
				return fs.SkipDir
			}
		case entry.Type().IsRegular() && slices.Contains(extensions, strings.ToLower(path.Ext(name))):
			if len(s.Names) == maxFiles {
				return fmt.Errorf("it has more than %d files", maxFiles)
			}
			s.Names = append(s.Names, name)
		}
		return nil
	})
	return s, err
}

// Texts yields the text files with their names. One that cannot be read is left out
// and named.
func (s *Source) Texts(yield func(name, text string) bool) {
	for _, name := range s.Names {
		text, err := s.Text(name)
		if err != nil {
			s.left = append(s.left, foreign.Left{File: name, Err: err})
			continue
		}
		if s.ctx != nil && s.ctx.Err() != nil || !yield(name, text) {
			return
		}
	}
}

// Text reads a text file: lines end in "\n", and no byte order mark is before them.
func (s *Source) Text(name string) (string, error) {
	data, err := s.bytes(name, syntax.MaxFile)
	if err != nil {
		return "", err
	}
	if s.read += int64(len(data)); s.read > maxTexts {
		return "", fmt.Errorf("all of it has more than %d MiB", maxTexts>>20)
	}
	text := string(bytes.TrimPrefix(data, []byte("\ufeff")))
	if !utf8.ValidString(text) {
		return "", errors.New("it is not UTF-8 text")
	}
	return strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n"), nil
}

// bytes reads a plain file up to a limit. It is asked about before it is opened: to
// open a pipe is to wait for it.
func (s *Source) bytes(name string, limit int64) ([]byte, error) {
	info, err := fs.Stat(s.FS, name)
	switch {
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular():
		return nil, errors.New("it is not an ordinary file")
	case info.Size() > limit:
		return nil, fmt.Errorf("it has more than %d MiB", limit>>20)
	}
	f, err := s.FS.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err == nil && int64(len(data)) > limit {
		err = fmt.Errorf("it has more than %d MiB", limit>>20)
	}
	return data, err
}

// Bytes reads a file that is not text.
func (s *Source) Bytes(name string) ([]byte, error) { return s.bytes(name, maxDatabase) }

// Database reads the database of the program: the one that was named, or that of a
// name in the folder. It is nil where there is none.
func (s *Source) Database(name string) ([]byte, error) {
	if s.Given != nil {
		return s.Given()
	}
	if info, err := fs.Stat(s.FS, name); err != nil || !info.Mode().IsRegular() {
		return nil, nil
	}
	return ReadDatabase(s.FS, name)
}

// journalMagic is how the journal of a change begins that was not finished.
const journalMagic = "\xd9\xd5\x05\xf9\x20\xa1\x63\xd7"

// ReadDatabase reads a database file. It is an error if what belongs to it is in files
// beside it, as while a program has it open.
func ReadDatabase(folder fs.FS, name string) ([]byte, error) {
	s := &Source{FS: folder}
	log, err := fs.Stat(folder, name+"-wal")
	inUse := err == nil && log.Size() > 0
	if f, err := folder.Open(name + "-journal"); err == nil {
		head, _ := io.ReadAll(io.LimitReader(f, int64(len(journalMagic))))
		f.Close()
		inUse = inUse || string(head) == journalMagic
	}
	if inUse {
		return nil, fmt.Errorf("%s is in use: end the program that keeps it, and import again", name)
	}
	data, err := s.bytes(name, maxDatabase)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return data, nil
}

// DatabaseFlag is the flag of formats whose program keeps a database.
var DatabaseFlag = foreign.Flag{Name: "database", Help: "the `file` that the program keeps its history in, where it is not beside the decks"}
