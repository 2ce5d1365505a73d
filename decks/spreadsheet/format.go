package spreadsheet

import (
	"bytes"
	"io"

	"kartei/decks/foreign"
)

// Format is the table, which is only written.
var Format = foreign.Format{
	Name:      "spreadsheet",
	WriteHelp: "all that is known of each card, to look at. For the eye only.",
	Sniff: func(head []byte) foreign.Likeness {
		if bytes.HasPrefix(foreign.Trim(head), []byte(Begin)) {
			return foreign.Certain
		}
		return foreign.No
	},
	Write: func(w io.Writer, _ foreign.WriteOptions, all ...foreign.Contents) ([]foreign.Left, error) {
		out := NewWriter(w)
		for _, c := range all {
			if err := out.Write(c.Deck, c.Facts); err != nil {
				return nil, err
			}
		}
		return nil, out.Close()
	},
}
