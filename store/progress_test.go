package store

import (
	"bytes"
	"slices"
	"testing"
	"time"

	"kartei/scheduler"
)

// TestProgress lets all that may take long tell what it does. That the last word
// is none is what lets a terminal's line go.
func TestProgress(t *testing.T) {
	var told []string
	config := Config{Calendar: scheduler.DefaultCalendar, Progress: func(doing string, done, total int64) {
		if total > 0 && done > total {
			t.Errorf("%s: %d of %d", doing, done, total)
		}
		if len(told) == 0 || told[len(told)-1] != doing {
			told = append(told, doing)
		}
	}}
	expect := func(work string, want ...string) {
		t.Helper()
		if len(want) > 0 {
			want = append(want, "")
		}
		if !slices.Equal(told, want) {
			t.Errorf("%s told %q, want %q", work, told, want)
		}
		told = nil
	}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	path := t.TempDir() + "/collection.db"
	s, err := Open(t.Context(), path, config)
	must(err)
	defer s.Close()
	expect("a first start", "changing the collection to this version")
	apply(t, s, deck("maths", 3))
	grade(t, s, deck("maths", 3).Facts[0].Cards[0].ID, scheduler.Good, at(0, 0))
	expect("an answer") // and a compile: nothing, but for the options that the test asks for
	b, err := s.Backup(t.Context(), "asked", at(0, 0))
	must(err)
	expect("a backup", "copying", "checking")
	must(s.BackupTo(t.Context(), path+".copy"))
	expect("a backup elsewhere", "copying", "checking")
	_, err = s.Doctor(t.Context(), true)
	must(err)
	expect("an examination", "looking at every page", "replaying the log", "comparing the decks", "computing the digest")
	var export bytes.Buffer
	must(s.Export(t.Context(), &export))
	expect("an export", "writing the decks", "writing the log", "computing the digest")
	must(s.Set(t.Context(), "", map[string]string{"steps": "5m"}, at(0, 0)))
	expect("new options", "replaying the log")
	_, err = s.Moves(t.Context(), "")
	must(err)
	expect("moves to come", "replaying the log")
	_, err = Restore(t.Context(), path, b.Path, config, at(0, time.Second))
	must(err)
	expect("a restore", "copying", "checking", "copying", "checking", "writing it back")
	other, err := Open(t.Context(), path+".other", config)
	must(err)
	defer other.Close()
	told = nil
	must(other.Import(t.Context(), &export))
	expect("an import", "reading lines", "replaying the log")
}
