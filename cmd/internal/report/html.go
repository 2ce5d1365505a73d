package report

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"strings"
	"sync"
	"time"

	"kartei/cmd/internal/show"
	"kartei/decks/quiz/page"
	"kartei/scheduler"
)

//go:embed report.html
var pageText string

//go:embed report.css
var pageRules string

var pageTemplate = sync.OnceValue(func() *template.Template {
	return template.Must(template.New("report").Funcs(template.FuncMap{"line": show.Line}).Parse(pageText))
})

// HTML writes the report as one page that loads nothing and runs nothing: with
// drawings, and with every figure in a table or a sentence.
func (r *Report) HTML(w io.Writer) error {
	v := pageView{Style: page.ReportStyle(pageRules), Heading: r.heading(), Summary: r.summary()}
	for _, f := range r.figures() {
		v.Figures = append(v.Figures, newFigureView(f))
	}
	var text strings.Builder
	if err := pageTemplate().Execute(&text, v); err != nil {
		return fmt.Errorf("make the page: %w", err)
	}
	_, err := io.WriteString(w, text.String())
	return err
}

type pageView struct {
	Style   page.Style
	Heading string
	Summary []string
	Figures []figureView
}

// A figureView is a figure with its drawings.
type figureView struct {
	Figure
	Drawing *calendarView
	Bars    [][]rect // by row; none: no bars
	Months  []string
}

// A rect is a part of a drawing; Class says how it looks.
type rect struct {
	X, Y, Width float64
	Class       string
	Title       string
}

type label struct {
	X, Y float64
	Text string
}

func newFigureView(f Figure) figureView {
	v := figureView{Figure: f}
	if f.Calendar != nil {
		v.Drawing, v.Months = f.Calendar.view(), f.Calendar.months()
	}
	longest := 0.0
	for _, row := range f.Rows {
		longest = max(longest, sum(row.Bar))
	}
	for _, row := range f.Rows {
		if longest > 0 {
			v.Bars = append(v.Bars, f.rects(row, longest))
		}
	}
	return v
}

// rects are the parts of a bar, in hundredths of the room.
func (f *Figure) rects(row Row, longest float64) (parts []rect) {
	whole, x := row.Whole, 0.0
	if whole == 0 {
		whole = longest
	}
	parts = []rect{}
	for i, part := range row.Bar {
		class := "mature"
		if i < len(f.Shades) {
			class = f.Shades[i]
		}
		if width := 100 * part / whole; width > 0 {
			parts = append(parts, rect{X: x, Width: width, Class: strings.Fields(class)[0]})
			x += width
		}
	}
	return parts
}

// A calendarView draws a calendar.
type calendarView struct {
	Width  float64
	Days   []rect
	Labels []label
	Legend string
}

// Pixels of a calendar.
const (
	daySize  = 11
	dayStep  = 13
	besideIt = 26 // names of weekdays
	aboveIt  = 14 // names of months
)

func (c *Calendar) view() *calendarView {
	rows, first := c.weeks(54)
	bounds, weeks := c.levels(), len(rows[0])
	v := &calendarView{Width: float64(besideIt + weeks*dayStep)}
	v.Legend = fmt.Sprintf("Shades from light to dark: up to %d, up to %d, up to %d, and more answers a day.",
		bounds[0], bounds[1], bounds[2])
	for y, row := range rows {
		weekday := (weekStart + time.Weekday(y)) % 7
		v.Labels = append(v.Labels, label{0, float64(aboveIt + y*dayStep + 9), weekday.String()[:2]})
		for x, answers := range row {
			if answers < 0 {
				continue
			}
			day := first + scheduler.Day(7*x+y)
			v.Days = append(v.Days, rect{X: float64(besideIt + x*dayStep), Y: float64(aboveIt + y*dayStep),
				Width: daySize,
				Class: fmt.Sprint("level", level(answers, bounds)),
				Title: day.Midnight().Format("Monday, 2 January 2006: ") + show.Number(answers, "answer")})
		}
	}
	for x := range weeks {
		day := first + scheduler.Day(7*x)
		if day.Midnight().Month() != (day-7).Midnight().Month() && x+2 < weeks {
			v.Labels = append(v.Labels, label{float64(besideIt + x*dayStep), 9, day.Midnight().Format("Jan")})
		}
	}
	return v
}
