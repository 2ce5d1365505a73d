package list

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// separators are those that are tried, the most telling first.
var separators = []string{"\t", ";", ",", "|", " - ", " – ", " = ", ":"}

// looked is how many bytes and rows of a list decide how it is read.
const (
	lookedBytes = 256 << 10
	lookedRows  = 2000
)

// A split list, and how well it came apart.
type candidate struct {
	separator string
	quotes    bool
	width     int     // cells of most records
	even      float64 // the share of records of that width
}

// try splits the beginning of a list at a separator.
func try(text, separator string, quotes bool) candidate {
	records := split(text, separator, quotes)
	records = records[:min(len(records), lookedRows)]
	widths := map[int]int{}
	rows := 0
	for _, r := range records {
		if !r.empty() && !r.comment() {
			widths[len(r.cells)]++
			rows++
		}
	}
	c := candidate{separator: separator, quotes: quotes}
	for w, n := range widths {
		if share := float64(n) / float64(rows); w >= 2 && (share > c.even || share == c.even && w > c.width) {
			c.width, c.even = w, share
		}
	}
	return c
}

// beginning is the part of a text that is looked at, in whole lines.
func beginning(text string) string {
	if len(text) <= lookedBytes {
		return text
	}
	text = text[:lookedBytes]
	return text[:strings.LastIndexByte(text, '\n')+1]
}

// guessSeparator returns the separator with which all records have the same number
// of cells, and whether there is no doubt about it. With one that is given only the
// quotes are guessed.
func guessSeparator(text, given string) (best candidate, sure bool) {
	text = beginning(text)
	tried := separators
	if given != "" {
		tried = []string{given}
	}
	var all []candidate
	for _, s := range tried {
		quoted, plain := try(text, s, true), try(text, s, false)
		if plain.even > quoted.even {
			quoted = plain
		}
		if quoted.even > 0 {
			all = append(all, quoted)
		}
	}
	if len(all) == 0 {
		return candidate{separator: given}, false
	}
	slices.SortStableFunc(all, func(a, b candidate) int {
		switch {
		case a.even > b.even:
			return -1
		case a.even < b.even:
			return 1
		}
		return 0
	})
	best = all[0]
	sure = given != "" || best.even > 0.98 && (len(all) == 1 || all[1].even < 0.9 ||
		telling(best.separator) && !telling(all[1].separator))
	return best, sure
}

// telling reports whether a separator seldom stands in a text.
func telling(separator string) bool { return separator == "\t" || separator == ";" || separator == "|" }

// names of separators, as the flag has them.
var separatorNames = [][2]string{{"\t", "tab"}, {";", "semicolon"}, {",", "comma"}, {"|", "bar"}, {":", "colon"},
	{" ", "space"}}

// separatorOf reads a separator as the flag has it.
func separatorOf(name string) string {
	for _, n := range separatorNames {
		if strings.EqualFold(n[1], name) {
			return n[0]
		}
	}
	return strings.ReplaceAll(name, `\t`, "\t")
}

func separatorName(separator string) string {
	for _, n := range separatorNames {
		if n[0] == separator {
			return n[1]
		}
	}
	return separator
}

// A heading is what the first row says of a list.
type heading struct {
	is    bool // it is names of columns
	sure  bool
	roles []Role // by column, of the names that are known
}

// guessHeader reports whether the first row is names of columns.
func guessHeader(records []record) heading {
	h := heading{roles: make([]Role, len(records[0].cells))}
	known := 0
	for i, cell := range records[0].cells {
		role, ok := roleNamed(cell)
		if ok {
			known++
		}
		if role != None && !slices.Contains(h.roles, role) {
			h.roles[i] = role
		}
	}
	full := len(slices.DeleteFunc(slices.Clone(records[0].cells),
		func(s string) bool { return strings.TrimSpace(s) == "" }))
	switch {
	case known >= 2 && 2*known >= full || known > 0 && known == full:
		h.is, h.sure = true, true
	case likeData(records):
		h.sure = true
	case known > 0 || overFigures(records):
		h.is = true
	}
	return h
}

// overFigures reports whether the first row has a word above a column of figures.
func overFigures(records []record) bool {
	for i, cell := range records[0].cells {
		figures := func(r record) bool {
			return i < len(r.cells) && strings.ContainsAny(r.cells[i], "0123456789") &&
				!strings.ContainsFunc(r.cells[i], unicode.IsLetter)
		}
		rows := records[1:min(len(records), 200)]
		if len(rows) > 1 && strings.ContainsFunc(cell, unicode.IsLetter) &&
			!slices.ContainsFunc(rows, func(r record) bool { return !figures(r) }) {
			return true
		}
	}
	return false
}

// likeData reports whether the first row cannot be names of columns.
func likeData(records []record) bool {
	first := records[0].cells
	seen := map[string]bool{}
	for i, cell := range first {
		cell = strings.TrimSpace(cell)
		switch {
		case seen[cell]: // as two empty ones are
			return true
		case utf8.RuneCountInString(cell) > 40, strings.ContainsAny(cell, "?!\n"), strings.HasSuffix(cell, "."):
			return true
		case cell != "" && !strings.ContainsFunc(cell, unicode.IsLetter) && cell != "#":
			return true
		}
		seen[cell] = true
		for _, r := range records[1:min(len(records), 200)] {
			if i < len(r.cells) && cell != "" && strings.TrimSpace(r.cells[i]) == cell {
				return true
			}
		}
	}
	return false
}
