package decks

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// Written sights are read back as they were, whatever the paths; anything else is
// read as none.
func TestSightsAsText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		one := rapid.Custom(func(t *rapid.T) Sight {
			return Sight{
				Path: rapid.StringMatching(`[^\x00]{1,20}`).Draw(t, "path"),
				Size: rapid.Int64Min(isFolder).Draw(t, "size"),
				Time: rapid.Int64().Draw(t, "time"),
			}
		})
		sights := Sights(rapid.SliceOf(one).Draw(t, "sights"))
		if got := ParseSights(sights.String()); got == nil || !slices.Equal(got, sights) {
			t.Errorf("%q became %q", sights, got)
		}
		if text := sights.String(); len(sights) > 0 && ParseSights(text[:len(text)-1]) != nil {
			t.Errorf("%q without its end was read", text)
		}
	})
	for _, text := range []string{"", "sights 1, kartei fact language 0\n1 2 a\x00", sightsHead + "1 2\x00", sightsHead + "x 2 a\x00"} {
		if got := ParseSights(text); got != nil {
			t.Errorf("%q was read as %v", text, got)
		}
	}
}

// What happens to a folder that was compiled is noticed, each thing as what it is.
func TestLook(t *testing.T) {
	old := time.Now().Add(-time.Hour)
	write := func(path, text string) {
		t.Helper()
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for name, c := range map[string]struct {
		change func(dir string)
		want   Changes
	}{
		"nothing":       {func(string) {}, Changes{}},
		"an edit":       {func(dir string) { write(filepath.Join(dir, "a.md"), "Q: one?\nA: two\n") }, Changes{Edited: []string{"a.md"}}},
		"a time":        {func(dir string) { os.Chtimes(filepath.Join(dir, "a.md"), old, old.Add(time.Nanosecond)) }, Changes{Edited: []string{"a.md"}}},
		"an empty file": {func(dir string) { write(filepath.Join(dir, "a.md"), "") }, Changes{Emptied: []string{"a.md"}}},
		"a new file":    {func(dir string) { write(filepath.Join(dir, "sub/c.md"), "") }, Changes{Edited: []string{"sub"}}},
		"a file that goes": {func(dir string) { os.Remove(filepath.Join(dir, "sub/b.md")) },
			Changes{Edited: []string{"sub"}, Gone: []string{"sub/b.md"}}},
		"a folder that goes": {func(dir string) { os.RemoveAll(dir) },
			Changes{Gone: []string{".", "a.md", "sub", "sub/b.md"}}},
		"a folder for a file": {func(dir string) {
			os.Remove(filepath.Join(dir, "a.md"))
			os.Mkdir(filepath.Join(dir, "a.md"), 0o700)
		}, Changes{Edited: []string{".", "a.md"}}},
	} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "decks")
			if err := os.MkdirAll(filepath.Join(dir, "sub"), 0o700); err != nil {
				t.Fatal(err)
			}
			write(filepath.Join(dir, "a.md"), "Q: one?\nA: 1\n")
			write(filepath.Join(dir, "sub/b.md"), "Prose.\n")
			write(filepath.Join(dir, "notes.txt"), "No deck.\n")
			for _, p := range []string{"a.md", "sub/b.md", "sub", "."} {
				if err := os.Chtimes(filepath.Join(dir, p), old, old); err != nil {
					t.Fatal(err)
				}
			}
			compiled, err := Compile(os.DirFS(dir))
			if err != nil {
				t.Fatal(err)
			}
			if !compiled.Seen.Whole() || compiled.Seen.Has("notes.txt") || !compiled.Seen.Has("sub") {
				t.Errorf("seen: %q", compiled.Seen)
			}
			seen := ParseSights(compiled.Seen.Settled(time.Now()).String())
			c.change(dir)
			if diff := cmp.Diff(c.want, seen.Look(os.DirFS(dir))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// A file that is saved twice within one tick of the clock looks alike: what was
// changed only just now is to be read again.
func TestSightsOfJustNow(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a.md")
	if err := os.WriteFile(path, []byte("Q: one?\nA: 1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	saved := time.Now()
	for age, want := range map[time.Duration]bool{0: true, time.Second: true, 3 * time.Second: false, -time.Hour: true} {
		if err := os.Chtimes(path, saved, saved.Add(-age)); err != nil {
			t.Fatal(err)
		}
		c, err := Compile(os.DirFS(dir), "a.md")
		if err != nil {
			t.Fatal(err)
		}
		if c.Seen.Whole() {
			t.Error("one file counts as the whole folder")
		}
		if got := c.Seen.Settled(saved).Look(os.DirFS(dir)).Any(); got != want {
			t.Errorf("saved %v before it was read: is read again: %v", age, got)
		}
	}
}

func BenchmarkLook(b *testing.B) {
	dir := b.TempDir()
	for i := range 500 {
		sub := filepath.Join(dir, string(rune('a'+i%20)))
		os.MkdirAll(sub, 0o700)
		if err := os.WriteFile(filepath.Join(sub, time.Duration(i).String()+".md"), []byte("Prose.\n"), 0o600); err != nil {
			b.Fatal(err)
		}
	}
	c, err := Compile(os.DirFS(dir))
	if err != nil {
		b.Fatal(err)
	}
	text := c.Seen.String()
	for b.Loop() {
		if ParseSights(text).Look(os.DirFS(dir)).Any() {
			b.Fatal("a change")
		}
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/float64(len(c.Seen)), "µs/file")
}
