package decks

import (
	"strings"

	"kartei/decks/syntax"
)

// A pattern is a text of a template, read once and filled for each row.
type pattern struct {
	parts []part
}

// A part of a pattern is a literal text, a column, or a group in parentheses
// that vanishes if all its columns are empty.
type part struct {
	text   string
	column int // index, or -1
	group  []part
}

// maxGroups limits how deep groups nest; deeper parentheses are text.
const maxGroups = 32

// readPattern reads a text of a template.
func readPattern(text string, t *syntax.Table) pattern {
	r := patternReader{table: t, open: [][]part{nil}}
	slots := syntax.Slots(text)
	for p := range syntax.Pieces(text) {
		if p.Kind == syntax.Escape {
			r.literal(text[p.Start+1 : p.End])
			continue
		}
		from := p.Start
		for len(slots) > 0 && slots[0].Start < p.End {
			if column := t.Column(slots[0].Name); column >= 0 {
				r.words(text[from:slots[0].Start], p.Kind)
				r.put(part{column: column})
				from = slots[0].End
			}
			slots = slots[1:]
		}
		r.words(text[from:p.End], p.Kind)
	}
	for len(r.open) > 1 {
		r.flatten("(", "")
	}
	return pattern{r.open[0]}
}

// A patternReader holds the groups that are open, innermost last.
type patternReader struct {
	table *syntax.Table
	open  [][]part
}

func (r *patternReader) put(p part) {
	last := len(r.open) - 1
	r.open[last] = append(r.open[last], p)
}

func (r *patternReader) literal(text string) {
	if text == "" {
		return
	}
	r.put(part{text: text, column: -1})
}

// words takes text in; parentheses outside of code and mathematics are groups.
func (r *patternReader) words(text string, kind syntax.PieceKind) {
	if kind != syntax.Words {
		r.literal(text)
		return
	}
	from := 0
	for i := range len(text) {
		switch {
		case text[i] == '(' && len(r.open) <= maxGroups:
			r.literal(text[from:i])
			r.open = append(r.open, nil)
			from = i + 1
		case text[i] == ')' && len(r.open) > 1:
			r.literal(text[from:i])
			r.close()
			from = i + 1
		}
	}
	r.literal(text[from:])
}

// close ends the innermost group. One without a column is text.
func (r *patternReader) close() {
	last := len(r.open) - 1
	group := r.open[last]
	if !hasColumn(group) {
		r.flatten("(", ")")
		return
	}
	r.open = r.open[:last]
	r.put(part{column: -1, group: group})
}

// flatten makes the innermost group text of the one around it.
func (r *patternReader) flatten(before, after string) {
	last := len(r.open) - 1
	group := r.open[last]
	r.open = r.open[:last]
	r.literal(before)
	r.open[last-1] = append(r.open[last-1], group...)
	r.literal(after)
}

func hasColumn(parts []part) bool {
	for _, p := range parts {
		if p.column >= 0 || p.group != nil {
			return true
		}
	}
	return false
}

// fill returns the text with the cells of a row. The second result is false if a
// cell that the text needs is empty: one outside of every group.
func (p pattern) fill(cells []string) (text string, whole bool) {
	if len(p.parts) == 1 && p.parts[0].group == nil && p.parts[0].column < 0 {
		return p.parts[0].text, true
	}
	whole = true
	for _, q := range p.parts {
		if q.column >= 0 && cells[q.column] == "" {
			whole = false
		}
	}
	return string(appendParts(nil, p.parts, cells)), whole
}

func appendParts(out []byte, parts []part, cells []string) []byte {
	for i, p := range parts {
		switch {
		case len(out) > maxCardText:
			return out
		case p.column >= 0:
			out = append(out, cells[p.column]...)
		case p.group == nil:
			out = append(out, p.text...)
		case filled(p.group, cells):
			out = append(appendParts(append(out, '('), p.group, cells), ')')
		case len(out) > 0 && out[len(out)-1] == ' ' && closesUp(parts[i+1:]):
			out = out[:len(out)-1]
		}
	}
	return out
}

// closesUp reports whether what follows a group that vanished needs no space
// before it.
func closesUp(next []part) bool {
	return len(next) == 0 || strings.IndexAny(next[0].text, " .,;:?!…)") == 0
}

// filled reports whether a group has a cell that is not empty.
func filled(group []part, cells []string) bool {
	for _, p := range group {
		if p.column >= 0 && cells[p.column] != "" || p.group != nil && filled(p.group, cells) {
			return true
		}
	}
	return false
}
