//go:build unix

package plainfile

import (
	"errors"
	"net"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// TestOpen opens everything that a name can lead to: only plain files, and links
// to them, are opened, and nothing is waited for.
func TestOpen(t *testing.T) {
	folder := t.TempDir()
	in := func(name string) string { return filepath.Join(folder, name) }
	if err := os.WriteFile(in("file"), []byte("text"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(syscall.Mkfifo(in("pipe"), 0o600), os.Symlink("file", in("link")), os.Symlink("pipe", in("link to a pipe"))); err != nil {
		t.Fatal(err)
	}
	socket, err := net.Listen("unix", in("socket"))
	if err != nil {
		t.Fatal(err)
	}
	defer socket.Close()
	for _, name := range []string{"pipe", "link to a pipe", "socket", ".", "../../../../../../dev/null", "../../../../../../dev/zero"} {
		if _, err := Open(in(name)); !errors.Is(err, ErrNotPlain) {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := Own(in(name), os.O_WRONLY, 0); !errors.Is(err, ErrNotPlain) {
			t.Errorf("%s to write: %v", name, err)
		}
	}
	root, err := os.OpenRoot(folder)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	for _, name := range []string{"pipe", "link to a pipe", "link", "socket", "."} {
		if _, err := In(root, name); !errors.Is(err, ErrNotPlain) {
			t.Errorf("%s in its folder: %v", name, err)
		}
	}
	if f, err := In(root, "file"); err != nil {
		t.Error(err)
	} else {
		f.Close()
	}
	for _, name := range []string{"file", "link"} {
		if text, err := Read(in(name)); err != nil || string(text) != "text" {
			t.Errorf("%s: %q, %v", name, text, err)
		}
	}
	if _, err := Own(in("link"), os.O_WRONLY|os.O_TRUNC, 0); !errors.Is(err, ErrNotPlain) {
		t.Errorf("a link is followed: %v", err)
	}
	if _, err := Open(in("nothing")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("nothing: %v", err)
	}
}
