package decks_test

import (
	"slices"
	"testing"
	"testing/fstest"

	"kartei/decks"
)

// TestFoldersThatGitLeavesOut: what a .gitignore leaves out is not the author's.
func TestFoldersThatGitLeavesOut(t *testing.T) {
	fact := &fstest.MapFile{Data: []byte("Q: q\nA: a\n")}
	c, err := decks.Compile(fstest.MapFS{
		".gitignore":             {Data: []byte("# tools\nnode_modules/\n/build\n*.tmp\n!keep.tmp\n**/cache\nsub/gone\n")},
		"node_modules/pkg/a.md":  fact,
		"deep/node_modules/b.md": fact,
		"build/c.md":             fact,
		"deep/build/kept-one.md": fact,
		"x.tmp/d.md":             fact,
		"keep.tmp/kept-two.md":   fact,
		"deep/cache/e.md":        fact,
		"sub/gone/f.md":          fact,
		"sub/.gitignore":         {Data: []byte("own\n")},
		"sub/own/g.md":           fact,
		"sub/kept-three.md":      fact,
		"deep/own/kept-four.md":  fact,
	})
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, d := range c.Decks {
		names = append(names, d.Name)
	}
	if want := []string{"kept-four", "kept-one", "kept-three", "kept-two"}; !slices.Equal(names, want) {
		t.Errorf("decks %v, want %v", names, want)
	}
}
