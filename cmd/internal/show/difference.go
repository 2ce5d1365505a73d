package show

import (
	"strings"

	"github.com/clipperhouse/displaywidth"
)

// maxCompared bounds the part of two answers that is compared letter by
// letter, in graphemes: it takes time in the square of it.
const maxCompared = 400

// An edit is a piece of the difference between two texts.
type edit struct {
	text string
	kind editKind
}

type editKind int

const (
	kept    editKind = iota
	added            // typed, but not in the answer
	missing          // in the answer, but not typed
)

// Difference draws a typed answer over the right one, letter by letter: what
// is right in green, what is wrong in red, and "-" where a letter is missing;
// in the right answer what was missed is underlined. Where the palette writes
// no styles a line of marks stands below each. Both answers are one line each,
// cut to the page.
func (p Page) Difference(typed, right string) []string {
	typed, right = Line(typed), Line(right)
	if typed == right {
		return []string{p.Palette.Paint(Green, Cut(typed, p.width()))}
	}
	edits := difference(graphemes(typed), graphemes(right))
	var above, below []span
	for _, e := range edits {
		switch e.kind {
		case kept:
			above = append(above, span{e.text, Green})
			below = append(below, span{e.text, 0})
		case added:
			above = append(above, span{e.text, Red})
		case missing:
			above = append(above, span{strings.Repeat("-", Width(e.text)), Red})
			below = append(below, span{e.text, Bold | Underline})
		}
	}
	if !p.Palette.Escapes() {
		return append(p.underlined(above, Red), p.underlined(below, Bold|Underline)...)
	}
	return append(p.fill(above, "", ""), p.fill(below, "", "")...)
}

// underlined draws a line and "^" under the spans that look like style.
func (p Page) underlined(spans []span, style Style) []string {
	var text, marks strings.Builder
	for _, s := range spans {
		text.WriteString(s.text)
		mark := " "
		if s.style == style {
			mark = "^"
		}
		marks.WriteString(strings.Repeat(mark, Width(s.text)))
	}
	lines := []string{Cut(text.String(), p.width())}
	if m := strings.TrimRight(marks.String(), " "); m != "" {
		lines = append(lines, Cut(m, p.width()))
	}
	return lines
}

func graphemes(s string) []string {
	var out []string
	for g := displaywidth.StringGraphemes(s); g.Next(); {
		out = append(out, g.Value())
	}
	return out
}

// difference turns a into b: common beginning and end first, then a longest
// common subsequence of what is between.
func difference(a, b []string) []edit {
	var edits []edit
	add := func(kind editKind, text ...string) {
		if len(text) == 0 {
			return
		}
		if n := len(edits); n > 0 && edits[n-1].kind == kind {
			edits[n-1].text += strings.Join(text, "")
			return
		}
		edits = append(edits, edit{strings.Join(text, ""), kind})
	}
	start := 0
	for start < len(a) && start < len(b) && a[start] == b[start] {
		start++
	}
	tail := 0
	for tail < len(a)-start && tail < len(b)-start && a[len(a)-1-tail] == b[len(b)-1-tail] {
		tail++
	}
	add(kept, a[:start]...)
	between(a[start:len(a)-tail], b[start:len(b)-tail], add)
	add(kept, a[len(a)-tail:]...)
	return edits
}

// between is difference for the part without a common beginning or end.
func between(a, b []string, add func(editKind, ...string)) {
	if len(a) > maxCompared || len(b) > maxCompared {
		add(added, a...)
		add(missing, b...)
		return
	}
	common := make([][]int16, len(a)+1) // of a[i:] and b[j:]
	for i := range common {
		common[i] = make([]int16, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if a[i] == b[j] {
				common[i][j] = common[i+1][j+1] + 1
			} else {
				common[i][j] = max(common[i+1][j], common[i][j+1])
			}
		}
	}
	i, j := 0, 0
	for i < len(a) || j < len(b) {
		switch {
		case i < len(a) && j < len(b) && a[i] == b[j]:
			add(kept, a[i])
			i, j = i+1, j+1
		case i < len(a) && (j == len(b) || common[i+1][j] >= common[i][j+1]):
			add(added, a[i])
			i++
		default:
			add(missing, b[j])
			j++
		}
	}
}
