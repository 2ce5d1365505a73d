package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kartei/cmd/internal/screentest"
)

// check --watch sees a save, also one that renames a new file into place, and
// ends with Ctrl-C.
func TestWatch(t *testing.T) {
	t.Parallel()
	l := newLearner(t)
	dir := t.TempDir()
	file := filepath.Join(dir, "rivers.md")
	save := func(text string) {
		aside := filepath.Join(dir, ".rivers.md.swp")
		if err := os.WriteFile(aside, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		if err := os.Rename(aside, file); err != nil {
			t.Fatal(err)
		}
	}
	save("Q: Which river flows through Cologne?\n")
	s := l.start(80, 24, "check", "--watch", dir)
	s.WaitFor("this question has no answer")
	save("Q: Which river flows through Cologne?\nA: The Rhine\n")
	s.WaitFor("1 fact in 1 file: nothing to mend")
	save("Q: Which river flows through Cologne?\nA: The Rhine\nSorce: atlas\n")
	s.WaitFor("misspelt-key")
	s.Send(screentest.CtrlC)
	if code := s.Exit(); code != 130 {
		t.Errorf("exit code %d, want 130", code)
	}
	if strings.Contains(s.History(), "goroutine") {
		t.Error(s.History())
	}
}
