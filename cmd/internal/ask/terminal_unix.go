//go:build unix

package ask

import (
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/chzyer/readline"

	"kartei/cmd/internal/keys"
)

// readline listens for resizes with a callback that it replaces unlocked in
// every prompt. It starts to listen once: so we have it start and take the
// signal away from it before the first prompt.
var silenceReadline = sync.OnceFunc(func() {
	readline.DefaultOnWidthChanged(func() {})
	signal.Reset(syscall.SIGWINCH)
})

// watchResizes tells when the window changes, until it is stopped.
func watchResizes() (resized <-chan os.Signal, stop func()) {
	silenceReadline()
	c := make(chan os.Signal, 1)
	signal.Notify(c, syscall.SIGWINCH)
	return c, func() { signal.Stop(c) }
}

// stop is the key that stops a program at a terminal.
const stop keys.Key = "ctrl-z"

// stop stops the program until the shell continues it. What the shell wrote
// meanwhile stays above the next rows lines.
func (t *Terminal) stop(rows int) error {
	return t.Pause(func() error {
		continued := make(chan os.Signal, 1)
		signal.Notify(continued, syscall.SIGCONT)
		defer signal.Stop(continued)
		if err := syscall.Kill(0, syscall.SIGTSTP); err != nil {
			return fmt.Errorf("stop the program: %w", err)
		}
		select {
		case <-continued:
		case <-time.After(100 * time.Millisecond): // without a shell there is no stopping
		}
		_, err := io.WriteString(t.out, strings.Repeat("\n", rows))
		return err
	})
}
