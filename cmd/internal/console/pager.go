package console

import (
	"bufio"
	"cmp"
	"errors"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"

	"kartei/cmd/internal/editor"
)

// Pager returns the words of the command that shows what is longer than the screen, as
// git finds it: PAGER, or less where that is there. It is nil where nobody would see
// it, and where PAGER is empty or cat.
func (c *Console) Pager() []string {
	out, ok := c.Out.(*os.File)
	if !ok || !c.AtTerminal() || out == nil {
		return nil
	}
	command, set := os.LookupEnv("PAGER")
	command = strings.TrimSpace(command)
	if !set {
		command = "less"
	}
	words, err := editor.Split(command)
	if err != nil || words[0] == "cat" {
		return nil
	}
	if _, err := exec.LookPath(words[0]); err != nil {
		return nil
	}
	return words
}

// Paged lets use write to Out through a pager, and waits until that is left. To leave
// it early is no error: use ends with the next thing that it writes.
func (c *Console) Paged(pager []string, use func() error) error {
	before := c.Out
	screen := before.(*os.File)
	cmd := exec.Command(pager[0], pager[1:]...)
	cmd.Stdout, cmd.Stderr = screen, c.Err
	// What is written is UTF-8 in every locale; less would take it for bytes in some.
	cmd.Env = append(os.Environ(), "LESS="+cmp.Or(os.Getenv("LESS"), "FRX"), "LV="+cmp.Or(os.Getenv("LV"), "-c"),
		"LESSCHARSET="+cmp.Or(os.Getenv("LESSCHARSET"), "utf-8"))
	pipe, err := cmd.StdinPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return use() // it is there, but cannot be run
	}
	page := bufio.NewWriter(pipe)
	c.Out, c.screen = page, screen
	err = errors.Join(use(), page.Flush())
	c.Out, c.screen = before, nil
	pipe.Close()
	_ = cmd.Wait() // how it ended is between the learner and the pager
	if errors.Is(err, syscall.EPIPE) || errors.Is(err, io.ErrClosedPipe) {
		return nil
	}
	return err
}
