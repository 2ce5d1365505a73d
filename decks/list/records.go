package list

import (
	"strings"
)

// A record is a row of a list.
type record struct {
	line  int // from 1
	cells []string
}

// filled is in how many cells something stands.
func (r record) filled() (n int) {
	for _, c := range r.cells {
		if strings.TrimSpace(c) != "" {
			n++
		}
	}
	return n
}

func (r record) empty() bool { return r.filled() == 0 }

// comment reports whether a record is a line about those that follow.
func (r record) comment() bool {
	return len(r.cells) == 1 && (strings.HasPrefix(r.cells[0], "//") || strings.HasPrefix(r.cells[0], "#"))
}

// longestCell is how many lines a cell in quotes may have: where more would, the
// quotation mark was a sign of the text.
const longestCell = 200

// split reads records. With quotes, a cell may begin with a quotation mark and then
// holds all up to the next that stands alone: separators, line breaks and, doubled,
// the mark itself. A mark that is never closed is a sign of the text.
func split(text, separator string, quotes bool) []record {
	var all []record
	line := 1
	for len(text) > 0 {
		r := record{line: line}
		for more := true; more; {
			var cell string
			cell, text, more = nextCell(text, separator, quotes, &line)
			r.cells = append(r.cells, cell)
		}
		line++
		all = append(all, r)
	}
	return all
}

// nextCell takes a cell off a text, and reports whether the record goes on.
func nextCell(text, separator string, quotes bool, line *int) (cell, rest string, more bool) {
	if quotes && strings.HasPrefix(strings.TrimLeft(text, " "), `"`) {
		if cell, rest, ok := quotedCell(strings.TrimLeft(text, " ")); ok {
			after := strings.TrimLeft(rest, " ")
			switch {
			case after == "" || after[0] == '\n':
				*line += strings.Count(cell, "\n")
				return cell, strings.TrimPrefix(after, "\n"), false
			case strings.HasPrefix(rest, separator):
				*line += strings.Count(cell, "\n")
				return cell, rest[len(separator):], true
			case strings.HasPrefix(after, separator):
				*line += strings.Count(cell, "\n")
				return cell, after[len(separator):], true
			}
		}
	}
	end := strings.IndexByte(text, '\n')
	if end < 0 {
		end = len(text)
	}
	if at := strings.Index(text[:end], separator); at >= 0 {
		return text[:at], text[at+len(separator):], true
	}
	return text[:end], strings.TrimPrefix(text[end:], "\n"), false
}

// quotedCell reads a cell in quotes up to its closing mark.
func quotedCell(text string) (cell, rest string, ok bool) {
	var out strings.Builder
	lines := 0
	for i := 1; i < len(text); i++ {
		switch text[i] {
		case '"':
			if i+1 < len(text) && text[i+1] == '"' {
				i++
				break
			}
			return out.String(), text[i+1:], true
		case '\n':
			if lines++; lines > longestCell {
				return "", "", false
			}
		}
		out.WriteByte(text[i])
	}
	return "", "", false
}
