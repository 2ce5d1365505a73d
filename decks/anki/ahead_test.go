package anki

import (
	"errors"
	"testing"
)

// TestAhead holds that a sequence that is made ahead is the same, with its error at
// its place, and that it stops where the range does.
func TestAhead(t *testing.T) {
	bad := errors.New("bad")
	for _, end := range []int{0, 1, aheadBatch - 1, aheadBatch, 10 * aheadBatch} {
		for _, stop := range []int{-1, 0, end / 2} {
			stopped := false
			seq := func(yield func(int, error) bool) {
				defer func() { stopped = true }()
				for i := range end {
					if !yield(i, nil) {
						return
					}
				}
				yield(0, bad)
			}
			next := 0
			var err error
			for i, e := range ahead(seq) {
				if err = e; e != nil {
					continue
				}
				if i != next {
					t.Fatalf("%d of %d: %d is in the place of %d", end, stop, i, next)
				}
				if next++; next-1 == stop {
					break
				}
			}
			want := end
			if stop >= 0 && stop < end {
				want = stop + 1
			} else if !errors.Is(err, bad) {
				t.Errorf("%d items: the error is %v", end, err)
			}
			if next != want || !stopped {
				t.Errorf("%d items, stopped at %d: got %d, and it stopped: %v", end, stop, next, stopped)
			}
		}
	}
}
