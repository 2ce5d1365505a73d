package show

import "strings"

// A Heat map shows how much there is in each cell of a table, such as reviews
// by day of the week and week.
type Heat struct {
	Rows   []string    // labels
	Values [][]float64 // by row, then by column; rows may differ in length
	Labels []string    // over the columns, spread from left to right
	Style  Style
}

// Shades from nothing to the most there is.
var shades = []rune("·░▒▓█")

// Heat draws one character a cell. Where there is no room for all columns the
// first ones are left out.
func (p Page) Heat(h Heat) []string {
	labels, columns, most := 0, 0, 0.0
	for _, label := range h.Rows {
		labels = max(labels, Width(Line(label)))
	}
	for _, row := range h.Values {
		columns = max(columns, len(row))
		for _, v := range row {
			most = max(most, drawable(v))
		}
	}
	skip := max(0, columns-(p.width()-labels-1))
	var lines []string
	if len(h.Labels) > 0 && columns > skip {
		lines = append(lines, strings.Repeat(" ", labels+1)+spread(h.Labels, columns-skip))
	}
	for i, row := range h.Values {
		label := ""
		if i < len(h.Rows) {
			label = Line(h.Rows[i])
		}
		cells := p.Palette.Paint(h.Style, shade(row[min(skip, len(row)):], most))
		lines = append(lines, strings.TrimRight(Pad(label, labels, false)+" "+cells, " "))
	}
	return lines
}

func shade(values []float64, most float64) string {
	var cells strings.Builder
	for _, v := range values {
		level := 0
		if drawable(v) > 0 {
			level = 1 + min(int(v/most*float64(len(shades)-1)), len(shades)-2)
		}
		cells.WriteRune(shades[level])
	}
	return cells.String()
}
