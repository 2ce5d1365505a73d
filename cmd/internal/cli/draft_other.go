//go:build !unix

package cli

import "os/exec"

// killWithChildren does nothing where there are no groups of processes.
func killWithChildren(*exec.Cmd) {}
