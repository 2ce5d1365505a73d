package cli

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A second check, which looks only at what has changed, finds what a first one
// would find.
func TestCheckAgain(t *testing.T) {
	e, err := newEnv(strings.NewReader(""), io.Discard, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	again := newChecker(e.Console, nil)
	for _, step := range []struct {
		name, file, text string // no text: the file goes
	}{
		{"a deck", "a.md", "Q: Which river flows through Cologne?\nA: The Rhine\n"},
		{"a deck with a warning", "b.md", "Q: Which river?\nA: The Main\nSorce: atlas\n"},
		{"a broken deck", "c.md", "Q: Which lake?\n"},
		{"a file without facts", "notes.md", "Nothing.\n"},
		{"the chapter of a deck", "d1.md", "---\ndeck: d\n---\nQ: Which sea?\nA: The North Sea\n"},
		{"another chapter with a warning", "d2.md", "---\ndeck: d\n---\nQ: Which bay?\nA: Kiel Bay\nSorce: atlas\n"},
		{"a deck with a picture that is not there", "e.md", "Q: Which flag is this? ![a flag](flag.png)\nA: That of Kiel\n"},
		{"the picture", "flag.png", "\x89PNG\r\n\x1a\n"},
		{"the broken deck mended", "c.md", "Q: Which lake?\nA: The Müritz\n"},
		{"a deck broken", "a.md", "Q: Which river flows through Cologne?\n"},
		{"a chapter changed", "d1.md", "---\ndeck: d\n---\nQ: Which sea?\nA: The Baltic Sea\n"},
		{"a copy with the same id", "f.md", "---\ndeck: f\nid: d\n---\nQ: Which cape?\nA: Arkona\n"},
		{"the copy gone", "f.md", ""},
		{"the picture gone", "flag.png", ""},
		{"the file without facts gone", "notes.md", ""},
		{"a deck with a warning gone", "b.md", ""},
		{"a chapter gone", "d2.md", ""},
		{"a deck renamed", "d1.md", "---\ndeck: dd\n---\nQ: Which sea?\nA: The Baltic Sea\n"},
	} {
		file := filepath.Join(dir, step.file)
		if step.text == "" {
			err = os.Remove(file)
		} else {
			err = os.WriteFile(file, []byte(step.text), 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
		if !again.changed([]string{dir}) {
			t.Errorf("%s: not seen", step.name)
		}
		got, err := again.check([]string{dir})
		if err != nil {
			t.Fatal(err)
		}
		want, err := newChecker(e.Console, nil).check([]string{dir})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got, cmp.AllowUnexported(checked{})); diff != "" {
			t.Errorf("%s (-first +again):\n%s", step.name, diff)
		}
	}
	for name, text := range map[string]string{".a.md.swp": "x", "a.md~": "x", ".git/x.md": "x"} {
		os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o755)
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		if again.changed([]string{dir}) {
			t.Errorf("%s is looked at", name)
		}
	}
}
