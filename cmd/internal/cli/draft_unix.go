//go:build unix

package cli

import (
	"os/exec"
	"syscall"
)

// killWithChildren lets a program that is stopped take its children with it.
func killWithChildren(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
}
