//go:build unix

package plainfile

import "syscall"

const (
	noWait   = syscall.O_NONBLOCK // for whoever writes into a pipe
	noFollow = syscall.O_NOFOLLOW
)
