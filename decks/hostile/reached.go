package hostile

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"sync"
	"testing"
)

// Reached returns what counts how far the inputs of a fuzzing target came, in words
// such as "imported". The file that KARTEI_REACHED names gets the counts of each
// process: a target of which all inputs are refused at the door shows nothing.
func Reached(f *testing.F) (count func(how string)) {
	var mu sync.Mutex
	counts, total := map[string]int{}, 0
	name := f.Name()
	f.Cleanup(func() { write(name, counts) })
	return func(how string) {
		mu.Lock()
		defer mu.Unlock()
		counts[how]++
		if total++; total%100 == 0 { // nobody tells a process that fuzzes of its end
			write(name, counts)
		}
	}
}

// write adds counts to the file, and begins anew.
func write(name string, counts map[string]int) {
	out, err := os.OpenFile(os.Getenv("KARTEI_REACHED"), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o666)
	if err != nil {
		return // nobody wants to know
	}
	defer out.Close()
	for _, how := range slices.Sorted(maps.Keys(counts)) {
		fmt.Fprintf(out, "%s\t%s\t%d\n", name, how, counts[how])
	}
	clear(counts)
}
