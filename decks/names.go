package decks

import (
	"cmp"
	"slices"
	"strings"
)

// appendices are how the names of sub-decks, and headings, of what is only looked up
// begin.
var appendices = []string{"appendix", "anhang"}

// IsAppendix reports whether a heading, or a word of a deck's name, says that what it
// stands over is an appendix.
func IsAppendix(title string) bool {
	return slices.ContainsFunc(appendices, func(word string) bool { return strings.HasPrefix(strings.ToLower(title), word) })
}

// NamesAppendix reports whether a text speaks of an appendix.
func NamesAppendix(text string) bool {
	return slices.ContainsFunc(appendices, func(word string) bool { return strings.Contains(strings.ToLower(text), word) })
}

// CompareNames is the order of decks: each before those below it, by name, but an
// appendix after the decks beside it.
func CompareNames(a, b string) int {
	return slices.CompareFunc(strings.Split(a, "/"), strings.Split(b, "/"), func(a, b string) int {
		if last := IsAppendix(a); last != IsAppendix(b) {
			if last {
				return 1
			}
			return -1
		}
		return cmp.Compare(a, b)
	})
}
