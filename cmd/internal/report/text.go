package report

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"kartei/cmd/internal/show"
	"kartei/scheduler"
	"kartei/scheduler/stats"
)

const (
	readable   = 76  // columns at most of one column of a report
	twoColumns = 108 // from so many on there are two
	gap        = 4   // between them
)

// Text lays the report out for a terminal: at so many columns that two fit, in two.
func (r *Report) Text(p show.Page) []string {
	lines := []string{p.Palette.Paint(show.Bold, show.Cut(show.Line(r.heading()), p.Width))}
	for _, words := range r.summary() {
		lines = append(lines, p.Text(0, words)...)
	}
	one, width := p, min(p.Width, readable)
	if p.Width >= twoColumns {
		width = min((p.Width-gap)/2, readable)
	}
	one.Width = width
	var blocks [][]string
	for _, f := range r.figures() {
		blocks = append(blocks, f.text(one))
	}
	if p.Width < twoColumns {
		for _, b := range blocks {
			lines = append(append(lines, ""), b...)
		}
		return lines
	}
	left, right := halves(blocks)
	return append(append(lines, ""), show.Beside(left, right, width, gap)...)
}

// halves deals blocks out in their order, to the left column until it has half of the
// lines.
func halves(blocks [][]string) (left, right []string) {
	all := 0
	for _, b := range blocks {
		all += len(b) + 1
	}
	for i, b := range blocks {
		if i == 0 || len(left)+len(b)/2 < all/2 && len(right) == 0 {
			left = append(append(left, b...), "")
		} else {
			right = append(append(right, b...), "")
		}
	}
	return left, right
}

// Plain is the report in words and numbers alone, for a screen reader or a program: a
// line a figure, and nothing drawn.
func (r *Report) Plain() []string {
	lines := append([]string{show.Line(r.heading())}, r.summary()...)
	for _, f := range r.figures() {
		lines = append(lines, "", f.Title)
		lines = append(lines, f.Words...)
		if f.Calendar != nil {
			lines = append(lines, f.Calendar.months()...)
		}
		for _, row := range f.Rows {
			cells := make([]string, len(row.Cells))
			for i, cell := range row.Cells {
				if cells[i] = cell; len(f.Columns) > 1 {
					cells[i] = f.Columns[i] + " " + cell
				}
			}
			lines = append(lines, show.Line(row.Label)+": "+strings.Join(cells, ", "))
		}
		lines = append(lines, f.After...)
	}
	for i := range lines {
		lines[i] = show.Line(lines[i])
	}
	return lines
}

// shades are what the parts of a bar are drawn with, from the first to the last.
var shades = []rune("░▒█")

// glyphs are those for so many parts: the last is always the darkest.
func (f *Figure) glyphs() []rune {
	if len(f.Shades) > 0 && f.Shades[len(f.Shades)-1] == "unseen" {
		return []rune("█▒·")
	}
	return shades
}

func (f *Figure) text(p show.Page) []string {
	title := p.Palette.Paint(show.Bold|show.Blue, f.Title)
	if legend := f.legend(p.Width - show.Width(f.Title) - 2); legend != "" {
		title += strings.Repeat(" ", p.Width-show.Width(f.Title)-show.Width(legend)) + p.Palette.Paint(show.Dim, legend)
	}
	lines := []string{title}
	for _, words := range f.Words {
		lines = append(lines, p.Text(0, words)...)
	}
	if f.Calendar != nil {
		lines = append(lines, f.Calendar.text(p)...)
	}
	lines = append(lines, f.table(p)...)
	for _, words := range f.After {
		lines = append(lines, p.Text(show.Dim, words)...)
	}
	return lines
}

// legend says what the shades mean, if there is room for it.
func (f *Figure) legend(room int) string {
	var parts []string
	for i, name := range f.Shades {
		if name != "" {
			parts = append(parts, string(f.glyphs()[i])+" "+name)
		}
	}
	if text := strings.Join(parts, "  "); show.Width(text) <= room {
		return text
	}
	return ""
}

// The narrowest bar that says anything, the narrowest one beside details, and the
// narrowest label.
const (
	narrowBar   = 6
	wideBar     = 16
	narrowLabel = 12
)

// table lays rows out: labels, figures, and bars where there is room.
func (f *Figure) table(p show.Page) []string {
	if len(f.Rows) == 0 {
		return nil
	}
	widths, label, bars := f.widths()
	figures := 0
	for _, w := range widths {
		figures += w + 2
	}
	label = min(label, max(narrowLabel, p.Width-figures))
	if bars {
		label = min(label, max(narrowLabel, p.Width-figures-2-narrowBar))
	}
	room := p.Width - label - figures - 2
	if bars && room < wideBar && len(f.Details) > 0 {
		return f.brief().table(p)
	}
	var lines []string
	if len(f.Columns) > 1 {
		lines = append(lines, p.Palette.Paint(show.Dim,
			strings.TrimRight(show.Pad("", label, false)+pad(f.Columns, widths), " ")))
	}
	longest := 0.0
	for _, row := range f.Rows {
		longest = max(longest, sum(row.Bar))
	}
	for _, row := range f.Rows {
		line := show.Pad(show.Cut(show.Line(row.Label), label), label, false) + pad(row.Cells, widths)
		if whole := max(row.Whole, 0); bars && room >= narrowBar {
			if whole == 0 {
				whole = longest
			}
			line += "  " + p.Palette.Paint(show.Green, f.bar(row.Bar, whole, room))
		}
		lines = append(lines, strings.TrimRight(line, " "))
	}
	return lines
}

// brief is the figure without its details.
func (f *Figure) brief() *Figure {
	b := *f
	b.Details, b.Rows = nil, slices.Clone(f.Rows)
	without := func(cells []string) (left []string) {
		for i, cell := range cells {
			if !slices.Contains(f.Details, i) {
				left = append(left, cell)
			}
		}
		return left
	}
	b.Columns = without(f.Columns)
	for i := range b.Rows {
		b.Rows[i].Cells = without(b.Rows[i].Cells)
	}
	return &b
}

func (f *Figure) widths() (cells []int, label int, bars bool) {
	cells = make([]int, len(f.Columns))
	for i, title := range f.Columns {
		if len(f.Columns) > 1 {
			cells[i] = show.Width(title)
		}
	}
	for _, row := range f.Rows {
		label, bars = max(label, show.Width(show.Line(row.Label))), bars || len(row.Bar) > 0
		for i, cell := range row.Cells {
			cells[i] = max(cells[i], show.Width(cell))
		}
	}
	return cells, label, bars
}

func pad(cells []string, widths []int) (line string) {
	for i, cell := range cells {
		line += "  " + show.Pad(cell, widths[i], true)
	}
	return line
}

// bar draws parts of a whole that is so many columns wide. What is not nothing is
// never drawn as nothing.
func (f *Figure) bar(parts []float64, whole float64, room int) string {
	var bar strings.Builder
	end, drawn, glyphs := 0.0, 0, f.glyphs()
	if len(parts) == 1 {
		glyphs = shades[2:]
	}
	for i, part := range parts {
		if end += part; part <= 0 {
			continue
		}
		columns := max(1, int(end/whole*float64(room)+0.5)-drawn)
		if columns = min(columns, room-drawn); columns > 0 {
			bar.WriteString(strings.Repeat(string(glyphs[i]), columns))
			drawn += columns
		}
	}
	return bar.String()
}

func sum(parts []float64) (sum float64) {
	for _, p := range parts {
		sum += p
	}
	return sum
}

// weekStart is the day of the week with which a calendar's columns begin.
const weekStart = time.Monday

// weeks lays the days out: a column a week, a row a weekday. Days outside are -1. first
// is the day on which the first column begins.
func (c *Calendar) weeks(most int) (rows [7][]int, first scheduler.Day) {
	begun := int(c.Last.Weekday()-weekStart+7) % 7 // days of the last week before the last day
	columns := min(most, (len(c.Days)-begun-2+7)/7+1)
	first = c.Last - scheduler.Day(begun+7*(columns-1))
	for i := range 7 * columns {
		at := len(c.Days) - 1 - int(c.Last-first) + i
		answers := -1
		if at >= 0 && at < len(c.Days) {
			answers = c.Days[at].Answers
		}
		rows[i%7] = append(rows[i%7], answers)
	}
	return rows, first
}

// levels part the days with answers into four, as many in each.
func (c *Calendar) levels() (bounds [3]int) {
	var some []int
	for _, w := range c.Days {
		if w.Answers > 0 {
			some = append(some, w.Answers)
		}
	}
	slices.Sort(some)
	for i := range bounds {
		if len(some) > 0 {
			bounds[i] = some[(i+1)*(len(some)-1)/4]
		}
	}
	return bounds
}

// level is 0 of a day without answers, to 4.
func level(answers int, bounds [3]int) int {
	if answers <= 0 {
		return 0
	}
	n := 1
	for _, b := range bounds {
		if answers > b {
			n++
		}
	}
	return n
}

var heat = []rune("·░▒▓█")

func (c *Calendar) text(p show.Page) []string {
	rows, first := c.weeks(max(4, p.Width-3))
	lines := []string{"   " + months(first, len(rows[0]))}
	bounds := c.levels()
	for i, row := range rows {
		var cells strings.Builder
		for _, answers := range row {
			if answers < 0 {
				cells.WriteByte(' ')
				continue
			}
			cells.WriteRune(heat[level(answers, bounds)])
		}
		label := (weekStart + time.Weekday(i)) % 7
		lines = append(lines, label.String()[:2]+" "+p.Palette.Paint(show.Green,
			strings.TrimRight(cells.String(), " ")))
	}
	return append(lines, p.Palette.Paint(show.Dim,
		fmt.Sprintf("less ·░▒▓█ more: to %d, %d, %d, over", bounds[0], bounds[1], bounds[2])))
}

// months names the months over the weeks in which they begin.
func months(first scheduler.Day, weeks int) string {
	line := ""
	for week := range weeks {
		day := first + scheduler.Day(7*week)
		begins := day.Midnight().Month() != (day - 7).Midnight().Month()
		if (begins || week == 0) && len(line) <= week && week+3 <= weeks {
			line = show.Pad(line, week, false) + day.Midnight().Format("Jan") + " "
		}
	}
	return strings.TrimRight(line, " ")
}

// months are the answers of each month, for those who see no calendar.
func (c *Calendar) months() (lines []string) {
	first := c.Last - scheduler.Day(len(c.Days)-1)
	var of stats.Work
	days := 0
	for i, w := range c.Days {
		if w.Answers > 0 {
			of.Answers, days = of.Answers+w.Answers, days+1
		}
		if next := first + scheduler.Day(i+1); days > 0 && (i == len(c.Days)-1 || next.Midnight().Day() == 1) {
			lines = append(lines, fmt.Sprintf("%s: %s, days %d",
				(first+scheduler.Day(i)).Midnight().Format("January 2006"), show.Number(of.Answers, "answer"), days))
			of, days = stats.Work{}, 0
		}
	}
	return lines
}
