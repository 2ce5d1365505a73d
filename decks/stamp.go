package decks

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
)

// language is mixed into every stamp. It changes when the same file would
// compile to something else, so that everything is compiled again.
const language = "kartei fact language 1, with passages\n"

// A Stamp says what a file held when its deck was last compiled without errors.
type Stamp struct {
	File string // slash-separated, relative to the compiled folder
	Deck string // the name of the deck it belonged to; empty if it held no facts
	Sum  string // of the file's bytes and the language version, in hex
}

func sum(text []byte) string {
	h := sha256.New()
	io.WriteString(h, language)
	h.Write(text)
	return hex.EncodeToString(h.Sum(nil))
}

// changed sorts the sources into those that are as they were, with the name of
// their deck, and the rest; and names the decks that lost a file.
func changed(sources []*inputFile, known []Stamp) (same map[*inputFile]string, dirty map[string]bool) {
	stamps := make(map[string]Stamp, len(known))
	dirty = map[string]bool{}
	for _, s := range known {
		stamps[s.File] = s
	}
	same = map[*inputFile]string{}
	for _, s := range sources {
		if stamp, ok := stamps[s.path]; ok {
			delete(stamps, s.path)
			s.was = stamp.Deck
			if stamp.Sum == s.sum {
				same[s] = stamp.Deck
				continue
			}
			dirty[stamp.Deck] = true
		}
	}
	for _, gone := range stamps {
		dirty[gone.Deck] = true
	}
	delete(dirty, "")
	return same, dirty
}
