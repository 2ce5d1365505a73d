package noun_test

import (
	"fmt"

	"kartei/decks/noun"
)

func Example() {
	for n := range 3 {
		fmt.Println(noun.Count(n, "card"))
	}
	// Output:
	// 0 cards
	// 1 card
	// 2 cards
}
