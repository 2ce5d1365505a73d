package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"kartei/decks/plural"
	"kartei/store/plainfile"
)

type importOptions struct {
	format  string
	output  string
	deck    string
	update  string
	history bool
	file    string
}

// The formats of Anki.
const (
	formatAnkiPackage = "anki-apkg"
	formatAnkiText    = "anki-csv"
)

var importFormats = []string{formatAnkiPackage, formatAnkiText, "gift", "aiken", "quizlet", "json"}

func newImportCmd(e *env) *cobra.Command {
	var opts importOptions
	cmd := &cobra.Command{
		Use:   "import FILE [--format FORMAT] [-o DECK.md]",
		Short: "Read questions of other programs, or a collection",
		Long: `Import makes deck files of what other programs keep.

  anki-apkg  a package or collection of Anki's (.apkg, .colpkg): deck files and
             pictures in a folder, compiled; schedules and reviews go into your
             log. -o DECK.md writes one file, -o FOLDER one for each deck.
             The same again changes nothing; --history takes only reviews over.
  anki-csv   a text file of Anki's (.txt, .csv), with its headers

  gift       Moodle's text format
  aiken      multiple choice as most learning platforms export it
  quizlet    a term, a tab, a definition a line

What a deck cannot say is named and left out. Decks of gift, aiken and quizlet
are for you to look over, then kartei compile DECK.md.

--update DECK.md brings a deck up to date whose FILE has changed since: each fact
that is added, changed or gone is named. What you wrote stays, and is named where
FILE says something else by now. Histories stay; a history follows what a fact
says, so a deck may also be deleted and imported anew.

  json       fills an empty collection with what kartei export --format json
             wrote: decks, cards, options and the whole log. An import that
             fails leaves the collection empty. Yours is not empty? Name
             another: kartei --collection new.db import FILE

Without --format the file itself decides.` + exitStatus(exitDone, exitFailed, exitUsage, exitDeckErrors, exitDamaged),
		Args: nArgs(1, 1, "one file"),
		RunE: func(cmd *cobra.Command, args []string) error {
			opts.file = args[0]
			return runImport(cmd.Context(), e, opts)
		},
	}
	f := cmd.Flags()
	f.StringVar(&opts.format, "format", "", "the format: "+strings.Join(importFormats, ", "))
	f.StringVarP(&opts.output, "output", "o", "", "the deck `file` to write, from Anki also a folder; - is stdout")
	f.StringVar(&opts.update, "update", "", "bring a deck `file` that was imported before up to date, from Anki also a folder")
	f.StringVar(&opts.deck, "deck", "", "the deck's `name` (default that of the file)")
	f.BoolVar(&opts.history, "history", false, "anki-apkg: only schedules and reviews, for decks that were imported before")
	completeFlag(cmd, "format", cobra.FixedCompletions(importFormats, cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

func runImport(ctx context.Context, e *env, opts importOptions) error {
	f, err := plainfile.Open(opts.file)
	if errors.Is(err, os.ErrNotExist) {
		return failf("check the spelling", "there is no file %s", opts.file)
	}
	if err != nil {
		return fmt.Errorf("read the export: %w", err)
	}
	defer f.Close()
	in := bufio.NewReaderSize(f, sniffed)
	if opts.format == "" {
		head, err := in.Peek(sniffed)
		if err != nil && !errors.Is(err, io.EOF) {
			return fmt.Errorf("read the export: %w", err)
		}
		opts.format = sniff(opts.file, head)
	}
	if opts.update != "" && (opts.output != "" || opts.history || opts.deck != "" || opts.format == "json") {
		return usagef("kartei import FILE --update DECK.md", "--update goes with none of -o, --deck and --history, and not with a collection")
	}
	if opts.history && opts.format != formatAnkiPackage {
		return usagef("kartei import --history FILE.apkg", "only a package of Anki's has a history")
	}
	if name := opts.output + opts.update; isHiddenDeck(name) {
		return usagef("choose a name without the dot", "%s would be a hidden file, and those are left out of a folder's decks", name)
	}
	switch opts.format {
	case "json":
		return importCollection(ctx, e, opts.file, in)
	case formatAnkiPackage, formatAnkiText:
		if _, err := f.Seek(0, io.SeekStart); err != nil {
			return fmt.Errorf("read the export: %w", err)
		}
		return importAnki(ctx, e, opts, f)
	case "csv":
		return failf("kartei export --format json takes everything out and in", "%s is a table for spreadsheets, which is not for the way back", opts.file)
	}
	return importQuestions(e, opts, in)
}

// isHiddenDeck tells whether a deck file's name begins with a dot.
func isHiddenDeck(name string) bool {
	return filepath.Ext(name) == ".md" && strings.HasPrefix(filepath.Base(name), ".")
}

// importCollection fills an empty collection.
func importCollection(ctx context.Context, e *env, name string, in io.Reader) (err error) {
	st, err := e.open(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, st.Close()) }()
	if _, err := st.Backup(ctx, "import", e.moment()); err != nil {
		return err
	}
	if err := st.Import(ctx, in); err != nil {
		return &failure{exitCode(err), fmt.Errorf("import %s: %w", name, err), "kartei import --help"}
	}
	r, err := st.Doctor(ctx, false)
	if err != nil {
		return err
	}
	if err := e.sayUnknown(ctx, st); err != nil {
		return err
	}
	_, err = fmt.Fprintf(e.out, "imported: %s, %s in the log\n", plural.Count(r.Cards, "card"), plural.Count(r.Rows, "row"))
	return err
}
