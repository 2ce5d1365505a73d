package lsp

import (
	"sort"
	"strings"
	"unicode/utf8"
)

// A text is a document's content with the places of its lines.
type text struct {
	content string
	lines   []int // offset at which each line begins; at least one
	utf8    bool  // positions count bytes instead of UTF-16 units
}

func newText(content string, utf8 bool) *text {
	t := &text{content: content, lines: []int{0}, utf8: utf8}
	for i := 0; i < len(content); i++ {
		switch content[i] {
		case '\n':
			t.lines = append(t.lines, i+1)
		case '\r': // LSP counts a carriage return alone as a line end, too
			if i+1 == len(content) || content[i+1] != '\n' {
				t.lines = append(t.lines, i+1)
			}
		}
	}
	return t
}

// line returns the bounds of a line without its line end.
func (t *text) line(i int) (start, end int) {
	start, end = t.lines[i], len(t.content)
	if i+1 < len(t.lines) {
		end = t.lines[i+1]
	}
	return start, start + len(strings.TrimRight(t.content[start:end], "\r\n"))
}

// offset returns the byte that a position means. A position outside of its line
// is taken for the line's end, one outside of the text for the text's, and one
// within a character for its beginning.
func (t *text) offset(p position) int {
	switch {
	case p.Line < 0:
		return 0
	case p.Line >= len(t.lines):
		return len(t.content)
	}
	start, end := t.line(p.Line)
	if t.utf8 {
		at := start + max(0, min(p.Character, end-start))
		for at > start && at < end && !utf8.RuneStart(t.content[at]) {
			at--
		}
		return at
	}
	units := 0
	for at, r := range t.content[start:end] {
		if units += units16(r); units > p.Character {
			return start + at
		}
	}
	return end
}

// position returns the place of a byte.
func (t *text) position(offset int) position {
	offset = max(0, min(offset, len(t.content)))
	line := sort.SearchInts(t.lines, offset+1) - 1
	before := t.content[t.lines[line]:offset]
	if t.utf8 {
		return position{line, len(before)}
	}
	units := 0
	for _, r := range before {
		units += units16(r)
	}
	return position{line, units}
}

// units16 is how many UTF-16 units a character takes.
func units16(r rune) int {
	if r > 0xffff {
		return 2
	}
	return 1
}

func (t *text) textRange(start, end int) textRange {
	return textRange{t.position(start), t.position(end)}
}

// apply makes a client's changes, one after the other.
func (t *text) apply(changes []contentChange) *text {
	for _, c := range changes {
		content := c.Text
		if c.Range != nil {
			start, end := t.offset(c.Range.Start), t.offset(c.Range.End)
			end = max(start, end)
			content = t.content[:start] + c.Text + t.content[end:]
		}
		t = newText(content, t.utf8)
	}
	return t
}
