package cli

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"kartei/cmd/internal/console"
	"kartei/cmd/internal/fault"
	"kartei/decks/quiz"
	"kartei/decks/quiz/qti"
)

func newQuizExportCmd(e *env) *cobra.Command {
	var output string
	cmd := &cobra.Command{
		Use:   "export FORM [KEY] -o FILE.zip",
		Short: "Write a form for Canvas, as a QTI package",
		Long: `Export writes a form with its key, its pictures and formulas as a package of QTI 1.2:
in Canvas, Settings > Import Course Content > QTI .zip file. What QTI says otherwise
than the form is named. Look at the test in Canvas before you publish it.

Decks go to Moodle and others by kartei export.

  kartei quiz export exam.form exam.key -o exam.zip` + exitStatus(fault.Done, fault.Failed, fault.Usage),
		Args: nArgs(1, 2, "a form and its key"),
		RunE: func(_ *cobra.Command, args []string) error { return runQuizExport(e.Console, output, args) },
	}
	cmd.Flags().StringVarP(&output, "output", "o", "", "the `file` to write; - is stdout")
	return cmd
}

func runQuizExport(con *console.Console, output string, args []string) error {
	if output == "" {
		return fault.Usagef("-o exam.zip, or -o - for stdout", "quiz export needs a file to write")
	}
	set, err := sortFiles(args)
	if err != nil {
		return err
	}
	forms, err := set.keyed()
	if err != nil {
		return err
	}
	return exportQTI(con, output, forms[0])
}

func exportQTI(con *console.Console, output string, form *quiz.Form) error {
	var left []qti.Left
	err := con.WritePrivate(output, func(w io.Writer) (err error) {
		left, err = qti.Write(w, form)
		return err
	})
	if err != nil {
		return fmt.Errorf("write the package: %w", err)
	}
	for _, l := range left {
		con.Warn("question %d: %s", l.Number, l.Why)
	}
	return nil
}
