package page

import (
	"fmt"
	"io"
	"math"

	"kartei/decks/quiz/analysis"
)

var (
	reportPage  = onceTemplate("report.html")
	reportStyle = onceStyle("report.css")
)

// Report writes an analysis.
func Report(w io.Writer, r *analysis.Report) error {
	v := reportView{Report: r, Markup: Markup{Pictures: r.Pictures}, Meanings: analysis.Meanings, Style: reportStyle(),
		Title: r.Title, Histogram: histogram(r), Scatter: scatter(r)}
	if v.Title == "" {
		v.Title = "Quiz " + r.Form
	}
	for i := range r.Items {
		item := itemView{Item: &r.Items[i]}
		for _, f := range r.Flags {
			if f.Question == item.Number {
				item.Flags = append(item.Flags, f)
			}
		}
		v.Each = append(v.Each, item)
	}
	return execute(w, reportPage(), v)
}

type reportView struct {
	*analysis.Report
	Markup
	Meanings  []analysis.Meaning
	Style     Style
	Title     string
	Histogram *drawing
	Scatter   *drawing
	Each      []itemView
}

type itemView struct {
	*analysis.Item
	Flags []analysis.Flag
}

// Left is how many left the question blank; 0 if that is hidden.
func (v itemView) Left() int {
	if v.Blank == nil {
		return 0
	}
	return *v.Blank
}

// A drawing is what an SVG element holds, in its own units.
type drawing struct {
	Width, Height float64
	Bars          []bar
	Dots          []dot
	Labels        []label
	Lines         []line
}

type bar struct {
	X, Y, Width, Height float64
	Title               string
}

type dot struct {
	X, Y  float64
	Text  string
	Title string
	Bad   bool
}

type label struct {
	X, Y   float64
	Text   string
	Anchor string // start, middle or end
}

type line struct{ X1, Y1, X2, Y2 float64 }

// The area of a drawing inside its labels.
const (
	left, top    = 44.0, 14.0
	width, below = 560.0, 34.0
	height       = 180.0
)

func frame() *drawing {
	return &drawing{Width: left + width + 24, Height: top + height + below,
		Lines: []line{{left, top + height, left + width, top + height}, {left, top, left, top + height}}}
}

// histogram draws how many students reached which total; nil if that is hidden.
func histogram(r *analysis.Report) *drawing {
	n := len(r.Test.Totals)
	if n == 0 {
		return nil
	}
	most := 1
	for _, c := range r.Test.Totals {
		most = max(most, c)
	}
	d := frame()
	step := width / float64(n)
	for i, c := range r.Test.Totals {
		total := fmt.Sprintf("%.3g", float64(i)*float64(r.Questions)/float64(n-1))
		h := height * float64(c) / float64(most)
		d.Bars = append(d.Bars, bar{left + float64(i)*step + 1, top + height - h, step - 2, h,
			fmt.Sprintf("%s of %d: %d students", total, r.Questions, c)})
		d.Labels = append(d.Labels, label{left + (float64(i)+.5)*step, top + height + 16, total, "middle"})
	}
	d.Labels = append(d.Labels, label{left - 6, top + 8, fmt.Sprint(most), "end"},
		label{left - 6, top + height, "0", "end"},
		label{left + width/2, top + height + 31, "total", "middle"})
	return d
}

// scatter draws each question by facility and discrimination; nil if the
// latter is left out.
func scatter(r *analysis.Report) *drawing {
	d := frame()
	flagged := map[int]bool{}
	for _, f := range r.Flags {
		flagged[f.Question] = true
	}
	y := func(v float64) float64 { return top + height*(1-(v+1)/2) }
	for _, item := range r.Items {
		if item.Facility == nil || item.Discrimination == nil {
			continue
		}
		d.Dots = append(d.Dots, dot{left + width*item.Facility.Value, y(item.Discrimination.Value),
			fmt.Sprint(item.Number),
			fmt.Sprintf("question %d: facility %.0f %%, discrimination %.0f %%", item.Number, 100*item.Facility.Value,
				100*item.Discrimination.Value), flagged[item.Number]})
	}
	if len(d.Dots) == 0 {
		return nil
	}
	d.Lines = append(d.Lines, line{left, y(0), left + width, y(0)})
	for _, v := range []float64{-1, 0, 1} {
		d.Labels = append(d.Labels, label{left - 6, y(v) + 4, fmt.Sprintf("%.0f %%", 100*v), "end"})
	}
	for _, v := range []float64{0, .25, .5, .75, 1} {
		d.Labels = append(d.Labels, label{left + width*v, top + height + 16, fmt.Sprintf("%.0f %%", 100*v), "middle"})
	}
	d.Labels = append(d.Labels, label{left + width/2, top + height + 31, "facility", "middle"},
		label{left + 6, top + 8, "discrimination", "start"})
	return d
}

// percent writes a share or correlation as Moodle does.
func percent(x *float64) string { return optional("%.2f %%", x, 100) }

// interval writes a figure in per cent with its interval.
func interval(f *analysis.Figure) string {
	if f == nil {
		return "–"
	}
	return fmt.Sprintf("%.2f %% (%.0f to %.0f)", 100*f.Value, 100*f.Low, 100*f.High)
}

// marks writes a figure in marks with its interval.
func marks(f *analysis.Figure) string {
	if f == nil {
		return "–"
	}
	return fmt.Sprintf("%.2f (%.2f to %.2f)", f.Value, f.Low, f.High)
}

func optional(format string, x *float64, times float64) string {
	if x == nil || math.IsNaN(*x) {
		return "–"
	}
	return fmt.Sprintf(format, *x*times)
}
