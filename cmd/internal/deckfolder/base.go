package deckfolder

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"kartei/cmd/internal/fault"
	"kartei/cmd/internal/show"
	"kartei/decks/foreign"
	"kartei/decks/reimport"
	"kartei/store/plainfile"
)

// BaseFile is where the folder of a deck file keeps what the facts were imported
// as: beside the deck, so that it goes where that goes.
func BaseFile(deck string) string {
	return filepath.Join(filepath.Dir(deck), "imports", Stem(deck)+".tsv")
}

// ReadBase reads what a deck file was imported as; nil if that was not kept.
func ReadBase(deck string) (reimport.Base, error) {
	name := BaseFile(deck)
	if info, err := os.Stat(name); err != nil || !info.Mode().IsRegular() { // to open a pipe is to wait for it
		if err == nil || errors.Is(err, fs.ErrNotExist) {
			return nil, nil
		}
		return nil, err
	}
	f, err := plainfile.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	base, err := reimport.ReadBase(f)
	if err != nil {
		return nil, fault.Failf("mend it, or delete it: then nothing is changed that may be yours",
			"read %s: %w", show.Line(name), err)
	}
	return base, nil
}

// SettledFile is where the folder of a deck file keeps how the list was read that it
// came from.
func SettledFile(deck string) string {
	return filepath.Join(filepath.Dir(deck), "imports", Stem(deck)+".flags")
}

// WriteSettled writes flags for the next time.
func WriteSettled(w io.Writer, flags foreign.Flags) error {
	for _, name := range slices.Sorted(maps.Keys(flags)) {
		if _, err := fmt.Fprintf(w, "%s: %s\n", name, flags[name]); err != nil {
			return err
		}
	}
	return nil
}
