//go:build !unix

package plainfile

// Where pipes have no names among files, and a link is looked for before.
const (
	noWait   = 0
	noFollow = 0
)
