package list

import (
	"bytes"
	"io"

	"kartei/decks/foreign"
	"kartei/decks/textfile"
)

var flags = []foreign.Flag{
	{Name: "columns", Help: "what columns are for, by number or name: `front=1,back=2`, and so note, hint, tags, source, id"},
	{Name: "both", Switch: true, Help: "ask both ways"},
	{Name: "header", Help: "whether the first row is names of columns: `yes` or no"},
	{Name: "separator", Help: "the `sign` between cells: tab, semicolon, comma, bar, colon or any other"},
}

// Formats of lists: with commas or semicolons, and with tabs. Each reads the other.
var (
	CSV = foreign.Format{
		Name:       "csv",
		Extensions: []string{".csv"},
		ReadHelp: `a list or spreadsheet saved as text, with commas, semicolons, tabs:
a fact a row. Which columns ask and answer is shown first, and
asked where it is not certain. --columns front=2,back=3 --both`,
		WriteHelp: "a list with commas, a card a row: kartei import reads it back.",
		ReadFlags: flags,
		Sniff:     sniff,
		Read:      Read,
		Write: func(w io.Writer, _ foreign.WriteOptions, all ...foreign.Contents) ([]foreign.Left, error) {
			return Write(w, ',', all...)
		},
	}
	TSV = foreign.Format{
		Name:       "tsv",
		Extensions: []string{".tsv", ".tab"},
		ReadHelp:   "the same",
		WriteHelp:  "the same with tabs.",
		ReadFlags:  flags,
		Read:       Read,
		Write: func(w io.Writer, _ foreign.WriteOptions, all ...foreign.Contents) ([]foreign.Left, error) {
			return Write(w, '\t', all...)
		},
	}
)

// sniff takes a text for a list in which one sign parts nearly all lines into the
// same number of cells.
func sniff(head []byte) foreign.Likeness {
	if foreign.IsOffice(head) {
		return foreign.Certain // to say what to do
	}
	text, _, err := textfile.Decode(head)
	if err != nil || bytes.HasPrefix(head, []byte("PK")) {
		return foreign.No
	}
	text = lineEnds.Replace(text)
	best, _ := guessSeparator(text, "")
	switch {
	case best.even < 0.9 || best.separator == ":" || len(split(beginning(text), best.separator, best.quotes)) < 2:
		return foreign.No
	case telling(best.separator) || best.even > 0.98:
		return foreign.Likely
	}
	return foreign.Perhaps
}
