package folder

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"kartei/store/atomicfile"
	"kartei/store/place"
	"kartei/store/place/placetest"
)

func open(t *testing.T, path string) *Folder {
	t.Helper()
	f, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestConformance(t *testing.T) {
	var last string
	placetest.Run(t, placetest.Kind{
		New: func(t *testing.T) func() place.Place {
			last = t.TempDir()
			return func() place.Place { return open(t, last) }
		},
		Plant: func(t *testing.T, name string, data []byte) { write(t, filepath.Join(last, name), string(data)) },
	})
}

func write(t *testing.T, name, text string) {
	t.Helper()
	if err := errors.Join(os.MkdirAll(filepath.Dir(name), 0o700), os.WriteFile(name, []byte(text), 0o600)); err != nil {
		t.Fatal(err)
	}
}

// Links, what is hidden, and what is being written are not objects.
func TestOnlyPlainFilesBelow(t *testing.T) {
	outside, inside := t.TempDir(), t.TempDir()
	write(t, filepath.Join(outside, "secret.seg"), "secret")
	for _, name := range []string{".git/d/a/1.seg", ".stversions/d/a/1.seg", "d/a/.syncthing.1.seg.tmp", "d/a/.~1.seg.3f2a", "d/a/.kartei-1.part", "a/b/c/d/e/f/g/h/i/j"} {
		write(t, filepath.Join(inside, name), "hidden")
	}
	write(t, filepath.Join(inside, "d", "a", "1.seg"), "rows")
	for name, to := range map[string]string{
		"d/a/2.seg": filepath.Join(outside, "secret.seg"), "d/a/3.seg": "1.seg", "d/b": outside, "d/c": "a", "e": outside, "m": "/dev",
	} {
		if err := os.Symlink(to, filepath.Join(inside, name)); err != nil {
			t.Skip("no links here:", err)
		}
	}
	f := open(t, inside)
	for _, prefix := range []string{"", "d/", "d/a/", "d/b/", "d/c/", "e/", "m/"} {
		all, err := f.List(t.Context(), prefix)
		if err != nil || slices.ContainsFunc(all, func(o place.Object) bool { return o.Name != "d/a/1.seg" }) {
			t.Errorf("%q lists %v: %v", prefix, all, err)
		}
	}
	for _, name := range []string{"d/a/2.seg", "d/a/3.seg", "d/b/secret.seg", "e/secret.seg", "m/zero"} {
		if data, err := f.Get(t.Context(), name, 100); err == nil {
			t.Errorf("%s was followed to %q", name, data)
		}
	}
	for _, name := range []string{"d/b/new.seg", "e/new"} {
		if err := f.Put(t.Context(), name, []byte("rows")); err == nil {
			t.Errorf("%s was put", name)
		}
		if err := f.Delete(t.Context(), "d/b/secret.seg"); err == nil {
			t.Error("a file outside was deleted")
		}
	}
	if all, err := os.ReadDir(outside); err != nil || len(all) != 1 {
		t.Errorf("outside are %v: %v", all, err)
	}
}

// What a killed process left is swept by the next that writes.
func TestSweep(t *testing.T) {
	at := t.TempDir()
	write(t, filepath.Join(at, ".kartei-123.part"), "half")
	f := open(t, at)
	if err := f.Put(t.Context(), "d/a/1.seg", []byte("rows")); err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(at)
	if err != nil || slices.ContainsFunc(entries, func(e os.DirEntry) bool { return atomicfile.IsAside(e.Name()) }) {
		t.Errorf("there are %v: %v", entries, err)
	}
}

func TestFolderThatIsNotThere(t *testing.T) {
	at := filepath.Join(t.TempDir(), "stick")
	if _, err := Open(at); !errors.Is(err, place.ErrUnreachable) {
		t.Errorf("opened: %v", err)
	}
	if err := os.Mkdir(at, 0o700); err != nil {
		t.Fatal(err)
	}
	f := open(t, at)
	if err := os.Remove(at); err != nil { // it is pulled
		t.Fatal(err)
	}
	_, list := f.List(t.Context(), "")
	_, get := f.Get(t.Context(), "d/a/1.seg", 10)
	for what, err := range map[string]error{"List": list, "Get": get, "Put": f.Put(t.Context(), "d/a/1.seg", nil), "Delete": f.Delete(t.Context(), "d/a/1.seg")} {
		if !errors.Is(err, place.ErrUnreachable) {
			t.Errorf("%s: %v", what, err)
		}
	}
	if _, err := os.Stat(at); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("it was made: %v", err)
	}
	write(t, at, "a file")
	if _, err := Open(at); err == nil {
		t.Error("a file was opened as a folder")
	}
}

// A disk that answers no more keeps nobody waiting.
func TestWithin(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	forever := make(chan struct{})
	defer close(forever)
	_, err := within(ctx, func() (int, error) { <-forever; return 0, nil })
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Error(err)
	}
}

// Where there are no hard links, as on most sticks, an object is still put once.
func TestWithoutLinks(t *testing.T) {
	at := t.TempDir()
	root, err := os.OpenRoot(at)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	write(t, filepath.Join(at, "aside"), "rows")
	noLinks := func(string, string) error { return errors.ErrUnsupported }
	if err := settle(root, noLinks, "aside", "1.seg"); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(at, "aside"), "others")
	if err := settle(root, noLinks, "aside", "1.seg"); !errors.Is(err, os.ErrExist) {
		t.Errorf("twice: %v", err)
	}
	if text, err := os.ReadFile(filepath.Join(at, "1.seg")); err != nil || string(text) != "rows" {
		t.Errorf("it is %q: %v", text, err)
	}
}
