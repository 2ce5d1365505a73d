package cli

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"kartei/cmd/internal/console"
	"kartei/cmd/internal/fault"
	"kartei/decks/foreign"
	"kartei/decks/memfs"
	"kartei/decks/moodlexml"
	"kartei/decks/quiz"
	"kartei/decks/quiz/qti"
)

func newQuizExportCmd(e *env) *cobra.Command {
	var output, format string
	cmd := &cobra.Command{
		Use:   "export FORM [KEY] -o FILE",
		Short: "Write a form for Canvas or Moodle",
		Long: `Export writes a form with its key, its pictures and formulas for a platform. What that
says otherwise than the form is named; look at the test there before you publish it.

  qti         a package of QTI 1.2 for Canvas: Settings > Import Course Content >
              QTI .zip file
  moodle-xml  for Moodle: Question bank > Import > Moodle XML

  kartei quiz export exam.form exam.key -o exam.zip
  kartei quiz export exam.form exam.key --format moodle-xml -o exam.xml` + exitStatus(fault.Done, fault.Failed, fault.Usage),
		Args: nArgs(1, 2, "a form and its key"),
		RunE: func(_ *cobra.Command, args []string) error { return runQuizExport(e.Console, format, output, args) },
	}
	cmd.Flags().StringVarP(&output, "output", "o", "", "the `file` to write; - is stdout")
	cmd.Flags().StringVar(&format, "format", "qti", "the `format`: qti or moodle-xml")
	completeFlag(cmd, "format", cobra.FixedCompletions([]string{"qti", "moodle-xml"},
		cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

func runQuizExport(con *console.Console, format, output string, args []string) error {
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
	switch format {
	case "qti":
		return exportQTI(con, output, forms[0])
	case moodlexml.Format.Name:
		return exportMoodle(con, output, forms[0])
	}
	return fault.Usagef("--format qti, or --format moodle-xml", "%q is not a format that forms are written in", format)
}

// exportMoodle writes the questions of a form as facts are written.
func exportMoodle(con *console.Console, output string, form *quiz.Form) error {
	contents := foreign.Of(form.Deck())
	files := memfs.Files{}
	for _, p := range form.Pictures {
		files[p.Name] = p.Data
	}
	contents.Files = files
	var left []foreign.Left
	err := con.WritePrivate(output, func(w io.Writer) (err error) {
		left, err = moodlexml.Format.Write(w, foreign.WriteOptions{}, contents)
		return err
	})
	if err != nil {
		return fmt.Errorf("write the questions: %w", err)
	}
	for _, l := range left {
		con.Warn("question %d: %v", l.Line, l.Err)
	}
	return nil
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
