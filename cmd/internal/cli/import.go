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

	"kartei/cmd/internal/fault"
	"kartei/cmd/internal/notebooks"
	"kartei/decks/anki"
	"kartei/decks/foreign"
	"kartei/decks/plural"
	"kartei/store"
	"kartei/store/plainfile"
	"kartei/store/transfer"
)

type importOptions struct {
	format string
	flags  foreign.Flags // of the formats
	output string
	deck   string
	update string
	file   string

	partial bool // also where much is lost
	compile bool // at once
	merge   bool // a collection, into one that has something
}

func newImportCmd(e *env) *cobra.Command {
	var opts importOptions
	cmd := &cobra.Command{
		Use:   "import FILE|FOLDER [--format FORMAT] [-o DECK.md]",
		Short: "Read questions of other programs, or a collection",
		Long: `Import makes deck files of what other programs keep.

` + coming.describe() + `
What a deck cannot say is named and left out; an import that would lose more than
one question in fifty needs --partial. Without -o the deck is FILE's name with .md,
here. It is for you to look over, then kartei compile DECK.md; --compile does that
at once. A package of Anki's goes in at once, with its history, and whatever of it
is lost. What was settled about a list is kept beside its deck, for --update.

--update DECK.md brings a deck up to date whose FILE has changed since: each fact
that is added, changed or gone is named. What you wrote stays, and is named where
FILE says something else by now. Histories stay; a history follows what a fact
says, so a deck may also be deleted and imported anew.

A FOLDER is one of a program that keeps cards in text files, such as hashcards: its
decks come with their folders, pictures and history, without -o into FOLDER-decks. The
same import again brings them up to date; what you edited here stays.

Without --format the file itself decides.` + exitStatus(fault.Done, fault.Failed, fault.Usage, fault.DeckErrors, fault.Damaged),
		Args: nArgs(1, 1, "one file or folder"),
		RunE: func(cmd *cobra.Command, args []string) error {
			opts.file = args[0]
			opts.flags = coming.values(cmd)
			return runImport(cmd, e, opts)
		},
	}
	f := cmd.Flags()
	coming.addFlags(cmd, &opts.format, "")
	f.StringVarP(&opts.output, "output", "o", "", "the deck `file` to write, or a folder for several; - is stdout")
	f.StringVar(&opts.update, "update", "", "bring a deck `file` that was imported before up to date, or a folder of them")
	f.BoolVar(&opts.partial, "partial", false, "import though more than one question in fifty is lost")
	f.BoolVar(&opts.compile, "compile", false, "compile the deck at once, as packages of Anki's are")
	f.BoolVar(&opts.merge, "merge", false, "of a whole collection: add what yours does not have, as kartei sync does")
	f.StringVar(&opts.deck, "deck", "", "the deck's `name` (default that of the file)")
	return cmd
}

func runImport(cmd *cobra.Command, e *env, opts importOptions) error {
	if _, ok := notebooks.Find(opts.format); ok {
		if err := coming.check(cmd, opts.format); err != nil {
			return err
		}
		return importNotebook(cmd.Context(), e, opts, nil)
	}
	if info, err := os.Stat(opts.file); err == nil && info.IsDir() {
		return opts.refuseFolder()
	}
	f, err := plainfile.Open(opts.file)
	if errors.Is(err, os.ErrNotExist) {
		return fault.Failf("check the spelling", "there is no file %s", opts.file)
	}
	if err != nil {
		return fmt.Errorf("read the export: %w", err)
	}
	defer f.Close()
	from, err := opts.recognize(f)
	if err != nil {
		return err
	}
	opts.format = from.Name
	if opts.update != "" && (opts.output != "" || opts.flags.On("history") || opts.deck != "" ||
		opts.format == collectionFormat.Name) {
		return fault.Usagef("kartei import FILE --update DECK.md",
			"--update goes with none of -o, --deck and --history, and not with a collection")
	}
	if opts.merge && opts.format != collectionFormat.Name {
		return fault.Usagef("leave --merge out", "--merge goes with a whole collection, which kartei export --format json wrote")
	}
	if err := coming.check(cmd, opts.format); err != nil {
		return err
	}
	if name := opts.output + opts.update; isHiddenDeck(name) {
		return fault.Usagef("choose a name without the dot",
			"%s would be a hidden file, and those are left out of a folder's decks", name)
	}
	if from.take != nil {
		return from.take(cmd.Context(), e, opts, f)
	}
	return importQuestions(cmd.Context(), e, from.Format, opts, f)
}

// sniffed is how many bytes of a file decide what it is.
const sniffed = 64 << 10

// recognize returns the format of a file: the one that was asked for, or the one
// that it is in.
func (o importOptions) recognize(f *os.File) (format, error) {
	if o.format != "" {
		if from, ok := coming.find(o.format); ok {
			return from, nil
		}
		return format{}, o.unknown()
	}
	head, err := io.ReadAll(io.LimitReader(f, sniffed))
	if err == nil {
		_, err = f.Seek(0, io.SeekStart)
	}
	if err != nil {
		return format{}, fmt.Errorf("read the export: %w", err)
	}
	from, ok := sniff(o.file, head)
	switch {
	case anki.IsBareCollection(o.file, head):
		return format{}, fault.Usagef(`in Anki: File > Export > Anki Collection Package, then: kartei import FILE.colpkg`,
			"%s is Anki's own database, without the pictures and sounds that belong to it", o.file)
	case !ok:
		if err := o.recognizeNotebook(); err != nil {
			return format{}, err
		}
		return format{}, o.unknown()
	}
	return from, nil
}

// unknown is the error of a file in no format.
func (o importOptions) unknown() error {
	hint := "--format " + strings.Join(coming.names(), ", ")
	if filepath.Ext(o.file) == ".md" {
		hint = "a deck of Kartei's goes in with: kartei compile " + o.file
	}
	return fault.Usagef(hint, "%s is in no format that import knows", o.file)
}

// isHiddenDeck reports whether a deck file's name begins with a dot.
func isHiddenDeck(name string) bool {
	return filepath.Ext(name) == ".md" && strings.HasPrefix(filepath.Base(name), ".")
}

// importCollection fills an empty collection.
func importCollection(ctx context.Context, e *env, opts importOptions, f *os.File) (err error) {
	st, err := e.open(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, st.Close()) }()
	if _, err := st.Backup(ctx, "import", e.Moment()); err != nil {
		return err
	}
	if opts.merge {
		return mergeCollection(ctx, e, st, opts.file, f)
	}
	err = st.Import(ctx, bufio.NewReaderSize(f, sniffed))
	if errors.Is(err, transfer.ErrNotEmpty) {
		return fault.WithHint(fault.Failed, fmt.Errorf("import %s: %w", opts.file, err),
			"to have all that both have: kartei import --merge "+opts.file)
	}
	if err != nil {
		return fault.WithHint(fault.Code(err), fmt.Errorf("import %s: %w", opts.file, err), "kartei import --help")
	}
	r, err := st.Doctor(ctx, false)
	if err != nil {
		return err
	}
	if err := sayUnknown(ctx, e.Console, st); err != nil {
		return err
	}
	_, err = fmt.Fprintf(e.Out, "imported: %s, %s in the log\n", plural.Count(r.Cards, "card"),
		plural.Count(r.Rows, "row"))
	return err
}

// mergeCollection adds what a collection has that an export brings.
func mergeCollection(ctx context.Context, e *env, st *store.Store, name string, f *os.File) error {
	r, err := st.MergeExport(ctx, bufio.NewReaderSize(f, sniffed))
	if err != nil {
		return fault.WithHint(fault.Code(err), fmt.Errorf("merge %s: %w", name, err), "kartei import --help")
	}
	if r.Branch {
		sayBranch(e.Console)
	}
	if r == (store.ImportedUnion{}) {
		_, err = fmt.Fprintln(e.Out, "nothing new")
		return err
	}
	_, err = fmt.Fprintf(e.Out, "merged: %s, %s, %s; %s in the log\n", plural.Count(r.Answers, "answer"),
		plural.Count(r.Decks, "deck"), pluralQuizzes(r.Quizzes), plural.Count(r.Rows, "row"))
	return err
}

func pluralQuizzes(n int) string {
	if n == 1 {
		return "1 quiz"
	}
	return fmt.Sprintf("%d quizzes", n)
}
