package syntax

import (
	"fmt"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// A rawLine is one source line of a value while it is collected.
type rawLine struct {
	Span        // without leading white space (unless fenced) and trailing white space
	indent int  // columns of leading white space; of the fence's opening line if fenced
	first  bool // stands behind the key or the list mark
	fenced bool // inside a code fence: its own white space counts
}

// value joins lines into a value: dedented by what the indented lines share,
// runs of blank lines as one, white space around it cut off.
func (p *parser) value(at int, lines []rawLine) Value {
	lines = trimBlank(lines)
	if len(lines) == 0 {
		return Value{Span: Span{at, at}}
	}
	span := Span{lines[0].Start, lines[len(lines)-1].End}
	if len(lines) == 1 && p.nfc && !lines[0].fenced {
		return p.limit(Value{Span: span, Text: p.file.Slice(span)})
	}
	if len(lines) == 1 || !lines[1].fenced {
		lines[0].first = true // also where it stands on the line below the key
	}
	common := sharedIndent(lines)
	v := Value{Span: span}
	stand := make([]Span, 0, len(lines))
	var text strings.Builder
	for i, l := range lines {
		if !l.fenced && l.Start == l.End && i > 0 && lines[i-1].Start == lines[i-1].End && !lines[i-1].fenced {
			continue
		}
		if len(stand) > 0 {
			text.WriteByte('\n')
		}
		extra := l.indent - common
		if l.indent < 2 || l.first {
			extra = 0
		}
		if l.fenced {
			l.Start += stripSpaces(p.file.Slice(l.Span), l.indent-max(extra, 0))
		} else if l.Start < l.End {
			text.WriteString(strings.Repeat(" ", extra))
		}
		text.WriteString(p.normal(p.file.Slice(l.Span)))
		stand = append(stand, l.Span)
	}
	v.Text, v.lines = text.String(), &stand
	return p.limit(v)
}

// limit cuts a value that is too long, and reports it, if no line of it is too
// long by itself.
func (p *parser) limit(v Value) Value {
	if len(v.Text) <= MaxValue {
		return v
	}
	at := Span{v.Start, v.Start}
	if v.lines != nil {
		p.error(at, "text-too-long", fmt.Sprintf("this text has more than %d KiB", MaxValue>>10),
			"make several facts of it")
	}
	return Value{Span: at, Text: firstBytes(v.Text, MaxValue)}
}

// stripSpaces counts the spaces that s begins with, up to n.
func stripSpaces(s string, n int) int {
	i := 0
	for i < n && i < len(s) && s[i] == ' ' {
		i++
	}
	return i
}

func trimBlank(lines []rawLine) []rawLine {
	blank := func(l rawLine) bool { return l.Start == l.End && !l.fenced }
	for len(lines) > 0 && blank(lines[0]) {
		lines = lines[1:]
	}
	for len(lines) > 0 && blank(lines[len(lines)-1]) {
		lines = lines[:len(lines)-1]
	}
	return lines
}

func sharedIndent(lines []rawLine) int {
	common := -1
	for _, l := range lines {
		if l.indent >= 2 && !l.first && !l.fenced && l.Start < l.End && (common < 0 || l.indent < common) {
			common = l.indent
		}
	}
	return max(common, 0)
}

// normal returns s in NFC.
func (p *parser) normal(s string) string {
	if p.nfc {
		return s
	}
	return normal(s)
}

func normal(s string) string { return norm.NFC.String(s) }

// At returns the file offset of byte i of the value's text. In a line that is
// indented deeper than its neighbours or not in NFC it may be off by the
// difference, never outside of the line.
func (v Value) At(i int) int {
	if v.lines == nil {
		return min(v.Start+i, v.End)
	}
	line := strings.Count(v.Text[:i], "\n")
	within := i - (strings.LastIndexByte(v.Text[:i], '\n') + 1)
	l := (*v.lines)[min(line, len(*v.lines)-1)]
	return min(l.Start+within, l.End)
}

// Range returns the file span of the value's text from byte i up to byte j.
func (v Value) Range(i, j int) Span {
	start := v.At(i)
	return Span{start, max(start, v.At(j))}
}

// cut returns bytes i to j of the value as a value, without white space around.
func (v Value) cut(i, j int) Value {
	for i < j && isSpace(v.Text[i]) {
		i++
	}
	for i < j && isSpace(v.Text[j-1]) {
		j--
	}
	line := strings.LastIndexByte(v.Text[:i], '\n')
	part := Value{Span: v.Range(i, j), Text: v.Text[i:j], below: line >= 0 && strings.TrimSpace(v.Text[line:i]) == ""}
	if v.lines == nil {
		return part
	}
	first := strings.Count(v.Text[:i], "\n")
	last := first + strings.Count(part.Text, "\n")
	stand := slices.Clone((*v.lines)[first : last+1])
	stand[0].Start, stand[last-first].End = part.Start, part.End
	part.lines = &stand
	return part
}

func isSpace(b byte) bool { return b == ' ' || b == '\t' || b == '\n' }
