package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"
)

type importOptions struct {
	format string
	output string
	deck   string
	file   string
}

func newImportCmd(e *env) *cobra.Command {
	var opts importOptions
	cmd := &cobra.Command{
		Use:   "import FILE [--format FORMAT] [-o DECK.md]",
		Short: "Read questions of other programs, or a collection",
		Long: `Import makes a deck file of the questions of another program:

  gift       Moodle's text format
  aiken      multiple choice as most learning platforms export it
  quizlet    a term, a tab, a definition a line

What such a file cannot say in a deck is named and left out. Look the deck over,
then kartei compile DECK.md.

  json       fills an empty collection with what kartei export --format json
             wrote: decks, cards, options and the whole log. An import that
             fails leaves the collection empty. Yours is not empty? Name
             another: kartei --collection new.db import FILE

Without --format the file itself decides.` + exitStatus(exitDone, exitFailed, exitUsage, exitDamaged),
		Args: nArgs(1, 1, "one file"),
		RunE: func(cmd *cobra.Command, args []string) error {
			opts.file = args[0]
			return runImport(cmd.Context(), e, opts)
		},
	}
	f := cmd.Flags()
	f.StringVar(&opts.format, "format", "", "the format: json, gift, aiken or quizlet")
	f.StringVarP(&opts.output, "output", "o", "", "the deck `file` to write; - is stdout")
	f.StringVar(&opts.deck, "deck", "", "the deck's `name` (default that of the file)")
	completeFlag(cmd, "format", cobra.FixedCompletions([]string{"json", "gift", "aiken", "quizlet"}, cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

func runImport(ctx context.Context, e *env, opts importOptions) error {
	f, err := os.Open(opts.file)
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
		opts.format = sniff(head)
	}
	if opts.format == "json" {
		return importCollection(ctx, e, opts.file, in)
	}
	return importQuestions(e, opts, in)
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
	_, err = fmt.Fprintf(e.out, "imported: %s, %s in the log\n", count(r.Cards, "card"), count(r.Rows, "row"))
	return err
}
