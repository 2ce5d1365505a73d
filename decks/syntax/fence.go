package syntax

import (
	"sort"
	"strings"
)

// openFence reads the mark that opens a code fence at the head of a line
// without leading white space: its character and length; 0 if there is none.
func openFence(line string) (char byte, length int) {
	if line == "" || line[0] != '`' && line[0] != '~' {
		return 0, 0
	}
	n := runLength(line, line[0])
	if n < 3 || line[0] == '`' && strings.IndexByte(line[n:], '`') >= 0 {
		return 0, 0
	}
	return line[0], n
}

// closingFence is openFence for the mark that closes one: nothing may follow it.
func closingFence(line string) (char byte, length int) {
	line = strings.TrimRight(line, " \t\r")
	char, n := openFence(line)
	if n < len(line) {
		return 0, 0
	}
	return char, n
}

// fences answers whether a code fence is ever closed. For each of the two
// characters it holds the closing marks that are longer than all after them,
// from the last of the text to the first: enough to tell, and few.
type fences struct {
	tick, tilde []fenceMark
}

type fenceMark struct{ offset, length int }

func findFences(text string) *fences {
	f := &fences{}
	for end := len(text); end > 0; {
		start := strings.LastIndexByte(text[:end], '\n') + 1
		line := strings.TrimLeft(text[start:end], " \t")
		if char, n := closingFence(line); n > 0 {
			marks := f.of(char)
			if len(*marks) == 0 || n > (*marks)[len(*marks)-1].length {
				*marks = append(*marks, fenceMark{end - len(line), n})
			}
		}
		end = start - 1
	}
	return f
}

func (f *fences) of(char byte) *[]fenceMark {
	if char == '`' {
		return &f.tick
	}
	return &f.tilde
}

// closed reports whether a fence that opens at the offset is closed.
func (f *fences) closed(char byte, length, offset int) bool {
	marks := *f.of(char)
	i := sort.Search(len(marks), func(i int) bool { return marks[i].length >= length })
	return i < len(marks) && marks[i].offset > offset
}

// close returns the end of the fence that opens at the offset, its closing mark
// included, or 0.
func (f *fences) close(text string, char byte, length, offset int) int {
	if !f.closed(char, length, offset) {
		return 0
	}
	for at := offset; ; {
		n := strings.IndexByte(text[at:], '\n')
		if n < 0 {
			return 0
		}
		at += n + 1
		line := restOfLine(text, at)
		trimmed := strings.TrimLeft(line, " \t")
		if c, n := closingFence(trimmed); c == char && n >= length {
			return at + len(line)
		}
	}
}
