package cli

import (
	"os"
	"path/filepath"

	"kartei/cmd/internal/deckfolder"
	"kartei/cmd/internal/fault"
	"kartei/decks/syntax"
	"kartei/store/atomicfile"
)

// Target is where -o says that an import goes.
func (o importOptions) target() (deckfolder.Target, error) {
	if o.deck != "" && !syntax.IsDeckName(o.deck) {
		return deckfolder.Target{}, fault.Usagef("--deck geo/capitals", "%q is not the name of a deck", o.deck)
	}
	return deckfolder.NewTarget(o.output, o.file), nil
}

// refreshTarget is where an import goes that brings a deck file or a folder up to date:
// a link is followed to the file.
func (o importOptions) refreshTarget() (deckfolder.Target, error) {
	info, err := os.Stat(o.update)
	if err != nil {
		return deckfolder.Target{}, fault.Failf("check the spelling; to make it: kartei import FILE -o "+o.update,
			"there is no deck file or folder %s", o.update)
	}
	o.output = o.update
	if !info.IsDir() {
		if o.output, err = atomicfile.Resolve(o.update); err != nil {
			return deckfolder.Target{}, err
		}
		if filepath.Ext(o.output) != ".md" {
			return deckfolder.Target{}, fault.Usagef("kartei import FILE --update DECK.md",
				"%s is not a deck file", o.update)
		}
	}
	return o.target()
}
