package show

import "strings"

// A Table prints rows in columns.
type Table struct {
	Columns []Column
	Rows    [][]Cell // each as long as Columns
}

// A Column is a column's title and alignment. Numbers go right.
type Column struct {
	Title string
	Right bool
}

// A Cell is one line of text, cleaned when it is shown.
type Cell struct {
	Text  string
	Style Style
}

const gutter = 2 // columns between two columns

// Table lays a table out: titles first, if there are any. Where it is wider
// than the page the widest columns of text are cut; a page too narrow for the
// rest cuts the lines.
func (p Page) Table(t Table) []string {
	titles := make([]Cell, len(t.Columns))
	titled := false
	for i, c := range t.Columns {
		titles[i] = Cell{c.Title, Dim}
		titled = titled || c.Title != ""
	}
	rows := t.Rows
	if titled {
		rows = append([][]Cell{titles}, rows...)
	}
	rows = cleanRows(rows)
	widths := p.fit(t.Columns, rows)
	lines := make([]string, len(rows))
	for i, row := range rows {
		lines[i] = p.tableLine(t.Columns, widths, row)
	}
	return lines
}

func cleanRows(rows [][]Cell) [][]Cell {
	out := make([][]Cell, len(rows))
	for i, row := range rows {
		out[i] = make([]Cell, len(row))
		for j, c := range row {
			out[i][j] = Cell{Line(c.Text), c.Style}
		}
	}
	return out
}

// fit returns the columns' widths.
func (p Page) fit(columns []Column, rows [][]Cell) []int {
	widths := make([]int, len(columns))
	for _, row := range rows {
		for i, c := range row {
			widths[i] = max(widths[i], Width(c.Text))
		}
	}
	total := gutter * (len(columns) - 1)
	for _, w := range widths {
		total += w
	}
	for total > p.width() {
		widest := -1
		for i, w := range widths {
			if !columns[i].Right && w > 8 && (widest < 0 || w > widths[widest]) {
				widest = i
			}
		}
		if widest < 0 {
			break
		}
		widths[widest]--
		total--
	}
	return widths
}

func (p Page) tableLine(columns []Column, widths []int, row []Cell) string {
	var line strings.Builder
	room := p.width()
	for i, c := range row {
		if i > 0 {
			line.WriteString(strings.Repeat(" ", min(gutter, max(room, 0))))
			room -= gutter
		}
		width := min(widths[i], room)
		if width < 1 {
			break
		}
		text := Cut(c.Text, width)
		space := strings.Repeat(" ", width-Width(text))
		painted := p.Palette.Paint(c.Style, text)
		switch {
		case columns[i].Right:
			line.WriteString(space + painted)
		case i == len(row)-1:
			line.WriteString(painted)
		default:
			line.WriteString(painted + space)
		}
		room -= width
	}
	return strings.TrimRight(line.String(), " ")
}
