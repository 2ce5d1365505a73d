package cli

import (
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"kartei/cmd/internal/console"
	"kartei/cmd/internal/fault"
	"kartei/cmd/internal/show"
	"kartei/decks/plural"
	"kartei/decks/quiz"
	"kartei/decks/quiz/page"
	"kartei/store"
)

type quizMakeOptions struct {
	drawOptions
	output, key string
}

func newQuizMakeCmd(e *env) *cobra.Command {
	var opts quizMakeOptions
	cmd := &cobra.Command{
		Use:   "make [DECK…] -o FORM",
		Short: "Write a quiz as a file, the same for everyone",
		Long: `Make draws questions and writes them as a form: plain text that you may edit, print
and keep under version control. Its key stands at the end; --key writes it to a
file of its own, so that you can give the form away. Put together again, the two
files are one form.

  kartei quiz make nato-en --questions 30 --seed 7 --title Mid-term -o exam.form --key exam.key` + exitStatus(fault.Done, fault.Failed, fault.Usage),
		ValidArgsFunction: deckNames(e.opener),
		RunE: func(cmd *cobra.Command, args []string) error {
			opts.decks = args
			opts.seeded = cmd.Flags().Changed("seed")
			return runQuizMake(cmd.Context(), e, opts)
		},
	}
	opts.flags(cmd)
	cmd.Flags().StringVarP(&opts.output, "output", "o", "", "the `file` to write; - is stdout")
	cmd.Flags().StringVar(&opts.key, "key", "", "write the key to this `file` instead")
	return cmd
}

func runQuizMake(ctx context.Context, e *env, opts quizMakeOptions) error {
	if opts.output == "" {
		return fault.Usagef("-o exam.form, or -o - for stdout", "quiz make needs a file to write")
	}
	return withFresh(ctx, e, func(st *store.Store) error {
		form, err := opts.draw(ctx, e.Clock, st)
		if err != nil {
			return err
		}
		open := form
		if opts.key != "" {
			if err := e.WritePrivate(opts.key, form.WriteKey); err != nil {
				return fmt.Errorf("write the key: %w", err)
			}
			open = form.WithoutKey()
		}
		if err := e.WriteFile(opts.output, open.Write); err != nil {
			return fmt.Errorf("write the form: %w", err)
		}
		e.Say("%s, form %s, seed %d", plural.Count(len(form.Questions), "question"), form.ID(), form.Seed)
		if asked := opts.questions; len(form.Questions) < asked {
			e.Say("the cards make no more than that of %d", asked)
		}
		return nil
	})
}

type quizPrintOptions struct {
	form, key, output string
	answers           bool
}

func newQuizPrintCmd(e *env) *cobra.Command {
	var opts quizPrintOptions
	cmd := &cobra.Command{
		Use:   "print FORM -o FILE",
		Short: "Write a form as a page for paper",
		Long: `Print writes a form as an HTML page that prints well: the questions, then, if you
want them, an answer sheet to fill in and the right answers. Open it in a browser
and print it there; it needs no network.` + exitStatus(fault.Done, fault.Failed, fault.Usage),
		Args: nArgs(1, 1, "one form"),
		RunE: func(_ *cobra.Command, args []string) error {
			opts.form = args[0]
			return runQuizPrint(e.Console, opts)
		},
	}
	f := cmd.Flags()
	f.StringVarP(&opts.output, "output", "o", "", "the `file` to write; - is stdout")
	f.BoolVar(&opts.answers, "answers", false, "with an answer sheet")
	f.StringVar(&opts.key, "key", "", "with the right answers: \"yes\", or the `file` that the key is in")
	return cmd
}

func runQuizPrint(con *console.Console, opts quizPrintOptions) error {
	if opts.output == "" {
		return fault.Usagef("-o exam.html, or -o - for stdout", "quiz print needs a file to write")
	}
	form, err := opts.read()
	if err != nil {
		return err
	}
	sheets := page.Sheets{Answers: opts.answers, Key: opts.key != ""}
	if err := con.WriteFile(opts.output, func(w io.Writer) error { return page.Exam(w, form, sheets) }); err != nil {
		return fmt.Errorf("print the form: %w", err)
	}
	if opts.output != "-" {
		con.Say("open %s in a browser to print it", show.Line(opts.output))
	}
	return nil
}

func (o quizPrintOptions) read() (*quiz.Form, error) {
	form, err := readForm(o.form)
	if err != nil {
		return nil, err
	}
	if o.key != "" && o.key != "yes" {
		return readKey(o.key, form)
	}
	if o.key == "yes" && !form.Keyed {
		return nil, fault.Failf("--key exam.key", "%s has no key", o.form)
	}
	return form, nil
}
