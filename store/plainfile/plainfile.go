// Package plainfile opens files for reading that are plain files. To open a pipe
// is to wait for whoever writes into it, and no signal ends that; a device may do
// anything, and a socket cannot be read. Every file that a command reads is opened
// here, or through an fs.FS whose users ask for the kind of a file first.
package plainfile

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
)

// ErrNotPlain is the error of what is a folder, a pipe, a device or a socket.
var ErrNotPlain = errors.New("it is not a plain file")

// Open opens a file for reading. Links are followed.
func Open(name string) (*os.File, error) {
	return open(name, os.O_RDONLY, 0)
}

// Read reads a file whole.
func Read(name string) ([]byte, error) {
	f, err := Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(f)
}

// Own opens a file of Kartei's own beside another, in the way that flag says (see
// os.OpenFile). A link is not followed: whoever put it there meant another file.
func Own(name string, flag int, mode fs.FileMode) (*os.File, error) {
	if info, err := os.Lstat(name); err == nil && info.Mode()&fs.ModeSymlink != 0 {
		return nil, fmt.Errorf("%s: %w", name, ErrNotPlain)
	}
	return open(name, flag|noFollow, mode)
}

// In opens a file below a folder for reading, which no link leads out of. Its own name
// must not be a link, either.
func In(folder *os.Root, name string) (*os.File, error) {
	info, err := folder.Lstat(name)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s: %w", name, ErrNotPlain)
	}
	f, err := folder.OpenFile(name, os.O_RDONLY|noFollow|noWait, 0)
	return plain(f, err, name)
}

// open asks for the kind of a file before it is opened, as opening a device can do
// something, and again afterwards, as it may be another then.
func open(name string, flag int, mode fs.FileMode) (*os.File, error) {
	if info, err := os.Stat(name); err == nil && !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s: %w", name, ErrNotPlain)
	}
	f, err := os.OpenFile(name, flag|noWait, mode)
	return plain(f, err, name)
}

// plain closes what was opened and is not a plain file.
func plain(f *os.File, err error, name string) (*os.File, error) {
	if err != nil {
		return nil, err
	}
	if info, err := f.Stat(); err != nil || !info.Mode().IsRegular() {
		return nil, errors.Join(err, fmt.Errorf("%s: %w", name, ErrNotPlain), f.Close())
	}
	return f, nil
}
