//go:build !unix || solaris || aix

package cli

import (
	"errors"
	"os"
)

// lock says that it cannot: what was left stays.
func lock(*os.File) (free bool, err error) { return false, errors.ErrUnsupported }
