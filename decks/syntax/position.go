package syntax

import (
	"sort"
	"strings"

	"github.com/clipperhouse/displaywidth"
)

// MaxFile, MaxLine and MaxValue limit a source, a line of it and the value of a
// key, in bytes.
const (
	MaxFile  = 16 << 20
	MaxLine  = 64 << 10
	MaxValue = MaxLine
)

// MaxFacts limits the facts of a source, tables aside: no deck has more cards.
const MaxFacts = 200_000

const byteOrderMark = "\uFEFF"

// splitLines returns the offset at which each line begins. A line feed ends a
// line, so a text that ends with one has no empty last line.
func splitLines(text string) []int {
	lines := make([]int, 0, strings.Count(text, "\n")+1)
	for at := 0; at < len(text); {
		lines = append(lines, at)
		n := strings.IndexByte(text[at:], '\n')
		if n < 0 {
			break
		}
		at += n + 1
	}
	return lines
}

// Lines counts the file's lines.
func (f *File) Lines() int { return len(f.lines) }

// Line returns the span of line i, 0-based, without its line end.
func (f *File) Line(i int) Span {
	start, end := f.lines[i], len(f.Text)
	if i+1 < len(f.lines) {
		end = f.lines[i+1]
	}
	if end > start && f.Text[end-1] == '\n' {
		end--
	}
	if end > start && f.Text[end-1] == '\r' {
		end--
	}
	for i == 0 && strings.HasPrefix(f.Text[start:end], byteOrderMark) {
		start += len(byteOrderMark)
	}
	return Span{start, max(start, end)}
}

// LineAt returns the 0-based line that holds the offset. An offset at the end of
// the file belongs to its last line.
func (f *File) LineAt(offset int) int {
	return max(0, sort.SearchInts(f.lines, offset+1)-1)
}

// Position returns the place of an offset as editors count: line and column
// from 1, the column in graphemes, so that a tab, a wide character and an
// emoji count as one each. Past [MaxLine] bytes of a line it counts bytes.
func (f *File) Position(offset int) (line, column int) {
	if len(f.lines) == 0 {
		return 1, 1
	}
	i := f.LineAt(offset)
	before := f.Text[f.Line(i).Start:max(f.Line(i).Start, min(offset, len(f.Text)))]
	rest := 0
	if len(before) > MaxLine {
		before, rest = before[:MaxLine], len(before)-MaxLine
	}
	for g := displaywidth.StringGraphemes(before); g.Next(); {
		column++
	}
	return i + 1, column + rest + 1
}

// Slice returns the text of a span.
func (f *File) Slice(s Span) string { return f.Text[s.Start:s.End] }
