//go:build (!unix && !windows) || solaris || aix

package atomicfile

import (
	"errors"
	"os"
)

// lock says that it cannot: what was left stays.
func lock(*os.File) (free bool, err error) { return false, errors.ErrUnsupported }
