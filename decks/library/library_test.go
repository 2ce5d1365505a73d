package library_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"kartei/decks/library"
)

// studyFile is the study's text as the project's readers have it, beside the
// checkout; it is never part of the project.
const studyFile = "../../../shared/study/000_56f5bc767535689f.txt"

// study returns the study's text with line-end hyphens and white space joined,
// or skips the test.
func study(t *testing.T) string {
	t.Helper()
	src, err := os.ReadFile(filepath.FromSlash(studyFile))
	if errors.Is(err, fs.ErrNotExist) {
		t.Skipf("the study is not here (%s): evidence and overlap stay unchecked", studyFile)
	}
	if err != nil {
		t.Fatal(err)
	}
	joined := regexp.MustCompile(`-\s*\n\s*`).ReplaceAllString(string(src), "")
	return strings.Join(strings.Fields(joined), " ")
}

func TestEvidenceStandsInTheStudy(t *testing.T) {
	text := study(t)
	names, err := fs.Glob(library.FS, "*.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		src, err := fs.ReadFile(library.FS, name)
		if err != nil {
			t.Fatal(err)
		}
		tokens := 0
		for _, line := range strings.Split(string(src), "\n") {
			token, ok := strings.CutPrefix(line, "Evidence: ")
			if !ok {
				continue
			}
			tokens++
			if !strings.Contains(text, token) {
				t.Errorf("%s: %q does not stand in the study", name, token)
			}
		}
		if tokens < 60 {
			t.Errorf("%s: %d facts with evidence, want at least 60", name, tokens)
		}
	}
}
