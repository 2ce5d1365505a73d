//go:build unix

package folder

import "syscall"

// What disks and networks say of themselves.
var (
	refused = []error{syscall.EROFS}
	full    = []error{syscall.ENOSPC, syscall.EDQUOT, syscall.EFBIG}
	away    = []error{
		syscall.EIO, syscall.ENXIO, syscall.ENODEV, syscall.ESTALE, syscall.ENOTCONN,
		syscall.ETIMEDOUT, syscall.EHOSTDOWN, syscall.EHOSTUNREACH, syscall.ENETUNREACH,
	}
)
