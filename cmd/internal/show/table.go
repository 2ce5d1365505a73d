package show

import (
	"slices"
	"strings"
)

// A Table prints rows in columns.
type Table struct {
	Columns []Column
	Rows    [][]Cell // each as long as Columns
}

// A Column is a column's title and alignment. Numbers go right.
type Column struct {
	Title string
	Right bool
	Whole bool // never cut: the next command takes it
	Width int  // at least, for tables that are printed row by row
}

// A Cell is one line of text, cleaned when it is shown.
type Cell struct {
	Text  string
	Style Style
}

const (
	gutter    = 2  // columns between two columns
	narrow    = 8  // what a column of text is cut to at most
	wrappable = 16 // what the last column is wrapped to at most, beside the others
)

// Table lays a table out: titles first, if there are any. This is how everything that
// has rows fits into a page: the last column wraps, the widest of the others are cut,
// and on a page too narrow for that a row takes several lines, the last column below.
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
	fit := p.fit(t.Columns, rows)
	var lines []string
	for _, row := range rows {
		lines = append(lines, p.row(t.Columns, fit, row)...)
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

// A fitting is how rows are fitted into a page.
type fitting struct {
	widths []int
	below  bool         // the last column stands on lines of its own
	breaks map[int]bool // the columns before which a new line begins then
}

// fit finds the columns' widths.
func (p Page) fit(columns []Column, rows [][]Cell) fitting {
	widths := make([]int, len(columns))
	for i, c := range columns {
		widths[i] = c.Width
	}
	for _, row := range rows {
		for i, c := range row {
			widths[i] = max(widths[i], Width(c.Text))
		}
	}
	f := fitting{widths: widths}
	last := len(columns) - 1
	if last < 0 || f.total() <= p.width() {
		return f
	}
	natural := slices.Clone(widths)
	wraps := last > 0 && !columns[last].Right
	if wraps && !columns[last].Whole {
		widths[last] = max(min(widths[last], wrappable), widths[last]-(f.total()-p.width()))
	}
	f.cut(columns, p.width(), wraps)
	if wraps && f.total() > p.width() {
		copy(widths, natural)
		f.flow(p.width())
	}
	return f
}

// flow breaks rows before the columns that do not fit on a line any more, and before
// the last.
func (f *fitting) flow(room int) {
	f.below, f.breaks = true, map[int]bool{}
	used := 0
	for i, w := range f.widths[:len(f.widths)-1] {
		switch {
		case i > 0 && used+gutter+w > room:
			f.breaks[i] = true
			used = gutter + w
		case i > 0:
			used += gutter + w
		default:
			used = w
		}
	}
}

// total is the width of a row.
func (f fitting) total() int {
	sum := gutter * (len(f.widths) - 1)
	for _, w := range f.widths {
		sum += w
	}
	return sum
}

// cut takes from the widest columns of text until a row fits, or nothing can be cut any
// more. The last column is left alone if it wraps.
func (f fitting) cut(columns []Column, room int, wraps bool) {
	for f.total() > room {
		widest := -1
		for i, w := range f.widths {
			if wraps && i == len(columns)-1 || columns[i].Right || columns[i].Whole || w <= narrow {
				continue
			}
			if widest < 0 || w > f.widths[widest] {
				widest = i
			}
		}
		if widest < 0 {
			return
		}
		f.widths[widest]--
	}
}

// row lays out one row, on as many lines as it takes.
func (p Page) row(columns []Column, f fitting, row []Cell) []string {
	last := len(row) - 1
	var lines []string
	var line strings.Builder
	end := func() {
		lines = append(lines, strings.TrimRight(line.String(), " "))
		line.Reset()
	}
	for i, c := range row {
		switch {
		case i == last && f.below:
			end()
			return append(lines, p.belowRow(columns[i], c)...)
		case f.breaks[i]:
			end()
			fallthrough
		case i > 0:
			line.WriteString(strings.Repeat(" ", gutter))
		}
		if i == last && last > 0 && !columns[i].Right && Width(c.Text) > f.widths[i] {
			return p.wrapped(line.String(), c, f.total()-f.widths[i], f.widths[i])
		}
		line.WriteString(p.cell(columns[i], c, f.widths[i]))
	}
	end()
	return lines
}

// cell is a cell in its column.
func (p Page) cell(column Column, c Cell, width int) string {
	text := c.Text
	if !column.Whole {
		text = Cut(text, max(width, 1))
	}
	space := strings.Repeat(" ", max(0, width-Width(text)))
	if column.Right {
		return space + p.Palette.Paint(c.Style, text)
	}
	return p.Palette.Paint(c.Style, text) + space
}

// belowRow lays the last cell of a row out below the others.
func (p Page) belowRow(column Column, c Cell) []string {
	switch {
	case c.Text == "":
		return nil
	case column.Whole:
		return []string{strings.Repeat(" ", gutter) + p.Palette.Paint(c.Style, c.Text)}
	}
	return indent(Page{Width: p.width() - gutter, Palette: p.Palette}.Text(c.Style, c.Text), gutter)
}

// wrapped lays the last cell of a row out beside the others, in a column that begins
// at an offset.
func (p Page) wrapped(before string, c Cell, offset, width int) []string {
	lines := indent(Page{Width: width, Palette: p.Palette}.Text(c.Style, c.Text), offset)
	lines[0] = before + strings.TrimLeft(lines[0], " ")
	return lines
}

func indent(lines []string, by int) []string {
	lines = slices.Clone(lines)
	for i, l := range lines {
		lines[i] = strings.Repeat(" ", by) + l
	}
	return lines
}
