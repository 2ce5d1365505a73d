package syntax

import (
	"strings"

	"github.com/clipperhouse/displaywidth"
)

// A cell wider than maxCell columns of the terminal stands out rather than
// widening its whole column; a table that would take more than maxPadding
// times its text is not aligned at all.
const (
	maxCell    = 60
	maxPadding = 4
)

func (p *printer) table(t *Table) {
	rows := make([][]string, 0, len(t.Rows)+1)
	head := make([]string, len(t.Columns))
	for i := range t.Columns {
		head[i] = t.Columns[i].Text
	}
	rows = append(rows, head)
	for i := range t.Rows {
		row := make([]string, len(t.Rows[i].Cells))
		for j, c := range t.Rows[i].Cells {
			row[j] = c.Text
		}
		rows = append(rows, row)
	}
	widths := columnWidths(rows, p.ruleCells(t))
	p.row(rows[0], widths)
	p.rule(t, widths)
	for _, row := range rows[1:] {
		p.row(row, widths)
	}
}

// ruleCells counts the cells of the line of dashes. In a table that holds no
// facts it may differ from the number of columns.
func (p *printer) ruleCells(t *Table) int {
	return len(splitCells(p.file.Slice(t.Rule))) + t.added
}

// columnWidths returns the width of each column; nil for a table that is better
// not aligned.
func columnWidths(rows [][]string, columns int) []int {
	for _, row := range rows {
		columns = max(columns, len(row))
	}
	widths := make([]int, columns)
	text := 0
	for _, row := range rows {
		for i, cell := range row {
			w := displaywidth.String(cell)
			text += len(cell) + 3
			widths[i] = max(widths[i], min(w, maxCell), 3)
		}
	}
	padded, widest := 0, 0
	for _, row := range rows {
		line := 0
		for i := range row {
			line += widths[i] + 3
		}
		padded += line
		widest = max(widest, line)
	}
	if padded > maxPadding*text+1000 || widest > MaxLine/4 {
		return nil
	}
	return widths
}

func (p *printer) row(cells []string, widths []int) {
	p.out.WriteByte('|')
	for i, cell := range cells {
		p.out.WriteByte(' ')
		p.out.WriteString(cell)
		if widths != nil {
			p.out.WriteString(strings.Repeat(" ", max(0, widths[i]-displaywidth.String(cell))))
		} else if cell == "" {
			p.out.WriteByte(' ')
		}
		p.out.WriteString(" |")
	}
	p.out.WriteByte('\n')
}

func (p *printer) rule(t *Table, widths []int) {
	p.out.WriteByte('|')
	for i := range p.ruleCells(t) {
		dashes := 3
		if widths != nil {
			dashes = widths[i] + 2
		}
		align := AlignNone
		if i < len(t.Columns) {
			align = t.Columns[i].Align
		}
		left, right := "", ""
		if align == AlignLeft || align == AlignCenter {
			left = ":"
		}
		if align == AlignRight || align == AlignCenter {
			right = ":"
		}
		p.out.WriteString(left + strings.Repeat("-", dashes-len(left)-len(right)) + right + "|")
	}
	p.out.WriteByte('\n')
}
