package screentest_test

import (
	"fmt"

	"kartei/cmd/internal/screentest"
)

// A Grid shows what is left on the screen of all that was written.
func ExampleGrid() {
	g := screentest.NewGrid(20, 5)
	fmt.Fprint(g, "Loading 東京…\r\x1b[K\x1b[32mready\x1b[0m\r\n")
	fmt.Print(g)
	// Output: ready
}
