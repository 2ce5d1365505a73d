package atomicfile

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"testing"
)

func put(t *testing.T, name string, mode fs.FileMode, text string) {
	t.Helper()
	err := Write(name, mode, func(w io.Writer) error { _, err := io.WriteString(w, text); return err })
	if err != nil {
		t.Fatal(err)
	}
}

func expect(t *testing.T, name, text string, mode fs.FileMode) {
	t.Helper()
	got, err := os.ReadFile(name)
	if err != nil || string(got) != text {
		t.Errorf("%s holds %q, want %q: %v", name, got, text, err)
	}
	info, err := os.Lstat(name)
	if err != nil || runtime.GOOS != "windows" && info.Mode() != mode {
		t.Errorf("%s has mode %v, want %v: %v", name, info.Mode(), mode, err)
	}
}

func TestWrite(t *testing.T) {
	folder := t.TempDir()
	probe, err := os.OpenFile(filepath.Join(folder, "probe"), os.O_CREATE|os.O_WRONLY, Shared)
	if err != nil {
		t.Fatal(err)
	}
	info, err := probe.Stat()
	if err != nil {
		t.Fatal(err)
	}
	usual := info.Mode() // 0666 less the umask
	if err := errors.Join(probe.Close(), os.Remove(probe.Name())); err != nil {
		t.Fatal(err)
	}
	shared, private := filepath.Join(folder, "shared"), filepath.Join(folder, "private")
	put(t, shared, Shared, "one")
	expect(t, shared, "one", usual)
	put(t, private, Private, "one")
	expect(t, private, "one", 0o600)
	if err := os.Chmod(shared, 0o640); err != nil {
		t.Fatal(err)
	}
	put(t, shared, Private, "two")
	expect(t, shared, "two", 0o640)
	if left, err := os.ReadDir(folder); err != nil || len(left) != 2 {
		t.Errorf("there is more than two files: %v %v", left, err)
	}
}

func TestWriteThatFails(t *testing.T) {
	folder := t.TempDir()
	name := filepath.Join(folder, "all.json")
	put(t, name, Private, "old")
	no := errors.New("no")
	if err := Write(name, Private, func(w io.Writer) error {
		w.Write(make([]byte, 1<<16))
		return no
	}); !errors.Is(err, no) {
		t.Errorf("a write that fails: %v", err)
	}
	expect(t, name, "old", 0o600)
	if err := Write(folder, Private, func(io.Writer) error { return nil }); !errors.Is(err, ErrNotPlain) {
		t.Errorf("a write over a folder: %v", err)
	}
	if err := Write(filepath.Join(folder, "no", "all.json"), Private, func(io.Writer) error { return nil }); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a write into no folder: %v", err)
	}
	if left, err := os.ReadDir(folder); err != nil || len(left) != 1 {
		t.Errorf("there is more than the old file: %v %v", left, err)
	}
}

// A link stays a link, and what it leads to is replaced: also where that is not
// there yet, and where the link is one of several.
func TestWriteThroughLinks(t *testing.T) {
	folder := t.TempDir()
	real := filepath.Join(folder, "real")
	if err := os.Mkdir(real, 0o700); err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(folder, "link.md")
	for from, to := range map[string]string{link: "second", filepath.Join(folder, "second"): filepath.Join(real, "deck.md")} {
		if err := os.Symlink(to, from); err != nil {
			t.Skipf("there are no links here: %v", err)
		}
	}
	for _, text := range []string{"new", "newer"} {
		put(t, link, Private, text)
		expect(t, filepath.Join(real, "deck.md"), text, 0o600)
		if to, err := os.Readlink(link); err != nil || to != "second" {
			t.Errorf("the link leads to %q now: %v", to, err)
		}
	}
}

func TestMakeFolder(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "a", "b")
	for range 2 {
		if err := MakeFolder(folder, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	put(t, filepath.Join(folder, "file"), Shared, "")
	if err := MakeFolder(filepath.Join(folder, "file", "c"), 0o700); err == nil {
		t.Error("a folder was made in a file")
	}
}
