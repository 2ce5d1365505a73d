package cli

import (
	"cmp"
	"fmt"
	"strings"

	"kartei/cmd/internal/console"
	"kartei/cmd/internal/show"
	"kartei/cmd/internal/takequiz"
	"kartei/decks/plural"
	"kartei/decks/quiz/analysis"
)

// printAnalysis prints a report for people; all tells to print what was chosen
// in every question.
func printAnalysis(con *console.Console, r *analysis.Report, all bool) error {
	p := show.Page{Width: con.Width(), Palette: con.Palette()}
	var lines []string
	title := r.Title
	if title == "" {
		title = "Quiz " + r.Form
	}
	lines = append(lines, p.Text(show.Bold, fmt.Sprintf("%s: %s of %s", title, plural.Count(r.Students, "result"),
		plural.Count(r.Questions, "question")))...)
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
	lines = append(lines, groupLines(p, r)...)
	lines = append(lines, changeLines(p, r)...)
	lines = append(lines, remarkLines(p, r)...)
	_, err := fmt.Fprintln(con.Out, strings.Join(lines, "\n"))
	return err
}

// groupLines compare versions of the test and sections of the class.
func groupLines(p show.Page, r *analysis.Report) []string {
	if len(r.Groups) == 0 {
		return nil
	}
	t := show.Table{Columns: []show.Column{{}, {Title: "Students", Right: true}, {Title: "Mean", Right: true},
		{Title: "Deviation", Right: true}, {Title: "From the first"}}}
	for _, g := range r.Groups {
		difference := ""
		if d := g.Difference; d != nil {
			difference = fmt.Sprintf("%+.2f (%+.2f to %+.2f)", d.Value, d.Low, d.High)
		}
		mean := "–"
		if g.Mean != nil {
			mean = fmt.Sprintf("%.2f", g.Mean.Value)
		}
		t.Rows = append(t.Rows, []show.Cell{{Text: g.Kind + " " + cmp.Or(g.Name, "(none)")},
			{Text: fmt.Sprint(g.Students)}, {Text: mean}, {Text: figure("%.2f", g.Deviation, 1)}, {Text: difference}})
	}
	return append([]string{""}, p.Table(t)...)
}

// changeLines say what a mended key changed for whom.
func changeLines(p show.Page, r *analysis.Report) []string {
	if len(r.Changes) == 0 {
		return nil
	}
	t := show.Table{Columns: []show.Column{{Title: "Changed by the mended key"}, {Title: "Before", Right: true},
		{Title: "Now", Right: true}, {Title: "Question: before → now"}}}
	for _, c := range r.Changes {
		var items []string
		for _, i := range c.Items {
			items = append(items, fmt.Sprintf("%d: %s → %s", i.Number, takequiz.Points(i.Before),
				takequiz.Points(i.After)))
		}
		t.Rows = append(t.Rows, []show.Cell{{Text: show.Line(c.Student)},
			{Text: fmt.Sprintf("%s of %d", takequiz.Points(c.Before), c.OfBefore)},
			{Text: fmt.Sprintf("%s of %d", takequiz.Points(c.After), c.Of)}, {Text: strings.Join(items, ", ")}})
	}
	return append([]string{""}, p.Table(t)...)
}

// remarkLines say what files claim and cannot prove: those of one kind together.
func remarkLines(p show.Page, r *analysis.Report) []string {
	if len(r.Remarks) == 0 {
		return nil
	}
	lines := append([]string{""}, p.Text(show.Bold, "What files claim and cannot prove")...)
	var messages []string
	students := map[string][]string{} // by message
	for _, remark := range r.Remarks {
		if students[remark.Message] == nil {
			messages = append(messages, remark.Message)
		}
		students[remark.Message] = append(students[remark.Message], remark.Student)
	}
	for _, message := range messages {
		names := students[message]
		lines = append(lines, p.Text(0, fmt.Sprintf("%s: %s (%s)", plural.Count(len(names), "student"), message,
			strings.Join(names, ", ")))...)
	}
	return lines
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
	return append(p.Text(show.Magenta, place+f.Message+"."), p.Text(show.Dim, "→ "+f.Hint)...)
}

// optionTable tells who chose what. Correlations are with the rest of the test:
// those who do well elsewhere choose the right answer.
func optionTable(item *analysis.Item) show.Table {
	t := show.Table{Columns: []show.Column{{}, {Title: "Chosen", Right: true}, {Title: "Share", Right: true},
		{Title: "Corr.", Right: true}, {Title: "Option"}}}
	for _, o := range item.Options {
		letter, style := o.Letter, show.Style(0)
		if o.Right {
			letter, style = letter+" ✓", show.Green
		}
		chosen := "–"
		if o.Students != nil {
			chosen = fmt.Sprint(*o.Students)
		}
		t.Rows = append(t.Rows, []show.Cell{{Text: letter, Style: style}, {Text: chosen},
			{Text: interval(o.Share, true)}, {Text: interval(o.Correlation, false)},
			{Text: show.Inline(o.Text), Style: style}})
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
		figures = append([]string{fmt.Sprintf("mean %.2f of %d (%.2f to %.2f)", t.Mean.Value, r.Questions, t.Mean.Low,
			t.Mean.High)}, figures...)
	}
	if t.Deviation != nil {
		figures = append(figures, fmt.Sprintf("deviation %.4f", *t.Deviation))
	}
	if t.Skewness != nil {
		figures = append(figures, fmt.Sprintf("skewness %.4f", *t.Skewness))
	}
	if t.Kurtosis != nil {
		figures = append(figures, fmt.Sprintf("kurtosis %.4f", *t.Kurtosis))
	}
	if t.Alpha != nil {
		figures = append(figures, fmt.Sprintf("α %.3f %% (%.0f to %.0f)", 100*t.Alpha.Value, 100*t.Alpha.Low,
			100*t.Alpha.High))
	}
	if t.KR20 != nil {
		figures = append(figures, fmt.Sprintf("KR-20 %.3f %%", 100**t.KR20))
	}
	if t.ErrorRatio != nil && t.StandardError != nil {
		figures = append(figures, fmt.Sprintf("error ratio %.3f %%", 100**t.ErrorRatio),
			fmt.Sprintf("standard error %.4f", *t.StandardError))
	}
	return append(figures, fmt.Sprintf("guessing earns %.0f %%", 100*t.Guess))
}

// wide is a page on which figures have their intervals beside them.
const wide = 130

func itemTable(r *analysis.Report, intervals bool) show.Table {
	t := show.Table{Columns: []show.Column{{Title: "#", Right: true}, {Title: "Facility", Right: true},
		{Title: "Discr.", Right: true},
		{Title: "Effic.", Right: true}, {Title: "U−L", Right: true}, {Title: "Logits", Right: true}}}
	if intervals {
		t.Columns = append(t.Columns, show.Column{Title: "Dev.", Right: true}, show.Column{Title: "Meant", Right: true},
			show.Column{Title: "Had", Right: true}, show.Column{Title: "Guess", Right: true})
	}
	t.Columns = append(t.Columns, show.Column{Title: "Question"})
	for _, item := range r.Items {
		row := []show.Cell{{Text: fmt.Sprint(item.Number)}, {Text: interval(item.Facility, intervals)},
			{Text: interval(item.Discrimination, intervals)},
			{Text: figure("%.2f", item.Efficiency, 100)}, {Text: figure("%.2f", item.UpperLower, 100)},
			{Text: figure("%+.2f", item.Difficulty, 1)}}
		if intervals {
			row = append(row, show.Cell{Text: figure("%.2f", item.Deviation, 100)},
				show.Cell{Text: fmt.Sprintf("%.2f", 100*item.Intended)},
				show.Cell{Text: figure("%.2f", item.Effective, 100)},
				show.Cell{Text: fmt.Sprintf("%.0f", 100*item.Guess)})
		}
		t.Rows = append(t.Rows, append(row, show.Cell{Text: show.Inline(item.Prompt)}))
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

// explainFigures says what each figure means.
func explainFigures(con *console.Console) error {
	p := show.Page{Width: con.Width(), Palette: con.Palette()}
	for _, m := range analysis.Meanings {
		for i, line := range p.Text(0, m.Text) {
			head := ""
			if i == 0 {
				head = con.Palette().Paint(show.Bold, m.Name) + "\n"
			}
			if _, err := fmt.Fprintf(con.Out, "%s  %s\n", head, line); err != nil {
				return err
			}
		}
	}
	return nil
}
