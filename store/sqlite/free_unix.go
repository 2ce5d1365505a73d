//go:build linux || darwin || freebsd

package sqlite

import (
	"path/filepath"

	"golang.org/x/sys/unix"
)

// freeSpace is how many bytes of the disk around a file a user may still write.
func freeSpace(path string) (bytes uint64, known bool) {
	var disk unix.Statfs_t
	if err := unix.Statfs(filepath.Dir(path), &disk); err != nil {
		return 0, false
	}
	return uint64(disk.Bavail) * uint64(disk.Bsize), true
}
