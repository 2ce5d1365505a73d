//go:build unix

package cli

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/creack/pty"
)

// Long work over decks says how far it is, at a terminal, and leaves no trace
// of that. Here everything takes long: no time has to pass before it is said.
func TestProgress(t *testing.T) {
	home := t.TempDir()
	t.Setenv("HOME", home)
	t.Setenv("XDG_CONFIG_HOME", home)
	dir := filepath.Join(home, "decks")
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	for i := range 20 {
		text := fmt.Sprintf("Q:  Which number follows %d?\nA: %d\n", i, i+1)
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("d%d.md", i)), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	collection := filepath.Join(home, "collection.db")
	for _, c := range []struct {
		args []string
		want []string // of what is said on the way
	}{
		{[]string{"check", dir}, []string{"19 files read of 20", "19 decks checked of 20"}},
		{[]string{"compile", dir}, []string{"19 files read of 20", "20 cards compiled of 20"}},
		{[]string{"fmt", "-l", dir}, []string{"19 files formatted of 20"}},
		{[]string{"fmt", "--ids", "-w", dir}, []string{"19 files read of 20", "19 files formatted of 20"}},
	} {
		args := append([]string{"--collection", collection}, c.args...)
		said := onTerminal(t, args...)
		for _, want := range c.want {
			if !strings.Contains(said, "\r"+want) {
				t.Errorf("%v says nothing of %q:\n%q", c.args, want, said)
			}
		}
		for line := range strings.SplitSeq(said, "\n") {
			line = strings.TrimSuffix(line, "\r")
			if last := line[strings.LastIndexByte(line, '\r')+1:]; strings.Contains(last, " of 20") {
				t.Errorf("%v leaves %q", c.args, last)
			}
		}
		if quiet := onTerminal(t, append(args, "--quiet")...); strings.Contains(quiet, " of 20") {
			t.Errorf("%v says how far it is though it is told to be quiet: %q", c.args, quiet)
		}
	}
}

// onTerminal runs a command whose stderr is a terminal, and returns what is said
// there.
func onTerminal(t *testing.T, args ...string) string {
	t.Helper()
	terminal, end, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer terminal.Close()
	said := make(chan []byte)
	go func() {
		var all bytes.Buffer
		io.Copy(&all, terminal) // ends with an error when the other end is closed
		said <- all.Bytes()
	}()
	e, err := newEnv(strings.NewReader(""), io.Discard, end)
	if err != nil {
		t.Fatal(err)
	}
	e.Tick = 0
	root := newRootCmd(e, commands)
	root.SetArgs(args)
	err = root.ExecuteContext(t.Context())
	end.Close()
	if all := string(<-said); err == nil {
		return all
	}
	t.Fatalf("%v: %v", args, err)
	return ""
}

// What a collection does in many steps says so too, in words that fit.
func TestWork(t *testing.T) {
	home := t.TempDir()
	t.Setenv("HOME", home)
	t.Setenv("XDG_CONFIG_HOME", home)
	deck := filepath.Join(home, "sums.md")
	if err := os.WriteFile(deck, []byte("Q: Which number follows 1?\nA: 2\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	file := func(name string) string { return filepath.Join(home, name) }
	for _, c := range []struct {
		args []string
		want []string
	}{
		{[]string{"--collection", file("one.db"), "compile", deck}, []string{"changing the collection to this version"}},
		{[]string{"--collection", file("one.db"), "decks", "options", "--retention", "0.8"}, []string{"today's backup: copying 100 % (Ctrl-C"}},
		{[]string{"--collection", file("one.db"), "backup", file("copy.db")}, []string{"copying 100 %", "checking"}},
		{[]string{"--collection", file("one.db"), "doctor", "--full"}, []string{"looking at every page", "comparing the decks 0 %", "computing the digest"}},
		{[]string{"--collection", file("one.db"), "export", "--format", "json", "-o", file("all.json")}, []string{"writing the decks 0 %", "writing the log"}},
		{[]string{"--collection", file("two.db"), "import", file("all.json")}, []string{"reading lines"}},
		{[]string{"--collection", file("one.db"), "restore", file("copy.db")}, []string{"checking", "writing it back 100 %"}},
	} {
		said := onTerminal(t, c.args...)
		for _, want := range c.want {
			if !strings.Contains(said, "\r"+want) {
				t.Errorf("%v says nothing of %q:\n%q", c.args, want, said)
			}
		}
		if last := said[strings.LastIndexByte(strings.TrimRight(said, "\r\n"), '\r')+1:]; strings.Contains(last, "%") || strings.Contains(last, "ing ") {
			t.Errorf("%v leaves %q", c.args, last)
		}
	}
}
