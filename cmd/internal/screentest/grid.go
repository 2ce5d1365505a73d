package screentest

import (
	"strings"

	"github.com/clipperhouse/displaywidth"
)

// A Grid is the little of a terminal that our programs use: cells, a cursor,
// scrolling, erasing, autowrap. A wide grapheme fills one cell and leaves the
// next empty. Styles are not kept.
//
// It is for one goroutine at a time.
type Grid struct {
	columns, rows int
	x, y          int
	pending       bool // the cursor is past the last column
	noWrap        bool
	hidden        bool // the cursor
	pasting       bool // bracketed paste is on
	cells         [][]string
	scrolled      []string // lines that left at the top
	part          string   // an unfinished escape sequence or rune
}

// NewGrid returns an empty screen.
func NewGrid(columns, rows int) *Grid {
	g := &Grid{columns: columns, rows: rows}
	for range rows {
		g.cells = append(g.cells, blank(columns))
	}
	return g
}

func blank(columns int) []string {
	line := make([]string, columns)
	for i := range line {
		line[i] = " "
	}
	return line
}

// Write puts what a program wrote on the screen.
func (g *Grid) Write(p []byte) (int, error) {
	in := g.part + string(p)
	g.part = ""
	for in != "" {
		n := g.step(in)
		if n == 0 {
			g.part = in
			break
		}
		in = in[n:]
	}
	return len(p), nil
}

// step takes one control or grapheme and returns its length; 0 wants more bytes.
func (g *Grid) step(in string) int {
	switch c := in[0]; {
	case c == '\r':
		g.x, g.pending = 0, false
		return 1
	case c == '\n':
		g.down()
		g.pending = false
		return 1
	case c == '\b':
		g.x, g.pending = max(0, g.x-1), false
		return 1
	case c == '\t':
		g.x, g.pending = min(g.columns-1, g.x/8*8+8), false
		return 1
	case c == 0x1b:
		return g.escape(in)
	case c < 0x20, c == 0x7f:
		return 1
	}
	graphemes := displaywidth.StringGraphemes(in)
	graphemes.Next()
	cluster := graphemes.Value()
	if len(cluster) == len(in) && in[0] >= 0x80 && !whole(in) {
		return 0
	}
	g.put(cluster, graphemes.Width())
	return len(cluster)
}

// whole reports whether s does not end within a rune.
func whole(s string) bool {
	for i := 1; i <= min(3, len(s)); i++ {
		switch b := s[len(s)-i]; {
		case b >= 0xf0:
			return i >= 4
		case b >= 0xe0:
			return i >= 3
		case b >= 0xc0:
			return i >= 2
		case b < 0x80:
			return true
		}
	}
	return true
}

func (g *Grid) escape(in string) int {
	if len(in) < 2 {
		return 0
	}
	if in[1] != '[' {
		return 2
	}
	i := 2
	for i < len(in) && (in[i] < 0x40 || in[i] > 0x7e) {
		i++
	}
	if i == len(in) {
		return 0
	}
	g.control(in[2:i], in[i])
	return i + 1
}

// control obeys the sequence ESC [ arg final.
func (g *Grid) control(arg string, final byte) {
	n := 0
	for _, d := range arg {
		if d >= '0' && d <= '9' && n < 1000 {
			n = n*10 + int(d-'0')
		}
	}
	if final != 'm' {
		g.pending = false
	}
	switch step := max(n, 1); final {
	case 'A':
		g.y = max(0, g.y-step)
	case 'B':
		g.y = min(g.rows-1, g.y+step)
	case 'C':
		g.x = min(g.columns-1, g.x+step)
	case 'D':
		g.x = max(0, g.x-step)
	case 'G':
		g.x = min(g.columns, step) - 1
	case 'H':
		g.x, g.y = 0, 0
	case 'K':
		g.eraseLine(n)
	case 'J':
		g.eraseScreen(n)
	case 'h', 'l':
		switch arg {
		case "?7":
			g.noWrap = final == 'l'
		case "?25":
			g.hidden = final == 'l'
		case "?2004":
			g.pasting = final == 'h'
		}
	}
}

func (g *Grid) eraseLine(part int) {
	from, to := g.x, g.columns
	switch part {
	case 1:
		from, to = 0, g.x+1
	case 2:
		from = 0
	}
	for x := from; x < to; x++ {
		g.clear(g.y, x)
	}
}

func (g *Grid) eraseScreen(part int) {
	for y := range g.cells {
		if part == 2 || y > g.y {
			g.cells[y] = blank(g.columns)
		}
	}
	if part == 0 {
		g.eraseLine(0)
	}
}

func (g *Grid) down() {
	if g.y < g.rows-1 {
		g.y++
		return
	}
	g.scrolled = append(g.scrolled, text(g.cells[0]))
	g.cells = append(g.cells[1:], blank(g.columns))
}

func (g *Grid) put(cluster string, width int) {
	if width == 0 {
		if x := g.left(); x >= 0 {
			g.cells[g.y][x] += cluster
		}
		return
	}
	if g.x+width > g.columns || g.pending {
		if g.noWrap {
			g.x = max(0, g.columns-width)
		} else {
			g.x = 0
			g.down()
		}
		g.pending = false
	}
	for x := g.x; x < min(g.x+width, g.columns); x++ {
		g.clear(g.y, x)
	}
	g.cells[g.y][g.x] = cluster
	for x := g.x + 1; x < min(g.x+width, g.columns); x++ {
		g.cells[g.y][x] = ""
	}
	g.x += width
	if g.x >= g.columns {
		g.x, g.pending = g.columns-1, !g.noWrap
	}
}

// left is the column of the grapheme before the cursor, or -1.
func (g *Grid) left() int {
	x := g.x
	if !g.pending {
		x--
	}
	for x > 0 && g.cells[g.y][x] == "" {
		x--
	}
	return x
}

// clear empties a cell, and the other half of a wide grapheme with it.
func (g *Grid) clear(y, x int) {
	line := g.cells[y]
	if line[x] == "" && x > 0 {
		line[x-1] = " "
	}
	if x+1 < g.columns && line[x+1] == "" {
		line[x+1] = " "
	}
	line[x] = " "
}

// Resize changes the size as most terminals do: lines that have become too
// long flow on in rows of their own, and what does not fit leaves at the top.
// (Lines do not flow together again in a wider window.)
func (g *Grid) Resize(columns, rows int) {
	var cells [][]string
	x, y := min(g.x, columns-1), 0
	for i, line := range g.cells {
		if i == g.y {
			y = len(cells)
		}
		parts := flow(line, columns)
		if i == g.y {
			y += min(g.x/columns, len(parts)-1)
			x = min(g.x-columns*(y-len(cells)), columns-1)
		}
		cells = append(cells, parts...)
	}
	last := len(cells) - 1
	for last > y && text(cells[last]) == "" {
		last--
	}
	cells = cells[:last+1]
	for len(cells) > rows {
		g.scrolled = append(g.scrolled, text(cells[0]))
		cells, y = cells[1:], y-1
	}
	for len(cells) < rows {
		cells = append(cells, blank(columns))
	}
	g.cells, g.columns, g.rows = cells, columns, rows
	g.x, g.y, g.pending = x, max(0, y), false
}

// flow cuts a line into rows of so many columns.
func flow(line []string, columns int) [][]string {
	used := len(line)
	for used > 0 && line[used-1] == " " {
		used--
	}
	parts := [][]string{}
	for line = line[:used]; len(line) > columns; {
		n := columns
		if line[n] == "" && n > 1 { // not between the halves of a wide one
			n--
		}
		parts = append(parts, append(line[:n:n], blank(columns-n)...))
		line = line[n:]
	}
	return append(parts, append(line[:len(line):len(line)], blank(columns-len(line))...))
}

// Cursor tells where the cursor is, from 0, and whether it shows.
func (g *Grid) Cursor() (x, y int, visible bool) { return g.x, g.y, !g.hidden }

// String is the screen as its reader sees it, without the space at the ends of
// lines and the empty lines at the bottom.
func (g *Grid) String() string { return join(g.lines()) }

// History is String with all lines before it that have left at the top.
func (g *Grid) History() string {
	return join(append(g.scrolled[:len(g.scrolled):len(g.scrolled)], g.lines()...))
}

func (g *Grid) lines() []string {
	lines := make([]string, len(g.cells))
	for i, line := range g.cells {
		lines[i] = text(line)
	}
	return lines
}

func text(line []string) string { return strings.TrimRight(strings.Join(line, ""), " ") }

func join(lines []string) string {
	return strings.TrimRight(strings.Join(lines, "\n"), "\n") + "\n"
}
