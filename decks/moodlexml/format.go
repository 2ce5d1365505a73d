package moodlexml

import (
	"bytes"

	"kartei/decks/foreign"
	"kartei/decks/moodle"
)

// Format is Moodle XML.
var Format = foreign.Format{
	Name:       "moodle-xml",
	Extensions: []string{".xml"},
	ReadHelp:   "Moodle's question bank, with its pictures and sounds",
	WriteHelp:  "for Moodle: Question bank > Import > Moodle XML. Takes\npictures, sounds, hints and tags along.",
	Sniff:      sniff,
	ReadFlags:  []foreign.Flag{moodle.Essays},
	Read:       Read,
	Write:      Write,
}

func sniff(head []byte) foreign.Likeness {
	text := foreign.Trim(head)
	switch {
	case !bytes.HasPrefix(text, []byte("<")):
		return foreign.No
	case bytes.Contains(text, []byte("<quiz")), bytes.Contains(text, []byte("<question type=")):
		return foreign.Certain
	}
	return foreign.No
}
