package anki

import (
	"errors"
	"iter"
	"testing"
)

// counting yields the numbers below n, each with an error of its own if it is
// one of those that fail, and says when it has ended.
func counting(n, fails int, ended *bool) iter.Seq2[int, error] {
	return func(yield func(int, error) bool) {
		defer func() { *ended = true }()
		for i := range n {
			var err error
			if i == fails {
				err = errBroken
			}
			if !yield(i, err) {
				return
			}
		}
	}
}

var errBroken = errors.New("broken")

// TestAhead holds that nothing is lost, turned around or left running, wherever
// the one who ranges stops.
func TestAhead(t *testing.T) {
	for _, n := range []int{0, 1, portionSize - 1, portionSize, portionSize + 1, 20 * portionSize} {
		for _, stop := range []int{0, 1, portionSize, 3*portionSize + 1, 1 << 20} {
			const fails = 70
			ended, next := false, 0
			for i, err := range prefetch(counting(n, fails, &ended)) {
				if i != next || (i == fails) != errors.Is(err, errBroken) {
					t.Fatalf("of %d: %d, %v in the place of %d", n, i, err, next)
				}
				if next++; next == stop {
					break
				}
			}
			if want := min(n, stop); next != want && stop > 0 || !ended {
				t.Errorf("of %d, stopping after %d: got %d; ended: %v", n, stop, next, ended)
			}
		}
	}
}
