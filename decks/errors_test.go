//go:build unix

package decks_test

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"testing/fstest"
	"unicode/utf16"

	"kartei/decks"
	"kartei/decks/check"
	"kartei/decks/internal/casefile"
)

// made are mistakes whose input no repository should hold: it is made when the
// test runs. The file of the name holds what is to be printed.
var made = map[string]func(t *testing.T) fs.FS{
	"file-too-long": func(*testing.T) fs.FS {
		return oneFile(strings.Repeat("water under the bridge\n", 800_000))
	},
	"line-too-long": func(*testing.T) fs.FS {
		return oneFile("Q: Which river flows through Vienna?\nA: the Danube\nNote: " + strings.Repeat("long ", 14_000) + "\n")
	},
	"text-too-long": func(*testing.T) fs.FS {
		return oneFile("Q: Which river flows through Vienna?\nA: the Danube\n" + strings.Repeat("  and so on and on\n", 4_000))
	},
	"too-many-cards": func(*testing.T) fs.FS {
		var rows strings.Builder
		for i := range 100_001 {
			fmt.Fprintf(&rows, "| %d | %d |\n", i, i+1)
		}
		return oneFile("| number | next |\n|---|---|\n" + rows.String() + "\nQ: What follows {number}?\nA: {next}\n\nQ: What comes before {next}?\nA: {number}\n")
	},
	"too-many-options": func(*testing.T) fs.FS {
		return oneFile("Q: Which number is even?\n- [x] 0\n" + strings.Repeat("- [ ] 1\n", 50_000))
	},
	"too-many-facts": func(*testing.T) fs.FS {
		return oneFile(strings.Repeat("Q: Is this a fact?\nA: It is.\n\n", 200_001) + "C: {{}}\n")
	},
	"row-writes-too-much": func(*testing.T) fs.FS {
		row := "| " + strings.Repeat("x", 10_000) + " | y |\n"
		return oneFile("| number | next |\n|---|---|\n" + row + "\nQ: What {next} follows" + strings.Repeat(" {number}", 10) + "?\nA: {next}\n")
	},
	"templates-write-too-much": func(*testing.T) fs.FS {
		var rows strings.Builder
		for i := range 3000 {
			fmt.Fprintf(&rows, "| %d%s | y |\n", i, strings.Repeat("x", 5000))
		}
		return oneFile("| number | next |\n|---|---|\n" + rows.String() + "\nQ: What {next} follows" + strings.Repeat(" {number}", 10) + "?\nA: {next}\n")
	},
	"nested-brackets": func(*testing.T) fs.FS {
		return oneFile("C: " + strings.Repeat("{{", 30_000) + "\n\nQ: " + strings.Repeat("(", 30_000) + "\nA: " + strings.Repeat("[", 60_000) + "\n")
	},
	"many-of-one-mistake": func(*testing.T) fs.FS {
		return oneFile(strings.Repeat("A: no question\n\n", 3000))
	},
	"nul": func(*testing.T) fs.FS {
		return oneFile("Q: Which river flows through Vienna?\x00\nA: the Danube\n")
	},
	"utf-16": func(*testing.T) fs.FS {
		text := []byte{0xff, 0xfe}
		for _, unit := range utf16.Encode([]rune("Q: Which river flows through Vienna?\nA: the Danube\n")) {
			text = binary.LittleEndian.AppendUint16(text, unit)
		}
		return oneFile(string(text))
	},
	"link-outside": func(t *testing.T) fs.FS {
		return folder(t, func(dir string) error {
			return os.Symlink("../../etc/passwd", filepath.Join(dir, "deck.md"))
		})
	},
	"link-to-absolute-name": func(t *testing.T) fs.FS {
		return folder(t, func(dir string) error { return os.Symlink("/etc/passwd", filepath.Join(dir, "deck.md")) })
	},
	"link-nowhere": func(t *testing.T) fs.FS {
		return folder(t, func(dir string) error { return os.Symlink("lost.md", filepath.Join(dir, "deck.md")) })
	},
	"link-in-a-circle": func(t *testing.T) fs.FS {
		return folder(t, func(dir string) error { return os.Symlink("deck.md", filepath.Join(dir, "deck.md")) })
	},
	"link-to-folder": func(t *testing.T) fs.FS {
		return folder(t, func(dir string) error { return os.Symlink(".", filepath.Join(dir, "deck.md")) })
	},
	"pipe": func(t *testing.T) fs.FS {
		return folder(t, func(dir string) error { return syscall.Mkfifo(filepath.Join(dir, "deck.md"), 0o600) })
	},
	"unreadable": func(*testing.T) fs.FS {
		return locked{fstest.MapFS{
			"rivers/one.md":    {Data: []byte("---\ndeck: rivers\n---\n\nQ: Which river flows through Vienna?\nA: the Danube\n")},
			"rivers/locked.md": {},
			"lakes.md":         {Data: []byte("Q: Which lake lies at Geneva?\nA: Lake Geneva\n")},
		}}
	},
}

func folder(t *testing.T, fill func(dir string) error) fs.FS {
	t.Helper()
	dir := t.TempDir()
	if err := fill(dir); err != nil {
		t.Fatal(err)
	}
	return os.DirFS(dir)
}

// locked is a tree in which files of one name can not be opened, even by root.
type locked struct{ fstest.MapFS }

func (l locked) Open(name string) (fs.File, error) {
	if strings.HasSuffix(name, "locked.md") {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrPermission}
	}
	return l.MapFS.Open(name)
}

// TestMistakes compares what is printed for every mistake that an author can
// make, as text and as JSON, with the file of its name in testdata/errors, which
// also holds the input.
func TestMistakes(t *testing.T) {
	cases, err := filepath.Glob("testdata/errors/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	run := func(t *testing.T, want *casefile.Case, fsys fs.FS) {
		t.Helper()
		defer want.Close()
		c, err := decks.Compile(fsys)
		if err != nil {
			t.Fatal(err)
		}
		if len(c.Diagnostics) == 0 {
			t.Error("there is nothing wrong")
		}
		var text, lines bytes.Buffer
		if err := decks.Render(&text, c.Diagnostics); err != nil {
			t.Fatal(err)
		}
		for _, d := range c.Diagnostics {
			seen[d.Rule] = true
			if err := json.NewEncoder(&lines).Encode(d); err != nil {
				t.Fatal(err)
			}
		}
		fmt.Fprintf(&text, "broken: %v\n", c.Broken)
		want.Compare("want.txt", text.Bytes())
		want.Compare("want.jsonl", lines.Bytes())
	}
	for _, path := range cases {
		name := strings.TrimSuffix(filepath.Base(path), ".txtar")
		if made[name] == nil {
			t.Run(name, func(t *testing.T) {
				c := casefile.Open(t, path)
				run(t, c, c.FS())
			})
		}
	}
	for name, input := range made {
		t.Run(name, func(t *testing.T) {
			run(t, casefile.Open(t, filepath.Join("testdata/errors", name+".txtar")), input(t))
		})
	}
	for _, rule := range check.Rules() {
		if rule.Form && !seen[rule.Name] {
			t.Errorf("no file shows the mistake %s", rule.Name)
		}
	}
}

// TestDiagnosticsAreSafeToPrint: whatever stands in a file, what is printed
// about it holds no character that could steer a terminal.
func TestDiagnosticsAreSafeToPrint(t *testing.T) {
	nasty := "\x1b]0;title\x07\u009b31m\u202e\u2066\u200b\U000E0041\r\x00\x7f\ufeff\xff"
	fsys := fstest.MapFS{}
	for i, text := range []string{
		"Q: " + nasty + "\n", "A: " + nasty + "\n", "---\n" + nasty + ": x\n---\n", "---\ndeck: " + nasty + "\n---\nQ: x\nA: y\n",
		"| a |\n|---|\n| " + nasty + " |\n\nQ: {" + nasty + "}\nA: {a}\n", "Q: x\nA: y\nId: " + nasty + "\n", "Q: x\nA: y\nTags: [" + nasty + "\n",
	} {
		fsys[fmt.Sprintf("%d.md", i)] = &fstest.MapFile{Data: []byte(text)}
	}
	fsys["\x1b[2J.md"] = &fstest.MapFile{Data: []byte("A: x\n")}
	c, err := decks.Compile(fsys)
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	if err := decks.Render(&out, c.Diagnostics); err != nil {
		t.Fatal(err)
	}
	if len(c.Diagnostics) < 8 {
		t.Fatalf("only %d diagnostics", len(c.Diagnostics))
	}
	for _, r := range out.String() {
		if r < ' ' && r != '\n' || r >= 0x7f && r < 0xa0 || slices.Contains([]rune{0x202e, 0x2066, 0x200b, 0xe0041, 0xfeff}, r) {
			t.Fatalf("U+%04X is printed:\n%q", r, out.String())
		}
	}
}
