// Package mediafile finds the pictures and sounds that a deck file names.
package mediafile

import (
	"errors"
	"io/fs"
	"net/url"
	"path"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Name is what a deck file's address means in the folder that is compiled, as a
// slash-separated path from there. The error says in words why it means none of its
// files ("is outside the folder").
func Name(deckFile, address string) (string, error) {
	if u, err := url.Parse(address); err == nil && (u.Scheme != "" || u.Host != "") {
		return "", errors.New("is on the network, which Kartei never opens")
	}
	if plain, err := url.PathUnescape(address); err == nil {
		address = plain
	}
	name := path.Join(path.Dir(deckFile), address)
	if path.IsAbs(address) || strings.Contains(address, `\`) || name == "." ||
		!fs.ValidPath(name) || !filepath.IsLocal(filepath.FromSlash(name)) {
		return "", errors.New("is outside the folder")
	}
	return name, nil
}

// Find returns the name that the folder has for a name of a deck: its own, or the
// same in other code points. Decks are in NFC; files that were unpacked or copied on
// a Mac are often in NFD. A name that is not there is returned as it came.
func Find(folder fs.FS, name string) string {
	if ascii(name) {
		return name
	}
	if _, err := fs.Lstat(folder, name); err == nil {
		return name
	}
	found := "."
	for part := range strings.SplitSeq(name, "/") {
		next, ok := entry(folder, found, part)
		if !ok {
			return name
		}
		found = path.Join(found, next)
	}
	return found
}

// entry is what a folder calls the part of a path.
func entry(folder fs.FS, dir, part string) (string, bool) {
	if _, err := fs.Lstat(folder, path.Join(dir, part)); err == nil {
		return part, true
	}
	if ascii(part) {
		return "", false
	}
	entries, err := fs.ReadDir(folder, dir)
	if err != nil {
		return "", false
	}
	for _, e := range entries {
		if norm.NFC.String(e.Name()) == norm.NFC.String(part) {
			return e.Name(), true
		}
	}
	return "", false
}

func ascii(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r >= utf8.RuneSelf }) < 0
}
