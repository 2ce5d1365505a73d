package show

import (
	"strings"

	"github.com/clipperhouse/displaywidth"
)

// Width is the number of terminal cells that one line of clean text takes.
func Width(s string) int { return displaywidth.String(s) }

// Cut shortens one line of clean text to width cells; what was cut off shows
// as "…".
func Cut(s string, width int) string {
	if Width(s) <= width {
		return s
	}
	if width < 1 {
		return ""
	}
	return displaywidth.TruncateString(s, width, "…")
}

// Pad fills one line of clean text to width cells: on its right, or on its
// left to align it right.
func Pad(s string, width int, right bool) string {
	space := strings.Repeat(" ", max(0, width-Width(s)))
	if right {
		return space + s
	}
	return s + space
}
