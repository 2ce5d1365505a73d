//go:build unix

package check

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// TestBrokenImage looks up images that are not what their deck says: hostile
// ones above all. None may be followed, opened or waited for.
func TestBrokenImage(t *testing.T) {
	root := t.TempDir()
	dir := filepath.Join(root, "decks")
	png := "\x89PNG\r\n\x1a\n…"
	for name, data := range map[string]string{
		"decks/deck/a.png": png, "decks/b b.png": png, "decks/c.svg": "\ufeff\n<svg/>", "decks/d.jpg": "\xff\xd8\xff", "decks/text.png": "hello",
		"decks/program.exe": "MZ", "decks/empty.png": "", "decks/big.png": png + strings.Repeat("x", largestImage), "secret.png": png,
	} {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(root, name)), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(root, name), []byte(data), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for link, target := range map[string]string{"link.png": "deck/a.png", "out.png": "../secret.png", "folder": "deck"} {
		if err := os.Symlink(target, filepath.Join(dir, link)); err != nil {
			t.Skipf("no symbolic links here: %v", err)
		}
	}
	if err := syscall.Mkfifo(filepath.Join(dir, "fifo.png"), 0o600); err != nil {
		t.Skipf("no named pipes here: %v", err)
	}
	if err := os.Mkdir(filepath.Join(dir, "dir.png"), 0o755); err != nil {
		t.Fatal(err)
	}
	files := &imageFiles{fsys: os.DirFS(dir), known: map[string]error{}}
	for _, test := range []struct{ address, want string }{
		{"a.png", ""},
		{"../b%20b.png", ""},
		{"../c.svg", ""},
		{"../d.jpg", ""},
		{"missing.png", "is not there"},
		{"../text.png", "does not hold what .png says"},
		{"../empty.png", "does not hold what .png says"},
		{"../program.exe", "is not an image that can be shown"},
		{"../big.png", "has more than 2 MiB"},
		{"../link.png", "is a link"},
		{"../out.png", "is a link"},
		{"../folder/a.png", "is behind a link"},
		{"../fifo.png", "is not an ordinary file"},
		{"../dir.png", "is not an ordinary file"},
		{"../../secret.png", "is outside the folder"},
		{"/etc/passwd", "is outside the folder"},
		{`..\secret.png`, "is outside the folder"},
		{"%2e%2e/%2e%2e/secret.png", "is outside the folder"},
		{"https://example.org/a.png", "is on the network"},
		{"//example.org/a.png", "is on the network"},
		{"file:///etc/passwd.png", "is on the network"},
		{"", "is"},
	} {
		err := files.check("deck/deck.md", test.address)
		switch {
		case test.want == "" && err != nil:
			t.Errorf("%s: %v", test.address, err)
		case test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)):
			t.Errorf("%q: %v, want %q", test.address, err, test.want)
		}
	}
}
