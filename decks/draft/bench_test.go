package draft_test

import (
	"fmt"
	"strings"
	"testing"

	"kartei/decks/draft"
)

// BenchmarkPropose goes from a text to its candidates.
func BenchmarkPropose(b *testing.B) {
	var text strings.Builder
	for i := range 2000 {
		fmt.Fprintf(&text, "Der Hafen von Brindel wurde im Jahr %d von der Direktorin Ada Lindqvist eröffnet und hat seither %d Schiffe aus dem Norden der Insel, aus Schweden und aus Finnland gesehen. Er ist nicht der größte der Küste, sondern der älteste.\n\n", 1100+i%900, i)
	}
	data := []byte(text.String())
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		d, err := draft.Read("harbour.txt", data)
		if err != nil {
			b.Fatal(err)
		}
		if len(draft.Propose(d, nil)) < 2000 {
			b.Fatal("too few candidates")
		}
	}
}
