// Package spelling tells how far apart the spellings of two texts are.
package spelling

// short is how long a text may be, in characters, so that no memory is asked for.
const short = 62

// Distance is the optimal string alignment distance of a and b: the number of
// insertions, deletions, substitutions and swaps of neighbours that make one of the
// other, where a substitution counts as much as is said. It is limit+1 if it is more
// than limit, and takes time in proportion to len(a)·limit.
func Distance(a, b []rune, limit, substitution int) int {
	far := limit + 1
	if len(a)-len(b) > limit || len(b)-len(a) > limit {
		return far
	}
	var room [3][short + 2]int
	rows := [3][]int{room[0][:], room[1][:], room[2][:]}
	if len(b) > short {
		rows = [3][]int{make([]int, len(b)+2), make([]int, len(b)+2), make([]int, len(b)+2)}
	}
	twice, above, row := rows[0], rows[1], rows[2]
	for j := range len(b) + 1 {
		above[j] = min(j, far)
	}
	for i := 1; i <= len(a); i++ {
		from, to := max(1, i-limit), min(len(b), i+limit) // further from the diagonal it is more
		row[from-1], row[to+1] = far, far
		if from == 1 {
			row[0] = min(i, far)
		}
		least := row[0]
		if from > 1 {
			least = far
		}
		for j := from; j <= to; j++ {
			cost := substitution
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(above[j]+1, row[j-1]+1, above[j-1]+cost, far)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], twice[j-2]+1)
			}
			least = min(least, row[j])
		}
		if least > limit {
			return far
		}
		twice, above, row = above, row, twice
	}
	return above[len(b)]
}
