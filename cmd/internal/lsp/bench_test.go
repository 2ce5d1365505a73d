package lsp

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"kartei/decks/memfs"
)

// facts writes a deck of n facts, four lines each.
func facts(deck string, n int) string {
	var b strings.Builder
	fmt.Fprintf(&b, "---\ndeck: %s\nlang: en\nsource atlas: An Atlas\n---\n\n", deck)
	for i := range n {
		fmt.Fprintf(&b, "Q: Which town of %s has the number %d on the map of roads?\nA: Town%d\nSource: atlas %d\n\n", deck, i, i*7919%100_003, i)
	}
	return b.String()
}

// BenchmarkKey is one key in a file of 5,000 lines up to its diagnostics.
func BenchmarkKey(b *testing.B) {
	var w workspace
	w.init()
	content := facts("big", 1250)
	w.openDocument(documentItem{URI: "file:///nowhere/big.md", Version: 1, Text: content})
	d := w.open["file:///nowhere/big.md"]
	w.analyse(d)
	at := d.text.position(strings.Index(content, "Town"))
	b.ResetTimer()
	for i := range b.N {
		d.text = d.text.apply([]contentChange{{Range: &textRange{at, at}, Text: string(rune('a' + i%26))}})
		w.touch(d)
		w.analyse(d)
	}
}

// BenchmarkFolder is 500 files with 200 facts each, known for the first time,
// and again after one of them was saved.
func BenchmarkFolder(b *testing.B) {
	dir := b.TempDir()
	for i := range 500 {
		name := fmt.Sprintf("deck%d", i)
		if err := os.WriteFile(filepath.Join(dir, name+".md"), []byte(facts(name, 200)), 0o644); err != nil {
			b.Fatal(err)
		}
	}
	var known overview
	b.Run("first", func(b *testing.B) {
		for range b.N {
			o, err := snapshot{root: dir, open: memfs.Files{}}.look()
			if err != nil || len(o.decks) != 500 {
				b.Fatal(len(o.decks), err)
			}
			known = o
		}
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		b.ReportMetric(float64(m.HeapAlloc)/1e6, "MB-kept")
		b.ReportMetric(float64(m.Sys)/1e6, "MB-taken")
	})
	b.Run("again", func(b *testing.B) {
		for i := range b.N {
			open := memfs.Files{"deck7.md": []byte(facts("deck7", 200+i%2))}
			if _, err := (snapshot{root: dir, before: known, open: open}).look(); err != nil {
				b.Fatal(err)
			}
		}
	})
}
