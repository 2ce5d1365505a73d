package list

import (
	"fmt"
	"sort"
	"strings"
	"unicode"

	"kartei/decks"
	"kartei/decks/check"
	"kartei/decks/html"
	"kartei/decks/lazyregexp"
	"kartei/decks/memfs"
	"kartei/decks/syntax"
)

func isWordRune(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) }

// table writes the rows with their templates. It returns the line of each row.
func (b *builder) table() (text []byte, lines []int) {
	if len(b.rows) == 0 {
		return nil, nil
	}
	l := &b.layout
	names := b.columnNames()
	order := []int{l.columns[ID]}
	for i := range l.width {
		if i != l.columns[ID] {
			order = append(order, i)
		}
	}
	var out strings.Builder
	writeRow(&out, order, func(i int) string { return names[i] })
	writeRow(&out, order, func(int) string { return "---" })
	lines = make([]int, len(b.rows))
	for n, r := range b.rows {
		lines[n] = n + 3
		writeRow(&out, order, func(i int) string {
			if l.role(i) == Tags {
				return tagsCell(r.cells[i])
			}
			return syntax.Quote(r.cells[i], '|')
		})
	}
	front, back := names[l.columns[Front]], names[l.columns[Back]]
	fmt.Fprintf(&out, "\nQ: {%s}\nA: {%s}\n", front, back)
	if l.both {
		fmt.Fprintf(&out, "\nQ: {%s}\nA: {%s}\n", back, front)
	}
	return []byte(out.String()), lines
}

func writeRow(out *strings.Builder, order []int, cell func(int) string) {
	for _, i := range order {
		out.WriteString("| " + cell(i) + " ")
	}
	out.WriteString("|\n")
}

// acceptRounds is how often a table is looked at anew without what was refused.
const acceptRounds = 5

// acceptedTable is the table without the rows for which the compiler or an error of
// the check would keep the deck back.
func (b *builder) acceptedTable() ([]byte, error) {
	for range acceptRounds {
		text, lines := b.table()
		if text == nil {
			return nil, nil
		}
		problems, err := problemsOf(text, lines)
		if err != nil || len(problems) == 0 {
			return text, err
		}
		kept := b.rows[:0]
		for i, r := range b.rows {
			if why := problems[i]; why != "" {
				b.leave(r.line, false, strings.Join(r.cells, " "), "%s", why)
			} else {
				kept = append(kept, r)
			}
		}
		b.rows = kept
	}
	return nil, fmt.Errorf("%s: rows that are right by themselves are wrong together", b.file)
}

// problemsOf are the errors of rows, by their place.
func problemsOf(text []byte, lines []int) (map[int]string, error) {
	c, err := decks.Compile(memfs.Files{"list.md": text}, "list.md")
	if err != nil {
		return nil, fmt.Errorf("check what was read: %w", err)
	}
	problems := map[int]string{}
	for _, d := range append(c.Diagnostics, check.Run(c, check.Options{Images: memfs.Files{}, Errors: true})...) {
		if d.Severity != decks.Error {
			continue
		}
		i := sort.SearchInts(lines, d.Line)
		if i == len(lines) || lines[i] != d.Line {
			return nil, fmt.Errorf("check what was read: %s [%s]", d.Message, d.Rule)
		}
		problems[i] = fmt.Sprintf("%s [%s]", d.Message, d.Rule)
	}
	return problems, nil
}

// tagsCell makes tags of a cell: words, or phrases with commas or semicolons between,
// whose spaces become hyphens.
func tagsCell(text string) string {
	parts := strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ';' })
	if len(parts) < 2 {
		parts = strings.Fields(text)
	}
	var tags []string
	for _, p := range parts {
		tag := strings.Join(strings.Fields(strings.Map(func(r rune) rune {
			if strings.ContainsRune("[](){}\"'`|;\\", r) {
				return ' '
			}
			return r
		}, p)), "-")
		if tag = strings.TrimLeft(tag, "#"); tag != "" {
			tags = append(tags, tag)
		}
	}
	return strings.Join(tags, " ")
}

var tagPattern = lazyregexp.New(`(?i)<(?:br|b|i|u|em|strong|div|p|span|ul|ol|li|img|sub|sup|code|pre|font|a|ruby|table)\b[^<>]*>|&(?:nbsp|lt|gt|amp|quot|#\d+);`)

func looksLikeHTML(text string) bool {
	return strings.ContainsAny(text, "<&") && tagPattern.MatchString(text)
}

// An htmlReader makes Markdown of cells in HTML.
type htmlReader struct {
	converter html.Converter
	lost      func(kind string)
}

func newHTMLReader() *htmlReader {
	h := &htmlReader{}
	h.converter.Lost = func(kind, example string) {
		if example != "" {
			kind += ", such as " + example
		}
		h.lost(kind)
	}
	return h
}

func (h *htmlReader) text(source string, lost func(kind string)) string {
	h.lost = lost
	return h.converter.Text(strings.ReplaceAll(source, "\n", "<br>"))
}
