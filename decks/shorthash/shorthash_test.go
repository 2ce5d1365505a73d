package shorthash_test

import (
	"fmt"

	"kartei/decks/shorthash"
)

func ExampleOf() {
	fmt.Println(shorthash.Of("Nairobi", 12), shorthash.Of([]byte("Nairobi"), 4), shorthash.Encode([]byte{0, 255}))
	// Output: lp6c4vitusdq lp6c ad7q
}
