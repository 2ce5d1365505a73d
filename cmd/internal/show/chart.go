package show

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// A Bar is one line of a bar chart.
type Bar struct {
	Label string
	Value float64 // not negative
	Text  string  // the value as people read it; if empty, rounded
	Style Style
}

// Bars draws a horizontal bar for each value, the longest as wide as there is
// room beside labels and numbers. A value above 0 is never drawn as nothing.
func (p Page) Bars(bars []Bar) []string {
	bars = slices.Clone(bars)
	labels, values, longest := 0, 0, 0.0
	for i, b := range bars {
		if b.Text == "" {
			bars[i].Text = fmt.Sprintf("%.0f", b.Value)
		}
		labels = max(labels, Width(Line(b.Label)))
		values = max(values, Width(Line(bars[i].Text)))
		longest = max(longest, drawable(b.Value))
	}
	labels = min(labels, p.width()/2)
	room := max(p.width()-labels-values-2*gutter, 4)
	lines := make([]string, len(bars))
	for i, b := range bars {
		label := Pad(Cut(Line(b.Label), labels), labels, false)
		value := Pad(Line(b.Text), values, true)
		bar := p.Palette.Paint(b.Style, bar(b.Value, longest, room))
		lines[i] = strings.TrimRight(label+strings.Repeat(" ", gutter)+value+strings.Repeat(" ", gutter)+bar, " ")
	}
	return lines
}

// bar is a bar of at most room columns, drawn in eighths of a column.
func bar(value, longest float64, room int) string {
	if drawable(value) == 0 {
		return ""
	}
	eighths := max(1, int(math.Round(value/longest*float64(room)*8)))
	bar := strings.Repeat("█", eighths/8)
	if rest := eighths % 8; rest > 0 {
		bar += string([]rune("▏▎▍▌▋▊▉")[rest-1])
	}
	return bar
}

var heights = []rune("▁▂▃▄▅▆▇█")

// Sparkline draws values, one column each, the highest as a full block and 0
// as a space.
func Sparkline(values []float64) string {
	highest := 0.0
	for _, v := range values {
		highest = max(highest, drawable(v))
	}
	var line strings.Builder
	for _, v := range values {
		if drawable(v) == 0 {
			line.WriteByte(' ')
			continue
		}
		line.WriteRune(heights[int(math.Round(v/highest*float64(len(heights)-1)))])
	}
	return line.String()
}

// drawable is v where a bar can stand for it, else 0.
func drawable(v float64) float64 {
	if v > 0 && !math.IsInf(v, 1) {
		return v
	}
	return 0
}

// A Curve is a function drawn over a range, such as the chance to recall a
// card in the days to come.
type Curve struct {
	At       func(x float64) float64
	From, To float64  // of x
	Low      float64  // of y, at the bottom
	High     float64  // of y, at the top
	Rows     int      // lines; 0 means 6
	Labels   []string // under the curve, spread from left to right
	Axis     func(y float64) string
	Style    Style
}

// Curve draws with braille dots, two by four a cell.
func (p Page) Curve(c Curve) []string {
	rows := c.Rows
	if rows < 1 {
		rows = 6
	}
	if c.Axis == nil {
		c.Axis = func(y float64) string { return fmt.Sprintf("%.2g", y) }
	}
	high, low := Line(c.Axis(c.High)), Line(c.Axis(c.Low))
	axis := max(Width(high), Width(low))
	columns := max(p.width()-axis-3, 8)
	dots := c.dots(columns, rows)
	lines := make([]string, 0, rows+1)
	for y, row := range dots {
		label := ""
		switch y {
		case 0:
			label = high
		case rows - 1:
			label = low
		}
		drawn := strings.TrimRight(strings.ReplaceAll(string(row), "\u2800", " "), " ")
		lines = append(lines, strings.TrimRight(Pad(label, axis, true)+" │ "+p.Palette.Paint(c.Style, drawn), " "))
	}
	if len(c.Labels) > 0 {
		lines = append(lines, strings.Repeat(" ", axis+3)+spread(c.Labels, columns))
	}
	return lines
}

// The bits of a braille cell, by column and row of the dot.
var braille = [2][4]rune{{0x01, 0x02, 0x04, 0x40}, {0x08, 0x10, 0x20, 0x80}}

// dots returns the cells of the drawing, the highest row first. Neighbouring
// dots are joined, so that a steep curve has no gaps.
func (c Curve) dots(columns, rows int) [][]rune {
	cells := make([][]rune, rows)
	for y := range cells {
		cells[y] = []rune(strings.Repeat("\u2800", columns))
	}
	before := -1
	for x := range columns * 2 {
		v := c.At(c.From + (c.To-c.From)*float64(x)/float64(columns*2-1))
		share := (v - c.Low) / (c.High - c.Low)
		if math.IsNaN(share) {
			before = -1
			continue
		}
		y := int(math.Round((1 - math.Max(0, math.Min(1, share))) * float64(rows*4-1)))
		from, to := y, y
		if before >= 0 && before < y {
			from = before + 1
		} else if before > y {
			to = before - 1
		}
		for d := from; d <= to; d++ {
			cells[d/4][x/2] |= braille[x%2][d%4]
		}
		before = y
	}
	return cells
}

// spread puts labels on one line, the first at its left end, the last at its
// right, and as many of the others between as fit.
func spread(labels []string, width int) string {
	line := Cut(Line(labels[0]), width)
	for i, label := range labels[1:] {
		label = Line(label)
		w := Width(label)
		at := (width - w) * (i + 1) / (len(labels) - 1)
		if at < Width(line)+1 {
			continue
		}
		line = Pad(line, at, false) + label
	}
	return line
}
