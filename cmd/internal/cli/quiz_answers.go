package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"kartei/cmd/internal/fault"
	"kartei/decks/quiz"
)

func newQuizAnswersCmd(e *env) *cobra.Command {
	var output string
	cmd := &cobra.Command{
		Use:   "answers FORM… KEY -o FILE",
		Short: "Write the key as students may have it after the test",
		Long: `Answers writes a key without the seed that signs codes: what you give to students
after the test, or mend and give out. With it each sees their own answers beside the
right ones: kartei quiz results --key exam.answers.

  kartei quiz answers exam.form exam.key -o exam.answers` + exitStatus(fault.Done, fault.Failed, fault.Usage),
		Args: nArgs(2, -1, "a form and its key"),
		RunE: func(_ *cobra.Command, args []string) error {
			if output == "" {
				return fault.Usagef("-o exam.answers, or -o - for stdout", "quiz answers needs a file to write")
			}
			set, err := sortFiles(args)
			if err != nil {
				return err
			}
			forms, err := set.keyed()
			if err != nil {
				return err
			}
			told := make([]*quiz.Form, len(forms))
			for i, form := range forms {
				told[i] = form.Answers()
			}
			if err := e.WriteFile(output, writeKeys(told)); err != nil {
				return fmt.Errorf("write the answers: %w", err)
			}
			return nil
		},
	}
	cmd.Flags().StringVarP(&output, "output", "o", "", "the `file` to write; - is stdout")
	return cmd
}
