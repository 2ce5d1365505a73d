package cli

import "strings"

// nearest finds the name that a person most likely meant by word: one that it
// begins, or one a few keystrokes away.
func nearest(word string, names []string) (string, bool) {
	word = strings.ToLower(word)
	best, bestAt := "", 1+len(word)/3
	for _, name := range names {
		if word != "" && strings.HasPrefix(strings.ToLower(name), word) {
			return name, true
		}
		if d := keystrokes(word, strings.ToLower(name)); d <= bestAt && (best == "" || d < bestAt) {
			best, bestAt = name, d
		}
	}
	return best, best != ""
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
