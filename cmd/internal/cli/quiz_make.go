package cli

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

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
	versions    int
	redraw      bool
	extra       []string
}

func newQuizMakeCmd(e *env) *cobra.Command {
	var opts quizMakeOptions
	cmd := &cobra.Command{
		Use:   "make [DECK…] -o FORM",
		Short: "Write a quiz as a file, the same for everyone",
		Long: `Make draws questions and writes them as a form: plain text, with its pictures, that
you may edit, print and keep under version control. Its key stands at the end; --key
writes it to a file of its own, so that you can give the form away: nothing of the
key can be worked out from it, except by who has the deck. Keep the key: its seed
makes the test again, and signs the codes that you hand out (kartei quiz codes).

  kartei quiz make nato-en --questions 30 --title Mid-term -o exam.form --key exam.key
  kartei quiz make nato-en --from "section:Ukraine=5, tag:core=10" --versions 2 -o exam.form --key exam.key
  kartei quiz make nato-en --not exam-2025.form --time 60m -o exam.form --key exam.key

A blueprint (--from) takes so many questions of a section, tag, deck, kind or
difficulty; join conditions with +. What stands in an appendix is not asked unless
you name it. --versions 2 writes exam-A.form and exam-B.form, the same questions in
another order, with one key for both; --redraw draws other questions for each, as
many of each section. kartei analyze takes all of them together.` + exitStatus(fault.Done, fault.Failed, fault.Usage),
		ValidArgsFunction: deckNames(e.opener),
		RunE: func(cmd *cobra.Command, args []string) error {
			opts.decks = args
			return runQuizMake(cmd.Context(), e, opts)
		},
	}
	opts.flags(cmd, e.opener)
	f := cmd.Flags()
	f.StringVarP(&opts.output, "output", "o", "", "the `file` to write; - is stdout")
	f.StringVar(&opts.key, "key", "", "write the key to this `file` instead")
	f.IntVar(&opts.versions, "versions", 1, "write `N` versions: A, B and so on")
	f.BoolVar(&opts.redraw, "redraw", false, "draw other questions for each version")
	f.StringArrayVar(&opts.extra, "for", nil, "more time for a student, as in heron=90m: says a code; may be repeated (`NAME=TIME`)")
	return cmd
}

func (o *quizMakeOptions) check() error {
	switch {
	case o.output == "":
		return fault.Usagef("-o exam.form, or -o - for stdout", "quiz make needs a file to write")
	case o.versions < 1 || o.versions > 26:
		return fault.Usagef("--versions 2", "a test has 1 to 26 versions")
	case o.versions > 1 && (o.output == "-" || o.key == "" || o.key == "-"):
		return fault.Usagef("--versions 2 -o exam.form --key exam.key",
			"versions need files of their own, and one for their keys")
	case o.redraw && o.versions < 2:
		return fault.Usagef("--versions 2 --redraw", "there is one version, so none is drawn anew")
	case len(o.extra) > 0 && (o.key == "" || o.time == 0):
		return fault.Usagef("--time 60m --for heron=90m --key exam.key",
			"more time than which, and signed with what key?")
	}
	_, err := allowances(o.extra)
	return err
}

func runQuizMake(ctx context.Context, e *env, opts quizMakeOptions) error {
	if err := opts.check(); err != nil {
		return err
	}
	return withFresh(ctx, e, func(st *store.Store) error {
		d, err := opts.prepare(ctx, e.Console, e.Clock, st)
		if err != nil {
			return err
		}
		forms, err := opts.forms(e.Console, d)
		if err != nil {
			return err
		}
		if err := opts.write(e.Console, forms); err != nil {
			return err
		}
		opts.say(e.Console, forms, d.asked)
		return nil
	})
}

// sharedQuestions counts those of a version that another asks, too.
func sharedQuestions(forms []*quiz.Form, other *quiz.Form) (n int) {
	asked := map[string]bool{}
	for _, f := range forms {
		for i := range f.Questions {
			asked[f.Questions[i].Card] = true
		}
	}
	for i := range other.Questions {
		if asked[other.Questions[i].Card] {
			n++
		}
	}
	return n
}

// forms draws the versions of the test.
func (o *quizMakeOptions) forms(out *console.Console, d *bank) ([]*quiz.Form, error) {
	if o.redraw {
		d.options.Version = "A"
	}
	form, err := d.draw(out)
	if err != nil || o.versions == 1 {
		return []*quiz.Form{form}, err
	}
	if !o.redraw {
		return form.Versions(o.versions), nil
	}
	forms := []*quiz.Form{form}
	seed := d.options.Seed
	d.options.Parts = form.SameParts()
	for i := 1; i < o.versions; i++ {
		d.options.Version = string(rune('A' + i))
		d.options.Seed = seed.Of(d.options.Version)
		other, err := d.draw(out)
		if err != nil {
			return nil, err
		}
		other.Seed = seed // which signs the codes of all versions
		if n := sharedQuestions(forms, other); n > 0 {
			out.Warn("version %s has %s of another version, too: more cards to draw from make fewer", other.Version, plural.Count(n, "question"))
		}
		forms = append(forms, other)
	}
	return forms, nil
}

// write writes the forms, and their keys where they are to be.
func (o *quizMakeOptions) write(out *console.Console, forms []*quiz.Form) error {
	if o.key != "" {
		if err := out.WritePrivate(o.key, writeKeys(forms)); err != nil {
			return fmt.Errorf("write the key: %w", err)
		}
	}
	for _, form := range forms {
		open := form
		if o.key != "" {
			open = form.WithoutKey()
		}
		if err := out.WriteFile(versionFile(o.output, form.Version), open.Write); err != nil {
			return fmt.Errorf("write the form: %w", err)
		}
	}
	return nil
}

// writeKeys writes the keys of all versions, one below the other.
func writeKeys(forms []*quiz.Form) func(io.Writer) error {
	return func(w io.Writer) error {
		for i, form := range forms {
			if i > 0 {
				fmt.Fprintln(w)
			}
			if err := form.WriteKey(w); err != nil {
				return err
			}
		}
		return nil
	}
}

// versionFile puts a version's letter into a file's name: exam-A.form.
func versionFile(name, version string) string {
	if version == "" || name == "-" {
		return name
	}
	ending := filepath.Ext(name)
	return strings.TrimSuffix(name, ending) + "-" + version + ending
}

func (o *quizMakeOptions) say(out *console.Console, forms []*quiz.Form, asked int) {
	for _, form := range forms {
		version := ""
		if form.Version != "" {
			version = "version " + form.Version + ": "
		}
		out.Say("%s%s, form %s", version, plural.Count(len(form.Questions), "question"), form.ID())
	}
	first := forms[0]
	if len(first.Questions) < asked {
		out.Say("the cards make no more than that of %d", asked)
	}
	if o.key == "" {
		return
	}
	if first.Seed.Guessable() {
		out.Warn("seed %s can be tried out: who has the deck can make this test again, with its key; leave --seed out for a test that counts", first.Seed)
	}
	out.Say("code for the class, to be told at the start: %s", first.Seed.Code(quiz.Allowance{}))
	extra, _ := allowances(o.extra)
	for _, a := range extra {
		out.Say("code for %s: %s", a.Student, first.Seed.Code(a))
	}
}

type quizPrintOptions struct {
	form, key, output, paper string
	answers                  bool
}

func newQuizPrintCmd(e *env) *cobra.Command {
	var opts quizPrintOptions
	cmd := &cobra.Command{
		Use:   "print FORM -o FILE",
		Short: "Write a form as a page for paper",
		Long: `Print writes a form as an HTML page that prints well: the questions with their
pictures and formulas, then, if you want them, an answer sheet to fill in and the
right answers. Open it in a browser and print it there; it needs no network. The page
speaks the language of the deck, English or German.

What stands on the sheets comes back as a table: kartei analyze takes a CSV file with
the columns student, 1, 2, 3 and so on (and version, if there are several).

  kartei quiz print exam.form --answer-sheet -o exam.html` + exitStatus(fault.Done, fault.Failed, fault.Usage),
		Args: nArgs(1, 1, "one form"),
		RunE: func(_ *cobra.Command, args []string) error {
			opts.form = args[0]
			return runQuizPrint(e.Console, opts)
		},
	}
	f := cmd.Flags()
	f.StringVarP(&opts.output, "output", "o", "", "the `file` to write; - is stdout")
	f.BoolVar(&opts.answers, "answer-sheet", false, "with an answer sheet")
	f.BoolVar(&opts.answers, "answers", false, "with an answer sheet")
	f.MarkHidden("answers") // its name before; it exists, so no error
	f.StringVar(&opts.key, "key", "", "with the right answers: \"yes\", or the `file` that the key is in")
	f.StringVar(&opts.paper, "paper", "a4", "the `size` of the sheets: a4 or letter")
	completeFlag(cmd, "paper", cobra.FixedCompletions([]string{"a4", "letter"}, cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

func runQuizPrint(con *console.Console, opts quizPrintOptions) error {
	switch {
	case opts.output == "":
		return fault.Usagef("-o exam.html, or -o - for stdout", "quiz print needs a file to write")
	case !slices.Contains(page.Papers, page.Paper(opts.paper)):
		return fault.Usagef("--paper a4, or --paper letter", "%q is not a size of paper", opts.paper)
	}
	form, err := opts.read()
	if err != nil {
		return err
	}
	sheets := page.Sheets{Answers: opts.answers, Key: opts.key != "", Paper: page.Paper(opts.paper)}
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
