// Package study finds the study that the decks of the library are about, for tests
// of what these say of it. It is not part of the project: its text lies beside the
// checkout of those who have it, or where KARTEI_STUDY says. Only tests import it.
package study

import (
	"os"
	"path/filepath"
	"testing"
)

// beside is where the text lies, from a package two folders below the module's.
const beside = "../../../shared/study/000_56f5bc767535689f.txt"

// Text returns the study's text. Without it, it skips the test, which says what
// stays unchecked.
func Text(t testing.TB, unchecked string) string {
	t.Helper()
	path := os.Getenv("KARTEI_STUDY")
	if path == "" {
		path = filepath.FromSlash(beside)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Skipf("SKIPPED: without the study %s: %v", unchecked, err)
	}
	return string(text)
}
