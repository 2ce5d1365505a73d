package segment

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// MaxText is how many bytes the text of a deck has at most, packed, and maxDeck unpacked.
const (
	MaxText = 64 << 20
	maxDeck = 512 << 20
)

// TextName is that of the object that holds a text of a deck, by its digest.
func TextName(digest string) string { return "e/" + digest }

type textHeader struct {
	Kartei  string `json:"kartei"` // "deck"
	Version int    `json:"version"`
}

// EncodeText writes the text of a deck, whose lines are those of an export.
func EncodeText(lines []byte) ([]byte, error) {
	head, err := json.Marshal(textHeader{"deck", version})
	if err != nil {
		return nil, err
	}
	return seal(append(append(head, '\n'), lines...))
}

// DecodeText returns the lines of a text of a deck.
func DecodeText(data []byte) ([]byte, error) {
	text, err := open(data, maxDeck)
	if err != nil {
		return nil, err
	}
	head, lines, _ := bytes.Cut(text, []byte("\n"))
	var h textHeader
	if json.Unmarshal(head, &h) != nil || h.Kartei != "deck" {
		return nil, fmt.Errorf("%w: it does not begin as the text of a deck does", ErrNotWhole)
	}
	if h.Version != version {
		return nil, ErrNewer
	}
	return lines, nil
}
