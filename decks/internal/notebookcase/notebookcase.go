// Package notebookcase tells stories of formats of other programs' text files: what
// lies in a folder, and what becomes of it. Only tests import it.
package notebookcase

import (
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"kartei/decks"
	"kartei/decks/check"
	"kartei/decks/internal/casefile"
	"kartei/decks/notebook"
)

// Run takes what lies below "in" of each case file of a pattern, and compares the deck
// files, what is known of the learner, and what was left out with its "want".
func Run(t *testing.T, format *notebook.Format, pattern string) {
	paths, err := filepath.Glob(pattern)
	if err != nil || len(paths) == 0 {
		t.Fatal(pattern, err)
	}
	for _, path := range paths {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar"), func(t *testing.T) {
			c := casefile.Open(t, path)
			defer c.Close()
			folder, err := fs.Sub(c.FS(), "in")
			if err != nil {
				t.Fatal(err)
			}
			c.Compare("want", []byte(story(t, format, folder)))
		})
	}
}

// story is what comes of a folder, as text.
func story(t *testing.T, format *notebook.Format, folder fs.FS) string {
	t.Helper()
	s, err := notebook.Open(folder, "", format.Extensions, "")
	if err != nil {
		t.Fatal(err)
	}
	s.Zone = time.FixedZone("", 3600)
	marks := 0
	for name, text := range s.Texts {
		marks += format.Marks(name, text)
	}
	im, err := format.Take(t.Context(), s, notebook.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	fmt.Fprintf(&out, "%d marks\n", marks)
	for _, f := range im.Files {
		fmt.Fprintf(&out, "== %s\n%s", f.Name, f.Text)
		for _, k := range f.Known {
			fmt.Fprintf(&out, "== %s %s %d: %s\n", k.Fact, k.Card, k.Ordinal, known(&k.History))
		}
	}
	for _, l := range im.Left {
		fmt.Fprintf(&out, "left: %v\n", l)
	}
	for _, r := range im.Remarks {
		fmt.Fprintf(&out, "remark: %s\n", r)
	}
	return out.String()
}

// known is a history in words.
func known(h *notebook.History) string {
	var parts []string
	if s := h.State; s != nil {
		phase := [...]string{"review", "learning", "relearning"}[s.Phase]
		parts = append(parts, fmt.Sprintf("%s, due %s, interval %g, ease %g, stability %g, difficulty %g, reps %d, lapses %d",
			phase, s.Due.Format(time.RFC3339), s.Interval, s.Ease, s.Stability, s.Difficulty, s.Reps, s.Lapses))
		if !s.Last.IsZero() {
			parts = append(parts, "last "+s.Last.Format(time.RFC3339))
		}
	}
	for _, r := range h.Reviews {
		parts = append(parts, fmt.Sprintf("%s: %d, %g days", r.At.Format(time.RFC3339), r.Grade, r.Interval))
	}
	if h.Suspended {
		parts = append(parts, "suspended")
	}
	return strings.Join(parts, "; ")
}

// Fuzz takes any text as a file of a format: what comes of it is a deck without an
// error, whatever it says. Seeds are the files of the cases.
func Fuzz(f *testing.F, format *notebook.Format, pattern string) {
	extension := format.Extensions[0]
	paths, err := filepath.Glob(pattern)
	if err != nil {
		f.Fatal(err)
	}
	for _, path := range paths {
		for name, file := range casefile.Open(f, path).FS() {
			if strings.HasPrefix(name, "in/") && filepath.Ext(name) == extension {
				f.Add(string(file.Data))
			}
		}
	}
	f.Fuzz(func(t *testing.T, text string) {
		name := "note" + extension
		s, err := notebook.Open(fstest.MapFS{name: {Data: []byte(text)}}, "", format.Extensions, "")
		if err != nil {
			t.Fatal(err)
		}
		s.Zone = time.UTC
		im, err := format.Take(t.Context(), s, notebook.Options{})
		if err != nil {
			return
		}
		made := fstest.MapFS{}
		for _, file := range im.Files {
			made[file.Name] = &fstest.MapFile{Data: file.Text}
		}
		c, err := decks.Compile(made)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range check.Run(c, check.Options{}) {
			if d.Severity == decks.Error {
				t.Errorf("%v\n%s", d, im.Files[0].Text)
			}
		}
	})
}
