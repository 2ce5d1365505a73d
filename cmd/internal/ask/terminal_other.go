//go:build !unix

package ask

import (
	"os"

	"kartei/cmd/internal/keys"
)

// watchResizes: there is no signal for it here. A question is drawn anew with
// its next key.
func watchResizes() (resized <-chan os.Signal, stop func()) { return nil, func() {} }

// stop is the key that stops a program at a terminal; here it does nothing.
const stop keys.Key = "ctrl-z"

func (t *Terminal) stop(int) error { return nil }
