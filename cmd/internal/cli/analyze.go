package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"kartei/cmd/internal/console"
	"kartei/cmd/internal/fault"
	"kartei/cmd/internal/show"
	"kartei/decks/plural"
	"kartei/decks/quiz"
	"kartei/decks/quiz/analysis"
	"kartei/decks/quiz/page"
	"kartei/store/plainfile"
)

type analyzeOptions struct {
	json, small, share, options bool
	html, sheet                 string
	files                       []string
}

func newAnalyzeCmd(e *env) *cobra.Command {
	var opts analyzeOptions
	cmd := &cobra.Command{
		Use:   "analyze FORM RESULT…",
		Short: "Tell how the questions of a quiz did",
		Long: `Analyze takes a form with its key (kartei quiz make) and what students handed in
(kartei quiz results --export), and tells of each question how hard it was and
whether those who do well elsewhere know it: Moodle's figures, by the same
formulas. It says in words what deserves a look: a key that may be wrong, an
option that nobody chose, an answer to add to Accept.

A folder stands for the .result files in it. If the key is in a file of its own,
name that too. A file that is malformed, changed by accident, of another form or
there twice is refused, with its line; the others count. Of a student's attempts
the first one counts. Marks are computed from the answers, whatever a file claims;
but nothing is signed, and who wrote the answers no file can prove.

Figures that few results cannot carry are left out; --small gives them anyway.
--share makes a report for others than the instructor: no group of fewer than
10 students, no typed text.` + exitStatus(fault.Done, fault.Failed, fault.Usage),
		Args: nArgs(1, -1, "a form and the results of students"),
		RunE: func(cmd *cobra.Command, args []string) error {
			opts.files = args
			return runAnalyze(cmd.Context(), e, opts)
		},
	}
	f := cmd.Flags()
	f.BoolVar(&opts.json, "json", false, "print all figures as one JSON object")
	f.BoolVar(&opts.options, "options", false, "show what was chosen in every question, not only in those that deserve a look")
	f.StringVar(&opts.sheet, "csv", "", "write the questions as a table for a spreadsheet to this `file`")
	f.StringVar(&opts.html, "html", "", "write a report as an HTML `file` that opens without a network")
	f.BoolVar(&opts.small, "small", false, "give every figure, however few the results")
	f.BoolVar(&opts.share, "share", false, "hide what is about fewer than 10 students")
	return cmd
}

func runAnalyze(ctx context.Context, e *env, opts analyzeOptions) error {
	form, results, err := opts.sort()
	if err != nil {
		return err
	}
	class, err := analysis.NewClass(form)
	if err != nil {
		return fault.Failf("name the file with the key, too", "%w", err)
	}
	var refused []error
	for _, name := range results {
		if err := addResult(class, name); err != nil {
			refused = append(refused, err)
		}
	}
	sayRefused(e.Console, refused)
	report := class.Report(analysis.Options{Small: opts.small, Shared: opts.share})
	if report.Students == 0 {
		return fault.Failf("kartei quiz results --export FILE writes one", "no result of form %s counts", report.Form)
	}
	nameCards(ctx, e.opener, report)
	if opts.html != "" {
		if err := e.WritePrivate(opts.html, func(w io.Writer) error { return page.Report(w, report) }); err != nil {
			return fmt.Errorf("write the report: %w", err)
		}
	}
	if opts.sheet != "" {
		if err := e.WritePrivate(opts.sheet, report.WriteSheet); err != nil {
			return fmt.Errorf("write the table: %w", err)
		}
	}
	switch {
	case opts.json:
		return show.JSON(e.Out, report)
	case opts.html == "-" || opts.sheet == "-":
		return nil
	}
	return printAnalysis(e.Console, report, opts.options)
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

// sort tells the form and its key from results.
func (o analyzeOptions) sort() (form *quiz.Form, results []string, err error) {
	names, results, err := expand(o.files)
	if err != nil {
		return nil, nil, err
	}
	var forms, keys []string
	for _, name := range names {
		head, err := headOf(name)
		switch {
		case err != nil:
			results = append(results, name) // which says why
		case quiz.IsForm(head):
			forms = append(forms, name)
		case quiz.IsKey(head):
			keys = append(keys, name)
		default:
			results = append(results, name)
		}
	}
	switch {
	case len(forms) == 0:
		return nil, nil, fault.Usagef("kartei analyze exam.form class/", "no form is among the files")
	case len(forms) > 1:
		return nil, nil, fault.Usagef("analyze one form at a time", "%s and %s are both forms", forms[0], forms[1])
	case len(keys) > 1:
		return nil, nil, fault.Usagef("name one of them", "%s and %s are both keys", keys[0], keys[1])
	}
	if form, err = readForm(forms[0]); err == nil && len(keys) > 0 {
		form, err = readKey(keys[0], form)
	}
	return form, results, err
}

// maxResults limits how many files a folder may hold.
const maxResults = analysis.MaxStudents

// expand puts the results in a folder in its place. What students hand in is
// never taken for the form.
func expand(names []string) (files, handedIn []string, err error) {
	for _, name := range names {
		info, err := os.Stat(name)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return nil, nil, fault.Failf("check the spelling", "there is no file or folder %s", name)
		case err != nil:
			return nil, nil, fmt.Errorf("look at %s: %w", name, err)
		case !info.IsDir():
			files = append(files, name)
			continue
		}
		found, err := filepath.Glob(filepath.Join(escapeGlob(name), "*.result"))
		if err != nil {
			return nil, nil, err
		}
		handedIn = append(handedIn, found...)
	}
	if n := len(files) + len(handedIn); n > maxResults {
		return nil, nil, fmt.Errorf("%d files are more than a class has", n)
	}
	return files, handedIn, nil
}

func escapeGlob(path string) string {
	return strings.NewReplacer(`\`, `\\`, "*", `\*`, "?", `\?`, "[", `\[`).Replace(path)
}

// openRegular opens a file that is not a device, a pipe or a folder.
func openRegular(name string) (*os.File, error) {
	f, err := plainfile.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fault.Failf("check the spelling", "there is no file %s", name)
	}
	return f, err
}

func headOf(name string) ([]byte, error) {
	f, err := openRegular(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	head, err := bufio.NewReaderSize(f, 64).Peek(64)
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return head, err
}

func readForm(name string) (*quiz.Form, error) {
	f, err := openRegular(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return quiz.Parse(name, f)
}

func readKey(name string, form *quiz.Form) (*quiz.Form, error) {
	f, err := openRegular(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return quiz.ParseKey(name, f, form)
}

func addResult(class *analysis.Class, name string) error {
	f, err := openRegular(name)
	if err != nil {
		return err
	}
	defer f.Close()
	return class.Add(name, f)
}

// sayRefused names refused files one by one, up to a number.
func sayRefused(con *console.Console, refused []error) {
	for i, err := range refused {
		if i == maxLeft {
			fmt.Fprintf(con.Err, "kartei: refused: %d more\n", len(refused)-maxLeft)
			return
		}
		fmt.Fprintf(con.Err, "kartei: refused: %s\n", show.Line(err.Error()))
	}
}

// printAnalysis prints a report for people; all tells to print what was chosen
// in every question.
func printAnalysis(con *console.Console, r *analysis.Report, all bool) error {
	p := show.Page{Width: con.Width(), Palette: con.Palette()}
	var lines []string
	title := r.Title
	if title == "" {
		title = "Quiz " + r.Form
	}
	lines = append(lines, p.Text(show.Bold, fmt.Sprintf("%s: %s of %s", title, plural.Count(r.Students, "result"), plural.Count(r.Questions, "question")))...)
	lines = append(lines, p.Text(0, strings.Join(testFigures(r), " · "))...)
	for _, note := range r.Notes {
		lines = append(lines, p.Text(show.Dim, note)...)
	}
	if len(r.Items) > 0 {
		lines = append(append(lines, ""), p.Table(itemTable(r, p.Width >= wide))...)
	}
	for _, f := range r.Flags {
		if f.Question == 0 {
			lines = append(append(lines, ""), flagLines(p, "", &f)...)
		}
	}
	for i := range r.Items {
		lines = append(lines, itemLines(p, r, &r.Items[i], all)...)
	}
	_, err := fmt.Fprintln(con.Out, strings.Join(lines, "\n"))
	return err
}

// itemLines are what deserves a look in a question, and what was chosen there.
func itemLines(p show.Page, r *analysis.Report, item *analysis.Item, all bool) (lines []string) {
	place := fmt.Sprintf("Question %d", item.Number)
	if item.Place != "" {
		place += " (" + item.Place + ")"
	}
	for _, f := range r.Flags {
		if f.Question == item.Number {
			lines = append(append(lines, ""), flagLines(p, place+": ", &f)...)
		}
	}
	if len(item.Options) == 0 || len(lines) == 0 && !all {
		return lines
	}
	if len(lines) == 0 {
		lines = append(append(lines, ""), p.Text(0, place+": "+show.Inline(item.Prompt))...)
	}
	return append(append(lines, ""), p.Table(optionTable(item))...)
}

func flagLines(p show.Page, place string, f *analysis.Flag) []string {
	return append(p.Text(show.Yellow, place+f.Message+"."), p.Text(show.Dim, "→ "+f.Hint)...)
}

// optionTable tells who chose what. Correlations are with the rest of the test:
// those who do well elsewhere choose the right answer.
func optionTable(item *analysis.Item) show.Table {
	t := show.Table{Columns: []show.Column{{}, {Title: "Chosen", Right: true}, {Title: "Share", Right: true}, {Title: "Corr.", Right: true}, {Title: "Option"}}}
	for _, o := range item.Options {
		letter, style := o.Letter, show.Style(0)
		if o.Right {
			letter, style = letter+" ✓", show.Green
		}
		chosen := "–"
		if o.Students != nil {
			chosen = fmt.Sprint(*o.Students)
		}
		t.Rows = append(t.Rows, []show.Cell{{Text: letter, Style: style}, {Text: chosen}, {Text: interval(o.Share, true)}, {Text: interval(o.Correlation, false)}, {Text: show.Inline(o.Text), Style: style}})
	}
	return t
}

// testFigures are the figures of the test as a whole.
func testFigures(r *analysis.Report) []string {
	if len(r.Items) == 0 {
		return nil
	}
	t := &r.Test
	figures := []string{fmt.Sprintf("median %.3g", t.Median)}
	if t.Mean != nil {
		figures = append([]string{fmt.Sprintf("mean %.2f of %d (%.2f to %.2f)", t.Mean.Value, r.Questions, t.Mean.Low, t.Mean.High)}, figures...)
	}
	if t.Deviation != nil {
		figures = append(figures, fmt.Sprintf("deviation %.4f", *t.Deviation))
	}
	if t.Alpha != nil {
		figures = append(figures, fmt.Sprintf("α %.3f %% (%.0f to %.0f)", 100*t.Alpha.Value, 100*t.Alpha.Low, 100*t.Alpha.High))
	}
	if t.KR20 != nil {
		figures = append(figures, fmt.Sprintf("KR-20 %.3f %%", 100**t.KR20))
	}
	if t.ErrorRatio != nil && t.StandardError != nil {
		figures = append(figures, fmt.Sprintf("error ratio %.3f %%", 100**t.ErrorRatio), fmt.Sprintf("standard error %.4f", *t.StandardError))
	}
	return append(figures, fmt.Sprintf("guessing earns %.0f %%", 100*t.Guess))
}

// wide is a page on which figures have their intervals beside them.
const wide = 100

func itemTable(r *analysis.Report, intervals bool) show.Table {
	t := show.Table{Columns: []show.Column{{Title: "#", Right: true}, {Title: "Facility", Right: true}, {Title: "Discr.", Right: true},
		{Title: "Effic.", Right: true}, {Title: "U−L", Right: true}, {Title: "Logits", Right: true}, {Title: "Question"}}}
	for _, item := range r.Items {
		t.Rows = append(t.Rows, []show.Cell{{Text: fmt.Sprint(item.Number)}, {Text: interval(item.Facility, intervals)}, {Text: interval(item.Discrimination, intervals)},
			{Text: figure("%.2f", item.Efficiency, 100)}, {Text: figure("%.2f", item.UpperLower, 100)}, {Text: figure("%+.2f", item.Difficulty, 1)}, {Text: show.Inline(item.Prompt)}})
	}
	return t
}

// interval writes a figure in per cent, with its 95 % interval where there is room.
func interval(f *analysis.Figure, both bool) string {
	switch {
	case f == nil:
		return "–"
	case both:
		return fmt.Sprintf("%.2f (%.0f to %.0f)", 100*f.Value, 100*f.Low, 100*f.High)
	}
	return fmt.Sprintf("%.2f", 100*f.Value)
}

func figure(format string, x *float64, times float64) string {
	if x == nil {
		return "–"
	}
	return fmt.Sprintf(format, *x*times)
}
