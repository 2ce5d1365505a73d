package quizlet

import (
	"io"

	"kartei/decks/foreign"
	"kartei/decks/list"
)

// Format is Quizlet's text. Only definitions of several lines tell it
// from other lists.
var Format = foreign.Format{
	Name:      "quizlet",
	ReadHelp:  "a term, a tab, a definition of a line or more",
	WriteHelp: "for Quizlet's Import from text: a term, a tab, a definition a line.",
	ReadFlags: list.PairFlags,
	Sniff:     list.SniffPairs,
	Read:      list.ReadPairs,
	Write: func(w io.Writer, _ foreign.WriteOptions, all ...foreign.Contents) ([]foreign.Left, error) {
		return foreign.Each(all, func(c foreign.Contents) ([]foreign.Left, error) { return Write(w, c.Facts) })
	},
}
