package gift_test

import (
	"fmt"
	"io"
	"strings"
	"testing"

	"kartei/decks/factfile"
	"kartei/decks/foreign"
	"kartei/decks/gift"
)

// BenchmarkRead reads as many questions as a file may have, with markup and feedback.
func BenchmarkRead(b *testing.B) {
	var text strings.Builder
	for i := range factfile.MaxQuestions {
		fmt.Fprintf(&text, "::n%d::[html]What is <b>number</b> %d of x<sup>2</sup>?{=answer %d#right ~wrong %d#no ~other ~third}\n\n", i, i, i, i)
	}
	for b.Loop() {
		r, err := gift.Read(strings.NewReader(text.String()), foreign.ReadOptions{File: "x.gift"})
		if err != nil || len(r.Decks[0].Facts) != factfile.MaxQuestions {
			b.Fatal(err)
		}
		r.Decks[0].Name = "x"
		if err := factfile.Write(io.Discard, r.Decks[0]); err != nil {
			b.Fatal(err)
		}
	}
}
