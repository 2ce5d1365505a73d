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

func readGolden(name string) ([]byte, error) { return os.ReadFile(goldenFile(name)) }

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
	want, err := readGolden(name)
	if err != nil {
		t.Fatalf("%v (run the test with -update to write it)", err)
	}
	if diff := cmp.Diff(string(want), screen); diff != "" {
		t.Errorf("%s differs (-want +got):\n%s", file, diff)
	}
}
