package list

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"kartei/decks/factfile"
	"kartei/decks/foreign"
	"kartei/decks/plural"
	"kartei/decks/textfile"
)

// PairFlags are those of [ReadPairs].
var PairFlags = []foreign.Flag{flags[1], flags[3]}

// ReadPairs reads terms with their definitions, one a line, as cards of a web site are
// copied: what stands behind the first separator of a line is the definition, and a
// line without one goes on with the definition above it. The separator is a tab, unless
// a flag says otherwise.
func ReadPairs(r io.Reader, o foreign.ReadOptions) (*foreign.Reading, error) {
	text, remarks, err := readText(o.File, r)
	if err != nil {
		return nil, err
	}
	l := layout{candidate: candidate{separator: separatorOf(o.Flags["separator"]), width: 2}, names: make([]string, 2),
		columns: map[Role]int{Front: 0, Back: 1}, both: o.Flags.On("both")}
	if l.separator == "" {
		l.separator = "\t"
	}
	b := newBuilder(o.File, l)
	records := b.pairs(text)
	if len(records) > factfile.MaxQuestions {
		return nil, fmt.Errorf("%s: %w", o.File, factfile.ErrTooMany)
	}
	if len(records) == 0 {
		return nil, fmt.Errorf("%s: no line has a %s between a term and a definition; say what parts them with --separator", o.File, separatorName(l.separator))
	}
	for _, one := range records {
		b.row(one)
	}
	for i := range b.rows {
		b.rows[i].alone = true // they are not a spreadsheet
	}
	reading, err := b.reading()
	if err != nil {
		return nil, err
	}
	reading.Remarks = append(remarks, reading.Remarks...)
	reading.Settled = foreign.Flags{"separator": separatorName(l.separator)}
	if l.both {
		reading.Settled["both"] = "true"
	}
	return reading, nil
}

// SniffPairs takes a text for terms with definitions where the first line has a tab,
// half of the others have one and none has two.
func SniffPairs(head []byte) foreign.Likeness {
	text, _, err := textfile.Decode(head)
	if err != nil {
		return foreign.No
	}
	first, with, without := true, 0, 0
	for line := range strings.SplitSeq(beginning(lineEnds.Replace(text)), "\n") {
		tabs := strings.Count(line, "\t")
		switch {
		case strings.TrimSpace(line) == "":
			continue
		case tabs > 1, first && tabs == 0, strings.HasPrefix(line, "\t"):
			return foreign.No
		case tabs == 1:
			with++
		default:
			without++
		}
		first = false
	}
	if with < 2 || with < without {
		return foreign.No
	}
	return foreign.Perhaps
}

var errNoTerm = errors.New("a definition without a term")

// pairs are the terms with their definitions.
func (b *builder) pairs(text string) (records []record) {
	number, more := 0, 0
	for line := range strings.SplitSeq(text, "\n") {
		number++
		term, definition, ok := strings.Cut(line, b.layout.separator)
		switch {
		case ok:
			records = append(records, record{number, []string{term, definition}})
		case strings.TrimSpace(line) == "":
			if len(records) > 0 {
				records[len(records)-1].cells[1] += "\n"
			}
		case len(records) == 0:
			b.left = append(b.left, foreign.Left{File: b.file, Line: number, Err: errNoTerm, Text: line})
		default:
			records[len(records)-1].cells[1] += "\n" + line
			more++
		}
	}
	if more > 0 {
		b.remarks = append(b.remarks, fmt.Sprintf("%s without %s between goes on with the definition above it",
			plural.Count(more, "line"), separatorName(b.layout.separator)))
	}
	return records
}
