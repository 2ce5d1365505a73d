package cli

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"runtime/debug"
	"slices"

	"kartei/cmd/internal/ankiio"
	"kartei/cmd/internal/console"
	"kartei/cmd/internal/deckfolder"
	"kartei/cmd/internal/fault"
	"kartei/cmd/internal/userfile"
	"kartei/decks/foreign"
	"kartei/decks/plural"
	"kartei/decks/reimport"
	"kartei/store"
	"kartei/store/atomicfile"
	"kartei/store/plainfile"
)

// placeQuestions writes deck files with their bases, pictures and sounds, as one.
func placeQuestions(o *opener, m made, bases []reimport.Base) error {
	if len(m.files) == 1 {
		if err := userfile.CheckFolder(m.folder); err != nil {
			return err
		}
	}
	path, err := o.collectionPath()
	if err != nil {
		return err
	}
	out, err := store.PlaceFiles(path, m.folder, func(s *atomicfile.Step) error {
		return m.place(bases, s.Replace, s.Add)
	})
	if errors.Is(err, atomicfile.ErrNoJournal) { // there is no place for a collection, and needs none
		return m.placeOneByOne(bases)
	}
	deckfolder.SayAlone(o.Console, out)
	return err
}

// A placer puts a file in its place within a folder.
type placer func(name string, write func(io.Writer) error) error

// place puts pictures and sounds in their places, and then deck files: no deck is to
// be there without its pictures.
func (m made) place(bases []reimport.Base, replace, add placer) error {
	for _, one := range m.media {
		name := path.Join(m.within, one.Name)
		err := add(name, func(w io.Writer) error { return copyFrom(one, w) })
		if errors.Is(err, atomicfile.ErrOther) {
			return fault.Failf("choose another place with -o",
				"%s is there already and is another picture or sound; nothing was written",
				filepath.Join(m.folder, name))
		}
		if err != nil {
			return err
		}
	}
	for i, f := range m.files {
		if err := replace(f.name, func(w io.Writer) error { _, err := w.Write(f.text); return err }); err != nil {
			return err
		}
		if err := replace(filepath.ToSlash(deckfolder.BaseFile(f.name)), bases[i].Write); err != nil {
			return err
		}
		if m.settled == nil {
			continue
		}
		err := replace(filepath.ToSlash(deckfolder.SettledFile(f.name)),
			func(w io.Writer) error { return deckfolder.WriteSettled(w, m.settled) })
		if err != nil {
			return err
		}
	}
	return nil
}

func copyFrom(m foreign.Medium, to io.Writer) error {
	in, err := m.Open()
	if err != nil {
		return err
	}
	defer in.Close()
	if _, err := io.Copy(to, in); err != nil {
		return fmt.Errorf("unpack %s: %w", m.Name, err)
	}
	return nil
}

// placeOneByOne writes a deck file before its base: without that, or with an older
// one, less of the deck is brought up to date, and nothing of the author's is lost.
func (m made) placeOneByOne(bases []reimport.Base) error {
	put := func(name string, write func(io.Writer) error) error {
		name = filepath.Join(m.folder, filepath.FromSlash(name))
		if err := atomicfile.MakeFolder(filepath.Dir(name), 0o777); err != nil {
			return err
		}
		return atomicfile.Write(name, atomicfile.Shared, write)
	}
	return m.place(bases, put, put)
}

// printQuestions writes the one deck file to stdout.
func printQuestions(con *console.Console, m made) error {
	if len(m.files) > 1 {
		return fault.Usagef("name a folder with -o FOLDER", "it becomes %s", plural.Count(len(m.files), "deck file"))
	}
	return con.WriteFile("-", func(w io.Writer) error { _, err := w.Write(m.files[0].text); return err })
}

// writeQuestions writes new deck files, and what their facts were imported as.
func writeQuestions(o *opener, m made) error {
	var bases []reimport.Base
	for _, f := range m.files {
		base, err := reimport.BaseOf(f.text)
		if err != nil {
			return err
		}
		bases = append(bases, base)
	}
	return placeQuestions(o, m, bases)
}

// updateQuestions brings a deck file up to date with what an import would write
// today. A link is followed to the file.
func updateQuestions(o *opener, opts importOptions, m made) error {
	defer debug.SetMemoryLimit(debug.SetMemoryLimit(ankiio.Memory))
	name, err := atomicfile.Resolve(opts.update)
	if err != nil {
		return err
	}
	deck, err := plainfile.Read(name)
	if errors.Is(err, fs.ErrNotExist) {
		return fault.Failf(fmt.Sprintf("to make it: kartei import %s -o %s", opts.file, opts.update),
			"there is no deck file %s", opts.update)
	}
	if err != nil {
		return fmt.Errorf("read the deck: %w", err)
	}
	base, err := deckfolder.ReadBase(name)
	if err != nil {
		return err
	}
	r, err := reimport.Merge(deck, m.files[0].text, base)
	if err != nil {
		return fault.WithHint(fault.DeckErrors, fmt.Errorf("%s: %w", opts.update, err), "kartei check "+opts.update)
	}
	m.folder, m.files[0].name, m.files[0].text = filepath.Dir(name), filepath.Base(name), r.Text
	if err := placeQuestions(o, m, []reimport.Base{r.Base}); err != nil {
		return err
	}
	deckfolder.PrintChanges(o.Console, opts.update, r)
	if !bytes.Equal(r.Text, deck) {
		deckfolder.SayChanged(o.Console, opts.update)
	}
	return nil
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
