package plural_test

import (
	"fmt"

	"kartei/decks/plural"
)

func Example() {
	for n := range 3 {
		fmt.Println(plural.Count(n, "card"))
	}
	// Output:
	// 0 cards
	// 1 card
	// 2 cards
}
