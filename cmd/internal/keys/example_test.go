package keys_test

import (
	"context"
	"fmt"
	"strings"

	"kartei/cmd/internal/keys"
)

// A Reader names what is pressed; a character is its own name.
func Example() {
	r := keys.NewReader(strings.NewReader("é\x1b[A\x03"), nil)
	for {
		e, err := r.Next(context.Background())
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(e.Key)
	}
	// Output:
	// é
	// up
	// ctrl-c
	// EOF
}
