package cli

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"

	"kartei/cmd/internal/show"
	"kartei/decks/reimport"
	"kartei/store"
	"kartei/store/atomicfile"
	"kartei/store/plainfile"
)

// baseFile is where the folder of a deck file keeps what the facts were imported
// as: beside the deck, so that it goes where that goes.
func baseFile(deck string) string {
	return filepath.Join(filepath.Dir(deck), "imports", stem(deck)+".tsv")
}

// readBase reads what a deck file was imported as; nil if that was not kept.
func readBase(deck string) (reimport.Base, error) {
	name := baseFile(deck)
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
		return nil, failf("mend it, or delete it: then nothing is changed that may be yours", "read %s: %w", show.Line(name), err)
	}
	return base, nil
}

// placeQuestions writes a deck file and its base, as one.
func (e *env) placeQuestions(deck string, text []byte, base reimport.Base) error {
	folder := filepath.Dir(deck)
	if err := isFolder(folder); err != nil {
		return err
	}
	path, err := e.collectionPath()
	if err != nil {
		return err
	}
	out, err := store.PlaceFiles(path, folder, func(s *atomicfile.Step) error {
		rel, err := filepath.Rel(folder, baseFile(deck))
		if err == nil {
			err = s.Replace(filepath.ToSlash(rel), base.Write)
		}
		if err == nil {
			err = s.Replace(filepath.Base(deck), func(w io.Writer) error { _, err := w.Write(text); return err })
		}
		return err
	})
	if errors.Is(err, atomicfile.ErrNoJournal) { // there is no place for a collection, and needs none
		return placeOneByOne(deck, text, base)
	}
	e.sayAlone(out)
	return err
}

// placeOneByOne writes the deck file first: without its base, or with an older one,
// less of it is brought up to date, and nothing of the author's is lost.
func placeOneByOne(deck string, text []byte, base reimport.Base) error {
	if err := replaceText(deck, text); err != nil {
		return err
	}
	name := baseFile(deck)
	if err := atomicfile.MakeFolder(filepath.Dir(name), 0o777); err != nil {
		return err
	}
	return atomicfile.Write(name, atomicfile.Shared, base.Write)
}

// writeQuestions writes a new deck file, and what its facts were imported as.
func (e *env) writeQuestions(name string, text []byte) error {
	if name == "-" {
		return e.writeFile(name, func(w io.Writer) error { _, err := w.Write(text); return err })
	}
	base, err := reimport.BaseOf(text)
	if err != nil {
		return err
	}
	return e.placeQuestions(name, text, base)
}

// updateQuestions brings a deck file up to date with what an import would write
// today. A link is followed to the file.
func (e *env) updateQuestions(opts importOptions, text []byte) error {
	defer debug.SetMemoryLimit(debug.SetMemoryLimit(importMemory))
	defer debug.SetGCPercent(debug.SetGCPercent(smallerHeap))
	name, err := atomicfile.Resolve(opts.update)
	if err != nil {
		return err
	}
	deck, err := plainfile.Read(name)
	if errors.Is(err, fs.ErrNotExist) {
		return failf(fmt.Sprintf("to make it: kartei import %s -o %s", opts.file, opts.update), "there is no deck file %s", opts.update)
	}
	if err != nil {
		return fmt.Errorf("read the deck: %w", err)
	}
	base, err := readBase(name)
	if err != nil {
		return err
	}
	r, err := reimport.Merge(deck, text, base)
	if err != nil {
		return &failure{exitDeckErrors, fmt.Errorf("%s: %w", opts.update, err), "kartei check " + opts.update}
	}
	if err := e.placeQuestions(name, r.Text, r.Base); err != nil {
		return err
	}
	e.printChanges(opts.update, r)
	if !bytes.Equal(r.Text, deck) {
		e.say("look it over, then: kartei compile %s", show.Line(opts.update))
	}
	return nil
}

// printChanges names each fact that is otherwise, and counts.
func (e *env) printChanges(file string, r reimport.Result) {
	counts := map[reimport.Kind]int{}
	for _, c := range r.Changes {
		counts[c.Kind]++
		place := show.Line(file)
		if c.Line > 0 {
			place += fmt.Sprintf(":%d", c.Line)
		}
		switch c.Kind {
		case reimport.Added:
			fmt.Fprintf(e.out, "added    %s\n", show.Line(c.New))
		case reimport.Changed:
			fmt.Fprintf(e.out, "changed  %s: %s\n         now: %s\n", place, show.Line(c.Old), show.Line(c.New))
		case reimport.Gone:
			fmt.Fprintf(e.out, "gone     %s: %s\n", place, show.Line(c.Old))
		case reimport.Kept:
			fmt.Fprintf(e.out, "kept     %s: %s (%s)\n", place, show.Line(c.Old), c.Why)
			if c.New != "" {
				fmt.Fprintf(e.out, "         there: %s\n", show.Line(c.New))
			}
		}
	}
	fmt.Fprintf(e.out, "%s: %d added, %d changed, %d gone, %d kept, %d unchanged\n", show.Line(file),
		counts[reimport.Added], counts[reimport.Changed], counts[reimport.Gone], counts[reimport.Kept], r.Same)
}

// sameText reports whether a file holds this text already.
func sameText(name string, text []byte) bool {
	info, err := os.Stat(name)
	if err != nil || !info.Mode().IsRegular() || info.Size() != int64(len(text)) {
		return false
	}
	data, err := plainfile.Read(name)
	return err == nil && slices.Equal(data, text)
}
