package aiken

import (
	"io"

	"kartei/decks/foreign"
	"kartei/decks/lazyregexp"
)

// Format is Aiken.
var Format = foreign.Format{
	Name:      "aiken",
	ReadHelp:  "multiple choice as most learning platforms export it",
	WriteHelp: "for learning platforms: multiple choice only, without feedback.",
	Sniff: func(head []byte) foreign.Likeness {
		if answerLine.Match(foreign.Trim(head)) {
			return foreign.Certain
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

var answerLine = lazyregexp.New(`(?m)^\s*ANSWER:\s*[A-Z]`)
