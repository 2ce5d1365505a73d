// Package plural counts things in the sentences of the program, where "1 cards"
// would look careless.
package plural

import "fmt"

// Count writes n with its noun: "1 card", "2 cards". The noun is one that takes
// an s.
func Count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
