package list

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"

	"kartei/decks/factfile"
	"kartei/decks/foreign"
	"kartei/decks/textfile"
)

// A layout is how a list is read.
type layout struct {
	candidate
	header  bool
	names   []string // of the columns, as the first row has them; empty ones where it has none
	columns map[Role]int
	both    bool
	useless []bool // columns that neither ask nor answer: figures, and what the first column says
	first   int    // the record that the rows begin with

	comments []record
	titles   []record // above the names of columns
}

// Read reads a list as a fact table.
func Read(r io.Reader, o foreign.ReadOptions) (*foreign.Reading, error) {
	text, remarks, err := readText(o.File, r)
	if err != nil {
		return nil, err
	}
	l, records, err := settle(text, o)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", o.File, err)
	}
	if len(records) > factfile.MaxQuestions {
		return nil, fmt.Errorf("%s: %w", o.File, factfile.ErrTooMany)
	}
	settled := l.flags()
	b := newBuilder(o.File, l)
	for _, c := range l.comments {
		b.leave(c.line, true, c.cells[0], "a comment: %s", factfile.OneLine(c.cells[0]))
	}
	for _, c := range l.titles {
		text := strings.TrimSpace(strings.Join(c.cells, " "))
		b.leave(c.line, true, text, "a title above the list: %s", factfile.OneLine(text))
	}
	for _, one := range records {
		b.row(one)
	}
	reading, err := b.reading()
	if err != nil {
		return nil, err
	}
	reading.Remarks = append(remarks, reading.Remarks...)
	reading.Settled = settled
	return reading, nil
}

var lineEnds = strings.NewReplacer("\r\n", "\n", "\r", "\n")

// readText reads all of a file as text.
func readText(name string, r io.Reader) (text string, remarks []string, err error) {
	data, err := io.ReadAll(io.LimitReader(r, factfile.MaxFile+1))
	switch {
	case err != nil:
		return "", nil, fmt.Errorf("read %s: %w", name, err)
	case len(data) > factfile.MaxFile:
		return "", nil, fmt.Errorf("%s: the file has more than %d MiB", name, factfile.MaxFile>>20)
	case bytes.HasPrefix(data, []byte("PK")) || foreign.IsOffice(data):
		return "", nil, fmt.Errorf("%s: this is the file of a spreadsheet or a word processor: save it there "+
			"as CSV (UTF-8), or as plain text, and import that", name)
	}
	text, remarks, err = textfile.Decode(data)
	if err != nil {
		return "", nil, fmt.Errorf("%s: %w", name, err)
	}
	return lineEnds.Replace(text), remarks, nil
}

// settle finds out how a list is read, and returns its rows.
func settle(text string, o foreign.ReadOptions) (layout, []record, error) {
	if rest, ok := strings.CutPrefix(text, "sep="); ok { // as Excel writes it
		if line, after, ok := strings.Cut(rest, "\n"); ok && len(line) == 1 && o.Flags["separator"] == "" {
			text, o.Flags = after, withFlag(o.Flags, "separator", line)
		}
	}
	if strings.TrimSpace(text) == "" {
		return layout{}, nil, errors.New("the file is empty")
	}
	best, sure := guessSeparator(text, separatorOf(o.Flags["separator"]))
	if best.width < 2 {
		return layout{}, nil, errors.New("no sign parts its rows into two cells or more; say which one with --separator")
	}
	guess := foreign.Guess{}
	if !sure {
		guess.Unsure = append(guess.Unsure, "what parts the cells")
	}
	l := layout{candidate: best, both: o.Flags.On("both")}
	records := slices.DeleteFunc(split(text, best.separator, best.quotes), record.empty)
	records = slices.DeleteFunc(records, func(r record) bool {
		if r.comment() {
			l.comments = append(l.comments, r)
		}
		return r.comment()
	})
	if len(records) == 0 {
		return l, nil, errors.New("there are only comments in it")
	}
	l.titles, records = cutTitles(records)
	l.width = cutEmptyColumns(records, l.width)
	unsure, err := l.settleColumns(records, o.Flags)
	if err != nil {
		return l, nil, err
	}
	guess.Unsure = append(guess.Unsure, unsure...)
	rows := records[l.first:]
	if len(rows) == 0 {
		return l, nil, errors.New("there are names of columns in it, and no row below them")
	}
	guess.Flags, guess.Rows = l.flags(), l.preview(rows)
	if o.Show != nil {
		err = o.Show(guess)
	} else if len(guess.Unsure) > 0 {
		err = fmt.Errorf("it is not certain %s", strings.Join(guess.Unsure, ", nor "))
	}
	return l, rows, err
}

// cutTitles takes off the rows of one cell that stand above names of columns.
func cutTitles(records []record) (titles, rest []record) {
	n := slices.IndexFunc(records, func(r record) bool { return r.filled() > 1 })
	if n < 1 {
		return nil, records
	}
	if h := guessHeader(records[n:]); !h.is || !h.sure {
		return nil, records
	}
	return records[:n], records[n:]
}

// cutEmptyColumns takes off the last columns in which nothing stands, and returns how
// many there are then; two stay.
func cutEmptyColumns(records []record, width int) int {
	last := 2
	for _, r := range records {
		for i := min(len(r.cells), width) - 1; i >= last; i-- {
			if strings.TrimSpace(r.cells[i]) != "" {
				last = i + 1
			}
		}
	}
	for i, r := range records {
		if len(r.cells) <= width {
			records[i].cells = r.cells[:min(len(r.cells), last)]
		}
	}
	return last
}

func withFlag(flags foreign.Flags, name, value string) foreign.Flags {
	all := foreign.Flags{name: value}
	for k, v := range flags {
		if k != name {
			all[k] = v
		}
	}
	return all
}

// settleColumns finds out what the first row and the columns are, and returns what
// is not certain of it.
func (l *layout) settleColumns(records []record, flags foreign.Flags) (unsure []string, err error) {
	h := guessHeader(records)
	switch flags["header"] {
	case "yes", "no":
		h.is, h.sure = flags["header"] == "yes", true
	case "":
	default:
		return nil, fmt.Errorf("--header is yes or no, not %s", flags["header"])
	}
	l.names = make([]string, l.width)
	l.useless = uselessColumns(records, l.width)
	if l.header = h.is; h.is {
		l.first = 1
		copy(l.names, records[0].cells)
	} else {
		h.roles = nil
	}
	if !h.sure {
		unsure = append(unsure, "whether the first row is names of columns")
	}
	if flags["columns"] != "" {
		l.columns, err = parseColumns(flags["columns"], l.names)
		return unsure, err
	}
	l.columns = map[Role]int{}
	for i, role := range h.roles[:min(len(h.roles), l.width)] {
		if role != None {
			l.columns[role] = i
		}
	}
	if !l.frontAndBack() {
		unsure = append(unsure, "which column asks and which one answers")
	}
	return unsure, nil
}

// frontAndBack finds the columns that ask and answer, and reports whether they are
// certain.
func (l *layout) frontAndBack() bool {
	_, asked := l.columns[Front]
	_, answered := l.columns[Back]
	free := func() int {
		for i := range l.width {
			if l.mayAsk(i) {
				return i
			}
		}
		for i := range l.width {
			if l.role(i) == None {
				return i
			}
		}
		return 0
	}
	left := 0 // columns that may be the other one
	for i := range l.width {
		if l.mayAsk(i) {
			left++
		}
	}
	if !asked {
		l.columns[Front] = free()
	}
	if !answered {
		l.columns[Back] = free()
	}
	if l.columns[Front] == l.columns[Back] { // nothing is left beside notes, hints and tags
		l.columns[Front], l.columns[Back] = 0, 1
		for role, i := range l.columns {
			if i < 2 && role != Front && role != Back {
				delete(l.columns, role)
			}
		}
		return false
	}
	return asked && answered || l.both && l.width == 2 || (asked || answered) && left == 1
}

// mayAsk reports whether column i may be the one that asks, or answers.
func (l *layout) mayAsk(i int) bool {
	name := strings.ToLower(strings.TrimSpace(l.names[i]))
	return l.role(i) == None && !l.useless[i] && (name == "" || !otherNames.Has(name))
}

// uselessColumns are those whose cells are mostly figures, or mostly those of a column
// before them, as of a word in two scripts.
func uselessColumns(records []record, width int) []bool {
	useless := make([]bool, width)
	if width == 2 {
		return useless // each of the two is one of the two
	}
	records = records[:min(len(records), 200)]
	for i := range width {
		figures, same := 0, 0
		for _, r := range records {
			if i >= len(r.cells) {
				continue
			}
			cell := strings.TrimSpace(r.cells[i])
			if !strings.ContainsFunc(cell, unicode.IsLetter) {
				figures++
			}
			if slices.Contains(r.cells[:i], r.cells[i]) {
				same++
			}
		}
		useless[i] = 2*max(figures, same) > len(records)
	}
	return useless
}

// role is what column i is for.
func (l *layout) role(i int) Role {
	for role, column := range l.columns {
		if column == i {
			return role
		}
	}
	return None
}

// flags say how the list is read.
func (l *layout) flags() foreign.Flags {
	flags := foreign.Flags{"separator": separatorName(l.separator), "header": "no"}
	if l.header {
		flags["header"] = "yes"
	}
	var columns []string
	for _, role := range allRoles {
		if i, ok := l.columns[role]; ok {
			columns = append(columns, fmt.Sprintf("%s=%d", role, i+1))
		}
	}
	flags["columns"] = strings.Join(columns, ",")
	if l.both {
		flags["both"] = "true"
	}
	return flags
}

// shownRows is how many rows are shown before they are read.
const shownRows = 3

// preview are the first rows as they would be read.
func (l *layout) preview(records []record) (lines []string) {
	for _, r := range records[:min(len(records), shownRows)] {
		var parts []string
		for _, role := range allRoles {
			if i, ok := l.columns[role]; ok && i < len(r.cells) && strings.TrimSpace(r.cells[i]) != "" {
				parts = append(parts, string(role)+": "+strings.Join(strings.Fields(r.cells[i]), " "))
			}
		}
		lines = append(lines, strings.Join(parts, " | "))
	}
	return lines
}
