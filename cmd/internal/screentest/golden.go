package screentest

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files anew")

// Updating reports whether the test was told to write its golden files anew.
func Updating() bool { return *update }

// Golden waits until the screen is that of testdata/NAME.txt, as a terminal shows what
// is drawn line by line; with -update it writes the screen of now.
func (s *Session) Golden(name string) {
	s.t.Helper()
	want, err := os.ReadFile(goldenFile(name))
	if *update || err != nil {
		Golden(s.t, name, s.Screen())
		return
	}
	s.Wait("what "+goldenFile(name)+" has", func(screen string) bool { return screen == string(want) })
}

func goldenFile(name string) string {
	return filepath.Join("testdata", filepath.FromSlash(name)+".txt")
}

// Golden compares a screen with testdata/NAME.txt, or writes it with -update.
func Golden(t testing.TB, name, screen string) {
	t.Helper()
	file := goldenFile(name)
	if *update {
		if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(screen), 0o666); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v (run the test with -update to write it)", err)
	}
	if diff := cmp.Diff(string(want), screen); diff != "" {
		t.Errorf("%s differs (-want +got):\n%s", file, diff)
	}
}
