package html

import "strings"

// table writes a table as lines of cells with bars between them. One that only
// lays a page out, with a single column or with whole texts in its cells, is
// written as these.
func (w *writer) table(n *node) {
	w.endBlock()
	rows, caption := rowsOf(n)
	if caption != nil {
		w.children(caption)
		w.endBlock()
	}
	if w.code != nil || isLayout(rows) {
		for _, row := range rows {
			for _, cell := range row {
				w.element(cell)
				w.endBlock()
			}
		}
		w.strays(n)
		return
	}
	w.lost("table", "")
	for _, row := range rows {
		w.row(row)
	}
	w.strays(n)
	w.endBlock()
}

// row writes the cells of a row as a line.
func (w *writer) row(cells []*node) {
	outer := w.lines
	var line []string
	for _, cell := range cells {
		w.lines = nil
		if w.hidden(cell) {
			w.node(cell)
			continue
		}
		w.look(cell, 1)
		w.children(cell)
		w.endLine()
		if !cell.ended {
			w.look(cell, -1)
		}
		line = append(line, strings.Join(w.lines, " "))
	}
	w.lines = outer
	text := strings.TrimRight(strings.Join(line, " | "), " ")
	if strings.Trim(text, " |") != "" {
		w.lines = append(w.lines, text)
	}
}

// rowsOf are the cells of a table by row, and its caption.
func rowsOf(n *node) (rows [][]*node, caption *node) {
	for _, kid := range n.kids {
		switch kid.name {
		case "caption":
			caption = kid
		case "tbody", "thead", "tfoot":
			more, _ := rowsOf(kid)
			rows = append(rows, more...)
		case "tr":
			var row []*node
			for _, cell := range kid.kids {
				if cell.name == "td" || cell.name == "th" {
					row = append(row, cell)
				}
			}
			rows = append(rows, row)
		case "td", "th": // without a row
			rows = append(rows, []*node{kid})
		}
	}
	return rows, caption
}

// isLayout reports whether a table has one column, or more than words in a cell.
func isLayout(rows [][]*node) bool {
	most := 0
	for _, row := range rows {
		most = max(most, len(row))
		for _, cell := range row {
			if cell.has("table", "ul", "ol", "pre", "blockquote") || countOf(cell, "p") > 1 {
				return true
			}
		}
	}
	return most < 2
}

func countOf(n *node, name string) (count int) {
	for _, kid := range n.kids {
		if kid.name == name && !kid.blank() {
			count++
		}
	}
	return count
}

// strays writes what stands in a table beside its cells. Browsers show it before
// the table.
func (w *writer) strays(n *node) {
	for _, kid := range n.kids {
		switch kid.name {
		case "caption", "td", "th":
		case "tbody", "thead", "tfoot", "tr":
			w.strays(kid)
		default:
			w.node(kid)
		}
	}
}
