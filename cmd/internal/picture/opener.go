package picture

import (
	"fmt"
	"os/exec"
	"runtime"
	"time"
)

// opener is the platform's program that opens a file. No shell is in between.
func opener() []string {
	switch runtime.GOOS {
	case "darwin":
		return []string{"open"}
	case "windows":
		return []string{"rundll32", "url.dll,FileProtocolHandler"}
	}
	return []string{"xdg-open"}
}

// openerPatience is how long an opener may take to fail.
const openerPatience = time.Second

// View has the platform's own program show the picture. It does not wait for
// that to end.
func (f *File) View() error {
	words := opener()
	cmd := exec.Command(words[0], append(words[1:], f.Path())...)
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("cannot be opened: %w", err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	select {
	case err := <-ended:
		if err != nil {
			return fmt.Errorf("cannot be opened: %s: %w", words[0], err)
		}
	case <-time.After(openerPatience):
	}
	return nil
}
