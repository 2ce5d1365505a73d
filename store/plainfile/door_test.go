package plainfile

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// opening is every way of the standard library to open a file by its name.
var opening = regexp.MustCompile(`\bos\.(Open|OpenFile|ReadFile|Create|WriteFile)\(`)

// besides are the files that open others: those that write, into a folder that
// was just made or with the name of a new file, and helpers of tests and of those who
// build.
var besides = []string{
	"store/plainfile/plainfile.go", "store/atomicfile/aside.go", "store/atomicfile/atomicfile.go", "store/atomicfile/step.go", "store/atomicfile/recover.go",
	"store/sqlite/copy.go", "store/sqlite/file.go", "cmd/internal/cli/pictures.go", "cmd/internal/cli/new.go", "cmd/internal/screentest/golden.go", "decks/hostile/reached.go",
	"decks/internal/casefile/casefile.go", "decks/foreigndb/testdb/testdb.go", "store/place/placetest/s3.go", "decks/internal/study/study.go", "cmd/internal/licenses/generate.go",
}

// TestOneDoor holds that nothing else opens a file by its name.
func TestOneDoor(t *testing.T) {
	root := filepath.Join("..", "..")
	err := fs.WalkDir(os.DirFS(root), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") || slices.Contains(besides, name) {
			return err
		}
		text, err := os.ReadFile(filepath.Join(root, name))
		if found := opening.FindAll(text, -1); found != nil {
			t.Errorf("%s opens files by %q: what is read goes through this package, what is written through atomicfile", name, found)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
