//go:build !unix

package picture

import "os"

// Cell is the size of a terminal's cell in pixels.
func Cell(*os.File) (width, height int) { return usualWidth, usualHeight }
