package ankiio

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"kartei/cmd/internal/deckfolder"
	"kartei/cmd/internal/fault"
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

// readOrigins returns the origins of decks' facts, by the decks' names.
func readOrigins(found []store.Deck) (map[string]map[string]anki.Origin, error) {
	all, err := knownOrigins(found)
	if err == nil && len(all) == 0 {
		err = fault.Failf("leave --back out, and Anki gets new notes",
			"none of these decks knows notes of Anki's that it came from")
	}
	return all, err
}

// knownOrigins is readOrigins, also where there are none.
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

func originsOf(d store.Deck) (map[string]anki.Origin, error) {
	if d.Root == deckfolder.BuiltIn {
		return nil, fs.ErrNotExist
	}
	root, err := os.OpenRoot(d.Root)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	return originsIn(root, d.Name)
}

// originsIn reads the origins of a deck in the folder of its files.
func originsIn(root *os.Root, deck string) (map[string]anki.Origin, error) {
	name := originsFile(deck)
	if info, err := root.Stat(name); err != nil || !info.Mode().IsRegular() { // to open a pipe is to wait for it
		return nil, errors.Join(err, fs.ErrNotExist)
	}
	f, err := root.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return anki.ReadOrigins(f)
}
