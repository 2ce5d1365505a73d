package show

import "strings"

// Beside lays two columns of lines side by side, the left one so wide.
func Beside(left, right []string, width, gap int) []string {
	lines := make([]string, max(len(left), len(right)))
	for i := range lines {
		if i < len(left) {
			lines[i] = left[i]
		}
		if i < len(right) && right[i] != "" {
			lines[i] += strings.Repeat(" ", max(0, width+gap-painted(lines[i]))) + right[i]
		}
	}
	return lines
}

// painted is how wide a line is that a palette has painted.
func painted(line string) int {
	var text strings.Builder
	for line != "" {
		before, after, found := strings.Cut(line, "\x1b[")
		text.WriteString(before)
		if !found {
			break
		}
		_, line, _ = strings.Cut(after, "m")
	}
	return Width(text.String())
}
