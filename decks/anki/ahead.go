package anki

import "iter"

const (
	aheadBatch = 100 // items that go over at a time
	aheadMost  = 4   // batches that wait
)

// ahead makes a sequence while who ranges over it does something with what is made
// already: notes are made on one processor and written on another. When the range
// ends, nothing is being made any more.
func ahead[T any](seq iter.Seq2[T, error]) iter.Seq2[T, error] {
	type batch struct {
		items []T
		err   error // behind the items
	}
	return func(yield func(T, error) bool) {
		made, enough := make(chan batch, aheadMost), make(chan struct{})
		go func() {
			defer close(made)
			var b batch
			send := func() bool {
				select {
				case made <- b:
					b = batch{}
					return true
				case <-enough:
					return false
				}
			}
			for item, err := range seq {
				if b.err = err; err == nil {
					b.items = append(b.items, item)
				}
				if (err != nil || len(b.items) == aheadBatch) && !send() || err != nil {
					return
				}
			}
			send()
		}()
		defer func() {
			close(enough)
			for range made {
			}
		}()
		for b := range made {
			for _, item := range b.items {
				if !yield(item, nil) {
					return
				}
			}
			if b.err != nil {
				var none T
				yield(none, b.err)
				return
			}
		}
	}
}
