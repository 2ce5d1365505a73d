package cli

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"kartei/cmd/internal/clock"
	"kartei/cmd/internal/console"
	"kartei/cmd/internal/fault"
	"kartei/cmd/internal/heap"
	"kartei/cmd/internal/show"
	"kartei/decks/plural"
	"kartei/decks/quiz"
	"kartei/decks/quiz/analysis"
	"kartei/decks/quiz/marks"
	"kartei/decks/quiz/page"
)

type analyzeOptions struct {
	json, small, share, options, explain bool
	requireTexts, requireCode            bool
	html, sheet                          string
	opens, due                           string
	extra                                []string
	mends                                mendOptions
	lists                                listOptions
}

func newAnalyzeCmd(e *env) *cobra.Command {
	var opts analyzeOptions
	cmd := &cobra.Command{
		Use:   "analyze FORM… [KEY] RESULT…",
		Short: "Give the marks of a class, and tell how the questions of a quiz did",
		Long: `Analyze takes a form with its key (kartei quiz make), all versions of a test if there
are several, and what students handed in (kartei quiz results --export), or a CSV
table of what stood on their answer sheets. It tells of each question how hard it was
and whether those who do well elsewhere know it: Moodle's figures, by the same
formulas (--explain says what each means). It says in words what deserves a look: a
key that may be wrong, an option that nobody chose, an answer to add to Accept.

A folder stands for the .result files in it and in its folders, which are sections of
the class. A file that is malformed, of another form or there twice is refused, with
its line; the others count, and the exit status is 1. Of a student's attempts the
first one counts. Two results under one name, from two sections or the same minutes,
are of two students: both are listed.

  kartei analyze exam.form exam.key class/ --students marks.csv --roster class.csv
  kartei analyze exam.form exam.key class/ --excuse 7 --right 3=b --save-key mended.key
  kartei analyze exam-A.form exam-B.form exam.key class/ --pages feedback/

What a file can prove: answers are marked here, by the key, whatever a file says of
its marks; and a file that shows a code (kartei quiz codes) was written by someone
who was told it. Times are the student's own clock, and marks of texts that were
withheld are the file's own word; what speaks against them is named. Who sat at the
keyboard, and with which book, no file proves.

Figures that few results cannot carry are left out; --small gives them anyway.
--share makes a report for others than the instructor: no group of fewer than
10 students, no typed text.` + exitStatus(fault.Done, fault.Failed, fault.Usage),
		Args: func(cmd *cobra.Command, args []string) error {
			if opts.explain && len(args) == 0 {
				return nil
			}
			return nArgs(1, -1, "a form and the results of students")(cmd, args)
		},
		RunE: func(cmd *cobra.Command, args []string) error { return runAnalyze(cmd.Context(), e, opts, args) },
	}
	f := cmd.Flags()
	f.BoolVar(&opts.json, "json", false, "print all figures as one JSON object")
	f.BoolVar(&opts.options, "options", false, "show what was chosen in every question, not only in those that deserve a look")
	f.BoolVar(&opts.explain, "explain", false, "say what each figure means")
	f.StringVar(&opts.sheet, "csv", "", "write the questions as a table for a spreadsheet to this `file`")
	f.StringVar(&opts.html, "html", "", "write a report as an HTML `file` that opens without a network")
	f.BoolVar(&opts.small, "small", false, "give every figure, however few the results")
	f.BoolVar(&opts.share, "share", false, "hide what is about fewer than 10 students")
	f.BoolVar(&opts.requireTexts, "require-texts", false,
		"refuse results that withhold the texts that their marks rest on")
	f.BoolVar(&opts.requireCode, "require-code", false, "refuse results that do not show a code of this test and name")
	f.StringArrayVar(&opts.extra, "time", nil, "more time for a student, as in heron=90m; may be repeated (`NAME=TIME`)")
	f.StringVar(&opts.opens, "opens", "", "when the test began, as in \"2026-11-30 9:00\" (`time`)")
	f.StringVar(&opts.due, "due", "", "when results had to be handed in, as in \"2026-11-30 10:00\" (`time`)")
	opts.mends.flags(cmd)
	opts.lists.flags(cmd)
	return cmd
}

func runAnalyze(ctx context.Context, e *env, opts analyzeOptions, args []string) error {
	if opts.explain && len(args) == 0 {
		return explainFigures(e.Console)
	}
	set, err := sortFiles(args)
	if err != nil {
		return err
	}
	forms, before, err := opts.mends.apply(e.Console, set)
	if err != nil {
		return err
	}
	join, err := opts.lists.read(forms)
	if err != nil {
		return err
	}
	class, err := opts.class(e.Clock, set, forms, before, join.roster)
	if err != nil {
		return err
	}
	defer heap.Set(heap.Class)()
	refused := addAll(class, set, forms)
	sayRefused(e.Console, refused)
	if counted, _ := class.Size(); counted == 0 {
		return fault.Failf("kartei quiz results --export FILE writes one", "no result of form %s counts", forms[0].ID())
	}
	if err := opts.report(ctx, e, class, join); err != nil {
		return err
	}
	if err := opts.lists.write(e.Console, class, set, forms, join); err != nil {
		return err
	}
	if len(refused) > 0 {
		return fault.ErrSaid // each was named
	}
	return nil
}

// class begins a class and its rules.
func (o *analyzeOptions) class(
	clk *clock.Clock, set *testFiles, forms, before []*quiz.Form, roster *marks.Roster,
) (*analysis.Class, error) {
	class, err := analysis.NewClass(forms...)
	if err != nil {
		return nil, err
	}
	for _, form := range set.parsed {
		if !form.Keyed {
			class.Open(form.ID())
		}
	}
	for _, form := range before {
		class.Before(form)
	}
	class.Rules = analysis.Rules{RequireTexts: o.requireTexts, RequireCode: o.requireCode, Now: clk.Now(),
		Time: map[string]time.Duration{}}
	for name, s := range roster.Named() {
		if d := s.Allowed(forms[0].Time); d > 0 {
			class.Rules.Time[name] = d
		}
	}
	extra, err := allowances(o.extra)
	for _, a := range extra {
		class.Rules.Time[quiz.Pseudonym(a.Student)] = a.Time
	}
	if err == nil {
		class.Rules.Opens, err = clockTime("opens", o.opens, clk.Now())
	}
	if err == nil {
		class.Rules.Due, err = clockTime("due", o.due, clk.Now())
	}
	return class, err
}

// clockTime reads a day and time of the instructor's own zone.
func clockTime(flag, text string, now time.Time) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	for _, form := range []string{time.RFC3339, "2006-01-02 15:04", "2006-01-02T15:04", "2006-01-02"} {
		if t, err := time.ParseInLocation(form, text, now.Location()); err == nil {
			return t, nil
		}
	}
	return time.Time{}, fault.Usagef("--"+flag+" \"2026-11-30 10:00\"", "%q is not a time", text)
}

// addAll adds results and answer sheets; what is refused is returned.
func addAll(class *analysis.Class, set *testFiles, forms []*quiz.Form) (refused []error) {
	for _, r := range set.results {
		if err := addResult(class, r); err != nil {
			refused = append(refused, err)
		}
	}
	for _, name := range set.sheets {
		refused = append(refused, addSheets(class, name, forms)...)
	}
	return refused
}

func addResult(class *analysis.Class, r resultFile) error {
	f, err := openRegular(r.name)
	if err != nil {
		class.Refuse()
		return err
	}
	defer f.Close()
	return class.Add(r.name, r.section, f)
}

// addSheets adds a table of what stood on answer sheets.
func addSheets(class *analysis.Class, name string, forms []*quiz.Form) (refused []error) {
	sheets, err := sheetsOf(name, forms)
	if err != nil {
		class.Refuse()
		return []error{err}
	}
	for _, s := range sheets {
		err := s.Err
		if err == nil {
			err = class.AddPaper(name, s.Line, s.Section, s.Student, s.Form, s.Responses)
		}
		if err != nil {
			class.Refuse()
			refused = append(refused, err)
		}
	}
	return refused
}

// report prints the analysis, or writes it where it is wanted.
func (o *analyzeOptions) report(ctx context.Context, e *env, class *analysis.Class, join joined) error {
	reports := class.Reports(analysis.Options{Small: o.small, Shared: o.share, Section: join.sections})
	reports = slices.DeleteFunc(reports, func(r *analysis.Report) bool { return r.Students == 0 })
	for i, r := range reports {
		nameCards(ctx, e.opener, r)
		if err := o.files(e.Console, r, len(reports) > 1); err != nil {
			return err
		}
		if o.json {
			if err := show.JSON(e.Out, r); err != nil {
				return err
			}
			continue
		}
		if o.html == "-" || o.sheet == "-" || o.lists.onlyOut() {
			continue
		}
		if i > 0 {
			fmt.Fprintln(e.Out)
		}
		if len(reports) > 1 {
			fmt.Fprintf(e.Out, "Version %s\n", r.Version)
		}
		if err := printAnalysis(e.Console, r, o.options); err != nil {
			return err
		}
	}
	if o.explain && !o.json {
		return explainFigures(e.Console)
	}
	return nil
}

// files writes a report as a page and as a table; of versions that ask other
// questions each gets its own.
func (o *analyzeOptions) files(out *console.Console, r *analysis.Report, several bool) error {
	version := ""
	if several {
		version = r.Version
	}
	if o.html != "" {
		if err := out.WritePrivate(versionFile(o.html, version),
			func(w io.Writer) error { return page.Report(w, r) }); err != nil {
			return fmt.Errorf("write the report: %w", err)
		}
	}
	if o.sheet != "" {
		if err := out.WritePrivate(versionFile(o.sheet, version), r.WriteSheet); err != nil {
			return fmt.Errorf("write the table: %w", err)
		}
	}
	return nil
}

// nameCards calls the cards of a report as they are called now, where the
// collection knows that an edit gave them another name since the form was made.
func nameCards(ctx context.Context, o *opener, report *analysis.Report) {
	st, err := o.openExisting(ctx)
	if err != nil {
		return // an instructor need not learn
	}
	defer st.Close()
	for i := range report.Items {
		item := &report.Items[i]
		if card, err := st.Card(ctx, item.Card); err == nil && card.ID != item.Card {
			item.Card, item.CardThen = card.ID, item.Card
		}
	}
}

// sayRefused names refused files one by one.
func sayRefused(out *console.Console, refused []error) {
	for _, err := range refused {
		fmt.Fprintf(out.Err, "kartei: refused: %s\n", show.Line(err.Error()))
	}
}

// sayNames says what is odd about some students.
func sayNames(out *console.Console, names []string, one, many string) {
	if n := len(names); n > 0 {
		verb := many
		if n == 1 {
			verb = one
		}
		slices.Sort(names) // those of one name are named once
		out.Warn("%s %s: %s", plural.Count(n, "student"), verb, strings.Join(slices.Compact(names), ", "))
	}
}
