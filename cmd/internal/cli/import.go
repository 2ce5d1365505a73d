package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"
)

func newImportCmd(e *env) *cobra.Command {
	return &cobra.Command{
		Use:   "import FILE",
		Short: "Read a collection that export --format json wrote",
		Long: `Import fills an empty collection with what kartei export --format json wrote:
decks, cards, options and the whole log. Everything is checked, and an import
that fails leaves the collection empty.

Yours is not empty? Name another: kartei --collection new.db import FILE` + exitStatus(exitDone, exitFailed, exitUsage, exitDamaged),
		Args: nArgs(1, 1, "one file"),
		RunE: func(cmd *cobra.Command, args []string) error { return runImport(cmd.Context(), e, args[0]) },
	}
}

func runImport(ctx context.Context, e *env, name string) (err error) {
	f, err := os.Open(name)
	if errors.Is(err, os.ErrNotExist) {
		return failf("check the spelling", "there is no file %s", name)
	}
	if err != nil {
		return fmt.Errorf("read the export: %w", err)
	}
	defer f.Close()
	st, err := e.open(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, st.Close()) }()
	if err := st.Import(ctx, bufio.NewReader(f)); err != nil {
		return &failure{exitCode(err), fmt.Errorf("import %s: %w", name, err), "kartei import --help"}
	}
	r, err := st.Doctor(ctx, false)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(e.out, "imported: %s, %s in the log\n", count(r.Cards, "card"), count(r.Rows, "row"))
	return err
}
