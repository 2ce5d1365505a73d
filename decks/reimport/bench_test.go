package reimport

import (
	"fmt"
	"testing"
)

func BenchmarkBaseOf(b *testing.B) {
	var words [][2]string
	for i := range 10_000 {
		words = append(words, [2]string{fmt.Sprint("the word of number ", i), fmt.Sprint("its definition ", i)})
	}
	text := deckOf(words)
	for b.Loop() {
		if _, err := BaseOf(text); err != nil {
			b.Fatal(err)
		}
	}
}
