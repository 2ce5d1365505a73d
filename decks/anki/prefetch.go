package anki

import "iter"

const (
	portionSize   = 64 // values that go from one goroutine to the next at once
	portionsAhead = 4  // portions that may wait
)

// prefetch runs a sequence in a goroutine of its own, some portions prefetch of who
// ranges over it, so that those who make values and those who use them work side
// by side. Values and errors come in the order of the sequence, and its goroutine
// has ended when the range has.
func prefetch[T any](sequence iter.Seq2[T, error]) iter.Seq2[T, error] {
	type result struct {
		value T
		err   error
	}
	return func(yield func(T, error) bool) {
		portions := make(chan []result, portionsAhead)
		enough := make(chan struct{})
		go func() {
			defer close(portions)
			portion := make([]result, 0, portionSize)
			for value, err := range sequence {
				if portion = append(portion, result{value, err}); len(portion) < portionSize {
					continue
				}
				select {
				case portions <- portion:
				case <-enough:
					return
				}
				portion = make([]result, 0, portionSize)
			}
			select {
			case portions <- portion:
			case <-enough:
			}
		}()
		defer func() {
			close(enough)
			for range portions { // until it has ended
			}
		}()
		for portion := range portions {
			for _, r := range portion {
				if !yield(r.value, r.err) {
					return
				}
			}
		}
	}
}
