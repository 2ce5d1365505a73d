//go:build unix

package folder

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"kartei/store/place"
)

// A pipe among the files, or in place of a folder, keeps nobody waiting.
func TestPipes(t *testing.T) {
	at := t.TempDir()
	write(t, filepath.Join(at, "d", "a", "1.seg"), "rows")
	if err := errors.Join(syscall.Mkfifo(filepath.Join(at, "d", "a", "2.seg"), 0o600), syscall.Mkfifo(filepath.Join(at, "e"), 0o600)); err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		f := open(t, at)
		if all, err := f.List(t.Context(), ""); err != nil || len(all) != 1 {
			t.Errorf("there are %v: %v", all, err)
		}
		if all, err := f.List(t.Context(), "e/"); err != nil || len(all) != 0 {
			t.Errorf("in the pipe are %v: %v", all, err)
		}
		if _, err := f.Get(t.Context(), "d/a/2.seg", 10); !errors.Is(err, place.ErrNotFound) {
			t.Errorf("of a pipe: %v", err)
		}
		if err := f.Put(t.Context(), "e/1", nil); err == nil {
			t.Error("an object was put into a pipe")
		}
	}()
	select {
	case <-done:
	case <-time.After(time.Minute):
		t.Fatal("it waits for a pipe")
	}
}

func TestFolderThatMayNotBeWritten(t *testing.T) {
	if os.Getuid() == 0 {
		t.Skip("root may write anywhere")
	}
	at := t.TempDir()
	if err := os.Chmod(at, 0o500); err != nil {
		t.Fatal(err)
	}
	defer os.Chmod(at, 0o700)
	if err := open(t, at).Put(t.Context(), "d/a/1.seg", nil); !errors.Is(err, place.ErrRefused) {
		t.Error(err)
	}
}

func TestWhatDisksSay(t *testing.T) {
	for is, want := range map[error]error{
		syscall.ENOSPC: place.ErrFull, syscall.EDQUOT: place.ErrFull, syscall.EROFS: place.ErrRefused, syscall.EACCES: place.ErrRefused,
		syscall.EIO: place.ErrUnreachable, syscall.ESTALE: place.ErrUnreachable, syscall.ENOENT: place.ErrNotFound, syscall.EEXIST: place.ErrExists,
	} {
		if err := kindOf(&os.PathError{Op: "write", Path: "x", Err: is}); !errors.Is(err, want) || errors.Is(err, is) || !strings.Contains(err.Error(), is.Error()) {
			t.Errorf("%v is %v", is, err)
		}
	}
}
