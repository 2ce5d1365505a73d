package console

import "testing"

func TestWorkFitsIntoItsLine(t *testing.T) {
	w := Work{About: "today's backup: ", Hint: " (Ctrl-C leaves it to the next command)", doing: "copying", done: 3, total: 4}
	for width, want := range map[int]string{
		80: "today's backup: copying 75 % (Ctrl-C leaves it to the next command)",
		40: "today's backup: copying 75 %",
		20: "today's backup: cop",
	} {
		if text := w.text(width); text != want {
			t.Errorf("in %d columns it says %q, want %q", width, text, want)
		}
	}
}
