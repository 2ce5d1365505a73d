package ankiio

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"kartei/cmd/internal/deckfolder"
	"kartei/cmd/internal/show"
	"kartei/decks/anki"
	"kartei/store"
)

// originsFile is where the folder of a deck's files keeps which of Anki's notes
// its facts came from: beside the facts, so that it goes where they go. Decks
// below another have theirs in its folder, for "a/b" is not "a-b".
func originsFile(deck string) string {
	return filepath.Join("anki", filepath.FromSlash(deck)+".tsv")
}

// keptFile is where the folder of a deck's files keeps those notes as Anki has them.
func keptFile(deck string) string {
	return filepath.Join("anki", filepath.FromSlash(deck)+".notes")
}

// knownOrigins returns the origins of decks' facts, by the decks' names and the keys
// of facts, of those that have any.
func knownOrigins(found []store.Deck) (map[string]map[string]anki.Origin, error) {
	all := map[string]map[string]anki.Origin{}
	for _, d := range found {
		origins, err := originsOf(d)
		switch {
		case errors.Is(err, fs.ErrNotExist):
		case err != nil:
			return nil, fmt.Errorf("read %s: %w", show.Line(filepath.Join(d.Root, originsFile(d.Name))), err)
		default:
			all[d.Name] = origins
		}
	}
	return all, nil
}

func originsOf(d store.Deck) (origins map[string]anki.Origin, err error) {
	return within(d, func(root *os.Root) (map[string]anki.Origin, error) { return originsIn(root, d.Name) })
}

func keptOf(d store.Deck) (anki.KeptNotes, error) {
	return within(d, func(root *os.Root) (anki.KeptNotes, error) { return keptIn(root, d.Name) })
}

// cameFromAnki reports whether a deck's folder says that it came from Anki.
func cameFromAnki(d store.Deck) bool {
	info, err := within(d, func(root *os.Root) (fs.FileInfo, error) { return root.Stat(originsFile(d.Name)) })
	return err == nil && info.Mode().IsRegular()
}

// within reads something in the folder of a deck's files.
func within[T any](d store.Deck, read func(*os.Root) (T, error)) (none T, err error) {
	if d.Root == deckfolder.BuiltIn {
		return none, fs.ErrNotExist
	}
	root, err := os.OpenRoot(d.Root)
	if err != nil {
		return none, err
	}
	defer root.Close()
	return read(root)
}

// originsIn reads the origins of a deck in the folder of its files.
func originsIn(root *os.Root, deck string) (map[string]anki.Origin, error) {
	return readIn(root, originsFile(deck), anki.ReadOrigins)
}

// keptIn reads the notes of a deck as Anki had them; none were kept by earlier
// versions.
func keptIn(root *os.Root, deck string) (anki.KeptNotes, error) {
	notes, err := readIn(root, keptFile(deck), anki.ReadKept)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return notes, err
}

func readIn[T any](root *os.Root, name string, read func(io.Reader) (T, error)) (none T, err error) {
	if info, err := root.Stat(name); err != nil || !info.Mode().IsRegular() { // to open a pipe is to wait for it
		return none, errors.Join(err, fs.ErrNotExist)
	}
	f, err := root.Open(name)
	if err != nil {
		return none, err
	}
	defer f.Close()
	return read(f)
}
