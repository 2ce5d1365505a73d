package cli

import (
	"context"
	"os"
	"path/filepath"
	"strings"

	"kartei/cmd/internal/deckfolder"
	"kartei/cmd/internal/fault"
	"kartei/cmd/internal/notebookio"
	"kartei/cmd/internal/notebooks"
	"kartei/cmd/internal/show"
)

// notebookFormats are the formats of programs that keep folders of text files.
func notebookFormats() (all []format) {
	for _, f := range notebooks.Formats() {
		all = append(all, format{Format: f.Format, take: importNotebook})
	}
	return all
}

// recognizeNotebook says what a folder is, or a file that is in no other format, and
// what takes it.
func (o importOptions) recognizeNotebook() error {
	if s, ok := notebooks.Recognize(o.file); ok {
		return fault.Usagef(s.Command(), "%s; say so, and where the deck files go", s.Say())
	}
	return nil
}

// refuseFolder is the error of a folder of which nothing is known.
func (o importOptions) refuseFolder() error {
	if err := o.recognizeNotebook(); err != nil {
		return err
	}
	var names []string
	for _, f := range notebooks.Formats() {
		names = append(names, f.Name)
	}
	return fault.Usagef("--format "+strings.Join(names, ", ")+"; a folder of Kartei's decks goes in with: kartei compile "+
		fault.ShellWord(o.file), "%s is a folder in which nothing of another program was found", show.Line(o.file))
}

// importNotebook imports a folder, or one file, of a program that keeps text files.
func importNotebook(ctx context.Context, e *env, opts importOptions, _ *os.File) error {
	f, _ := notebooks.Find(opts.format)
	if opts.update != "" {
		opts.output = opts.update
	}
	if opts.output == "" {
		opts.output = opts.besideNotebook()
	}
	target, err := opts.target()
	if err != nil {
		return err
	}
	in := notebookio.Importer{
		Console: e.Console, Clock: e.Clock, Open: e.with, Collection: e.collectionPath, Format: f, Path: opts.file,
		Target: target, Deck: opts.deck, Flags: opts.flags, Database: opts.flags["database"],
		Compile: opts.compile, Refuse: opts.refuseLosses,
	}
	return in.Import(ctx)
}

// besideNotebook is where deck files go where nothing is said: a new name, here.
func (o importOptions) besideNotebook() string {
	if info, err := os.Stat(o.file); err == nil && !info.IsDir() {
		return deckfolder.Stem(o.file) + "-cards.md"
	}
	abs, err := filepath.Abs(o.file)
	if err != nil {
		abs = o.file
	}
	return filepath.Base(abs) + "-decks"
}
