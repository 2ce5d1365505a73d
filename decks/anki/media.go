package anki

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"net/url"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"kartei/decks/mediafile"
)

// A Medium is a picture or sound file that a deck's cards show.
type Medium struct {
	Path string // slash-separated, relative to the folder that was compiled
	Name string // flat, in Anki's media folder
	Deck string // an export's: name of the deck
}

// ErrMissing is the error of a picture or sound that is not there, or larger
// than Anki takes.
var ErrMissing = errors.New("no such picture or sound")

// Open opens the file in the folder that was compiled. It must be a plain file
// of at most 100 MiB; the error is [ErrMissing] if not.
func (m Medium) Open(folder fs.FS) (fs.File, error) {
	if folder == nil {
		return nil, ErrMissing
	}
	// Asked before it is opened: to open a pipe is to wait for it.
	name := mediafile.Find(folder, m.Path)
	if info, err := fs.Stat(folder, name); err != nil || !info.Mode().IsRegular() || info.Size() > maxMedium {
		return nil, ErrMissing
	}
	f, err := folder.Open(name)
	if err != nil {
		return nil, ErrMissing
	}
	return f, nil
}

// mediaNames gives files of one deck their names in Anki's media folder, which
// has no subfolders and is shared by all decks.
type mediaNames struct {
	deck  string            // the deck's identity
	names map[string]string // by path
	kept  string            // fields of the note that is being updated, whose files Anki has under their own names
	fresh []string          // paths of the files that the fact at hand named first
}

// maxMediaName is how many bytes Anki allows.
const maxMediaName = 120

// name is the flat name of what a text in dir calls destination, the same in
// each export. It is false for what is not a file of the deck's own folder.
func (m *mediaNames) name(dir, destination string) (string, bool) {
	u, err := url.Parse(destination)
	if err != nil || u.Scheme != "" || u.Host != "" || u.Path == "" || path.IsAbs(u.Path) {
		return "", false
	}
	file := path.Join(dir, clean(u.Path))
	if !filepath.IsLocal(file) || strings.ContainsAny(file, "\\:") {
		return "", false
	}
	if name, ok := m.home(file); ok {
		return attribute(name), true
	}
	if name, ok := m.names[file]; ok {
		return name, true
	}
	sum := sha256.Sum256([]byte(m.deck + "\x00" + file))
	ext := path.Ext(file)
	stem := safeName(strings.TrimSuffix(path.Base(file), ext))
	tail := "-" + hex.EncodeToString(sum[:4]) + safeName(ext)
	if len(tail) > maxMediaName/2 {
		return "", false
	}
	name := stem[:min(len(stem), maxMediaName-len(tail))] + tail
	m.names[file] = name
	m.fresh = append(m.fresh, file)
	return name, true
}

// safeName keeps ASCII letters, digits, "-" and ".".
func safeName(name string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case 'a' <= r && r <= 'z', 'A' <= r && r <= 'Z', '0' <= r && r <= '9', r == '-', r == '.':
			return r
		}
		return '_'
	}, name)
}

// forget forgets the files that only the fact at hand named: it does not go out.
func (m *mediaNames) forget() {
	for _, file := range m.fresh {
		delete(m.names, file)
	}
}

// keepNamed forgets those of these files that fields do not name: nothing else of the fact
// goes out.
func (m *mediaNames) keepNamed(fields map[int]string) {
	m.fresh = slices.DeleteFunc(m.fresh, func(file string) bool {
		for _, field := range fields {
			if strings.Contains(field, m.names[file]) {
				return false
			}
		}
		delete(m.names, file)
		return true
	})
}

// list returns the files in the order of their paths.
func (m *mediaNames) list(deck string) []Medium {
	var media []Medium
	for file, name := range m.names {
		media = append(media, Medium{Path: file, Name: name, Deck: deck})
	}
	slices.SortFunc(media, func(a, b Medium) int { return strings.Compare(a.Path, b.Path) })
	return media
}
