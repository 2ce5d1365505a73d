package parallel_test

import (
	"fmt"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"kartei/decks/parallel"
)

func ExampleEach() {
	words := []string{"fact", "card", "deck"}
	lengths := make([]int, len(words))
	parallel.Each(len(words), nil, func(i int) { lengths[i] = len(words[i]) })
	fmt.Println(lengths)
	// Output: [4 4 4]
}

// Every index has its turn once, and progress counts up to the last.
func TestEach(t *testing.T) {
	for _, n := range []int{0, 1, 2, 1000} {
		calls, want := make([]atomic.Int32, n), make([]int, n)
		var told []int
		parallel.Each(n, func(done, total int) {
			told = append(told, done)
			if total != n {
				t.Errorf("%d of %d", done, total)
			}
		}, func(i int) { calls[i].Add(1) })
		for i := range n {
			want[i] = i
			if c := calls[i].Load(); c != 1 {
				t.Errorf("of %d, %d had %d turns", n, i, c)
			}
		}
		if !slices.Equal(told, want) {
			t.Errorf("of %d, progress was %v", n, told)
		}
	}
}

// As many calls run together as there are processors.
func TestEachRunsTogether(t *testing.T) {
	var all sync.WaitGroup
	n := runtime.GOMAXPROCS(0)
	all.Add(n)
	parallel.Each(n, nil, func(int) {
		all.Done()
		all.Wait()
	})
}
