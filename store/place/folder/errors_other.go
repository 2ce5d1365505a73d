//go:build !unix && !windows

package folder

// What disks and networks say of themselves: nothing that is known here.
var refused, full, away []error
