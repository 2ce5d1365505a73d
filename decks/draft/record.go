package draft

import (
	"strings"
	"unicode"
)

// A Record is what was proposed for a deck: a line for each candidate, whatever
// became of it. It is a file beside the deck, to be read, diffed and edited.
type Record struct {
	lines []string
	known map[string]bool
}

const recordHead = `# What "kartei draft" has proposed for the deck beside this file, one candidate a line.
# None of it is proposed again, be it accepted, edited or deleted. Keep this file with
# the deck; delete a line to have it proposed once more.
`

// ReadRecord reads a record; an empty text is an empty one.
func ReadRecord(text string) *Record {
	r := &Record{known: map[string]bool{}}
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			r.add(line)
		}
	}
	return r
}

func (r *Record) add(line string) {
	line = strings.TrimLeft(oneLine(line), "#")
	if key := recordKey(line); !r.known[key] {
		r.known[key] = true
		r.lines = append(r.lines, line)
	}
}

// Has reports whether a candidate was proposed before.
func (r *Record) Has(c Candidate) bool { return r.known[recordKey(c.Sentence)] }

// String is the text of the record.
func (r *Record) String() string { return recordHead + strings.Join(r.lines, "\n") + "\n" }

// recordKey is a sentence without what a new edition's type-setting may change: its
// letters and digits in lower case.
func recordKey(sentence string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, sentence)
}
