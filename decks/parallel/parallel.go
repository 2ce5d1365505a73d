// Package parallel does the same work on many things at once: each file of a
// folder, each fact of a deck.
package parallel

import (
	"runtime"
	"sync"
)

// Each calls do once for every index below n, on as many processors as there
// are, and returns when all calls have. Where each call writes to its own place
// of a slice, the outcome does not depend on which comes first.
//
// Progress, if it is not nil, is called in order and by one goroutine, the
// caller's, with the number of calls that were handed out before.
func Each(n int, progress func(done, total int), do func(i int)) {
	var group sync.WaitGroup
	next := make(chan int)
	for range min(n, runtime.GOMAXPROCS(0)) {
		group.Go(func() {
			for i := range next {
				do(i)
			}
		})
	}
	for i := range n {
		next <- i
		if progress != nil {
			progress(i, n)
		}
	}
	close(next)
	group.Wait()
}
