package gift

import (
	"bytes"
	"io"

	"kartei/decks/foreign"
	"kartei/decks/lazyregexp"
	"kartei/decks/moodle"
)

// Format is GIFT.
var Format = foreign.Format{
	Name:       "gift",
	Extensions: []string{".gift"},
	ReadHelp:   "Moodle's text format",
	WriteHelp:  "for Moodle: Question bank > Import > GIFT.",
	Sniff:      sniff,
	ReadFlags:  []foreign.Flag{moodle.Essays},
	Read:       Read,
	Write: func(w io.Writer, _ foreign.WriteOptions, all ...foreign.Contents) ([]foreign.Left, error) {
		return foreign.Each(all, func(c foreign.Contents) ([]foreign.Left, error) { return Write(w, c) })
	},
}

var answerBlock = lazyregexp.New(`\{\s*(?:[=~#}]|T|F)`)

func sniff(head []byte) foreign.Likeness {
	text := foreign.Trim(head)
	answers := answerBlock.Match(text)
	switch {
	case bytes.HasPrefix(text, []byte("::")), bytes.HasPrefix(text, []byte("$CATEGORY:")),
		bytes.HasPrefix(text, []byte("//")) && answers:
		return foreign.Certain
	case answers:
		return foreign.Perhaps
	}
	return foreign.No
}
