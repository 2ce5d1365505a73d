package memfs_test

import (
	"testing"
	"testing/fstest"

	"kartei/decks/memfs"
)

func TestFiles(t *testing.T) {
	files := memfs.Files{"a.md": []byte("a"), "b/c.md": []byte("c"), "b/d/e.md": nil}
	if err := fstest.TestFS(files, "a.md", "b/c.md", "b/d/e.md"); err != nil {
		t.Error(err)
	}
}
