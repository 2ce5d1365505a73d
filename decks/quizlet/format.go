package quizlet

import (
	"bytes"
	"io"

	"kartei/decks/foreign"
)

// Format is Quizlet's text.
var Format = foreign.Format{
	Name:      "quizlet",
	ReadHelp:  "a term, a tab, a definition a line",
	WriteHelp: "for Quizlet's Import from text: a term, a tab, a definition a line.",
	Sniff: func(head []byte) foreign.Likeness {
		line, _, _ := bytes.Cut(foreign.Trim(head), []byte("\n"))
		if bytes.Count(line, []byte("\t")) == 1 {
			return foreign.Likely
		}
		return foreign.No
	},
	Read: func(r io.Reader, o foreign.ReadOptions) (*foreign.Reading, error) {
		return foreign.One(Read(o.File, r))
	},
	Write: func(w io.Writer, _ foreign.WriteOptions, all ...foreign.Contents) ([]foreign.Left, error) {
		return foreign.Each(all, func(c foreign.Contents) ([]foreign.Left, error) { return Write(w, c.Facts) })
	},
}
