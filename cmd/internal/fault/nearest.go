package fault

import (
	"slices"
	"strings"
)

// DidYouMean is a hint that names what a person most likely meant by word,
// after what stands before it on the command line; else another hint.
func DidYouMean(before, word string, names []string, otherwise string) string {
	near := Nearest(word, names)
	if len(near) == 0 {
		return otherwise
	}
	return "did you mean: " + before + strings.Join(near, ", "+before)
}

// mostNames is how many names a hint has.
const mostNames = 3

// Nearest finds the names that a person most likely meant by word: the first
// that it begins, those of folders before what is in them; else one a few keystrokes away.
func Nearest(word string, names []string) (near []string) {
	word = strings.ToLower(word)
	bestAt := 1 + len(word)/3
	for _, name := range names {
		if word != "" && strings.HasPrefix(strings.ToLower(name), word) {
			near = append(near, name)
		}
	}
	if len(near) > 0 {
		depth := func(name string) int { return strings.Count(name, "/") }
		slices.SortStableFunc(near, func(a, b string) int { return depth(a) - depth(b) })
		return near[:min(mostNames, len(near))]
	}
	for _, name := range names {
		if d := keystrokes(word, strings.ToLower(name)); d < bestAt || d == bestAt && near == nil {
			near, bestAt = []string{name}, d
		}
	}
	return near
}

// keystrokes is the Levenshtein distance of two short words, in bytes.
func keystrokes(a, b string) int {
	if len(a) > 64 || len(b) > 64 {
		return 64
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost = 1 + min(diagonal, row[j], row[j+1])
			}
			diagonal, row[j+1] = row[j+1], cost
		}
	}
	return row[len(b)]
}
