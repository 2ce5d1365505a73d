//go:build unix

package picture

import (
	"os"

	"golang.org/x/sys/unix"
)

// Cell is the size of a terminal's cell in pixels, a usual one where the
// terminal does not say.
func Cell(terminal *os.File) (width, height int) {
	size, err := unix.IoctlGetWinsize(int(terminal.Fd()), unix.TIOCGWINSZ)
	if err != nil || size.Xpixel == 0 || size.Ypixel == 0 || size.Col == 0 || size.Row == 0 {
		return usualWidth, usualHeight
	}
	return max(1, int(size.Xpixel)/int(size.Col)), max(1, int(size.Ypixel)/int(size.Row))
}
