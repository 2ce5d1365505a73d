package spelling_test

import (
	"testing"

	"pgregory.net/rapid"

	"kartei/decks/spelling"
)

// TestExactUpToItsLimit compares the banded distance with one that
// fills the whole table.
func TestExactUpToItsLimit(t *testing.T) {
	name := rapid.SliceOfN(rapid.RuneFrom([]rune("abcä")), 0, 70)
	rapid.Check(t, func(t *rapid.T) {
		a, b, limit := name.Draw(t, "a"), name.Draw(t, "b"), rapid.IntRange(0, 4).Draw(t, "limit")
		substitution := rapid.IntRange(1, 2).Draw(t, "substitution")
		if rapid.Bool().Draw(t, "alike") { // as two spellings are
			b = append(append([]rune{}, a[:len(a)/2]...), b[len(b)/2:min(len(b), len(b)/2+2)]...)
		}
		if got, want := spelling.Distance(a, b, limit, substitution), min(wholeTable(a, b, substitution), limit+1); got != want {
			t.Fatalf("Distance(%s, %s, %d, %d) = %d, want %d", string(a), string(b), limit, substitution, got, want)
		}
	})
}

func wholeTable(a, b []rune, substitution int) int {
	d := make([][]int, len(a)+1)
	for i := range d {
		d[i] = make([]int, len(b)+1)
		for j := range d[i] {
			switch {
			case i == 0 || j == 0:
				d[i][j] = i + j
			case a[i-1] == b[j-1]:
				d[i][j] = d[i-1][j-1]
			default:
				d[i][j] = min(d[i-1][j]+1, d[i][j-1]+1, d[i-1][j-1]+substitution)
				if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
					d[i][j] = min(d[i][j], d[i-2][j-2]+1)
				}
			}
		}
	}
	return d[len(a)][len(b)]
}

func TestDistance(t *testing.T) {
	for _, test := range []struct {
		a, b string
		want int
	}{
		{"kingston", "kingstown", 1}, {"berlin", "bern", 2}, {"riga", "lima", 2}, {"alkane", "alkene", 1},
		{"from", "form", 1}, {"same", "same", 0}, {"abcdef", "uvwxyz", 3}, {"a", "abcd", 3},
	} {
		if got := spelling.Distance([]rune(test.a), []rune(test.b), 2, 1); got != test.want {
			t.Errorf("Distance(%s, %s) = %d, want %d", test.a, test.b, got, test.want)
		}
		if got := spelling.Distance([]rune(test.b), []rune(test.a), 2, 1); got != test.want {
			t.Errorf("Distance(%s, %s) = %d, want %d", test.b, test.a, got, test.want)
		}
	}
}
