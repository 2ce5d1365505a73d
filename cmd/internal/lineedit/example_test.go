package lineedit_test

import (
	"fmt"

	"kartei/cmd/internal/lineedit"
)

// A grapheme is one step, however many code points it takes.
func ExampleBuffer() {
	var line lineedit.Buffer
	line.Insert("cafe\u0301 👩‍👩‍👧‍👦!")
	line.Left()
	line.Backspace()
	line.Backspace()
	line.Backspace()
	fmt.Println(line.String())
	// Output: caf!
}
