package store

import (
	"database/sql"
	"errors"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"kartei/decks"
	"kartei/scheduler"
	"kartei/store/sqlite"
)

// compiledFrom is a compile of decks, all that a root holds.
func compiledFrom(root, seen string, all ...*decks.Deck) Compiled {
	c := Compiled{Root: root, Decks: all, Whole: true}
	if seen != "" {
		c.Remember = func([]Left) (map[string]string, string) { return nil, seen }
	}
	return c
}

// The folders that living decks come from are listed, with how their files looked.
func TestRoots(t *testing.T) {
	s := newStore(t)
	roots := func(want ...Root) {
		t.Helper()
		got, err := s.Roots(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	}
	put := func(c Compiled) {
		t.Helper()
		if _, err := s.Apply(t.Context(), c, at(0, 0)); err != nil {
			t.Fatal(err)
		}
	}
	roots()
	put(compiledFrom("/a", "one", deck("maths", 3)))
	put(compiledFrom("/b", "two", deck("music", 3)))
	put(compiledFrom("inside", "", deck("built-in", 3)))
	roots(Root{"/a", "one"}, Root{"/b", "two"})
	dry := compiledFrom("/a", "never", deck("maths", 4))
	dry.DryRun = true
	put(dry)
	put(compiledFrom("/b", "", deck("music", 4)))
	roots(Root{"/a", "one"}, Root{"/b", "two"})
	if err := s.See(t.Context(), "/b", "three"); err != nil {
		t.Fatal(err)
	}
	if seen, err := s.Seen(t.Context(), "/b"); seen != "three" || err != nil {
		t.Errorf("seen %q, %v", seen, err)
	}
	d, err := s.Deck(t.Context(), "music")
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Archive(t.Context(), d, true, at(0, 0)); err != nil {
		t.Fatal(err)
	}
	roots(Root{"/a", "one"})
	put(compiledFrom("/a", "empty"))
	roots()
	healthy(t, s)
}

// What is remembered of the files is asked for once it is known which decks stay as
// they were.
func TestRemember(t *testing.T) {
	s := newStore(t)
	d := deck("maths", 20)
	apply(t, s, d)
	grade(t, s, d.Facts[0].Cards[0].ID, scheduler.Good, at(0, 0))
	short := *d
	short.Facts = d.Facts[3:]
	what := compiledFrom("/decks", "", &short)
	what.Unattended = true
	what.Remember = func(left []Left) (map[string]string, string) {
		if len(left) == 0 {
			return map[string]string{"maths.md": "new"}, "new"
		}
		return map[string]string{"maths.md": "old"}, "old"
	}
	plan, err := s.Apply(t.Context(), what, at(0, 0))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]Left{{"maths", Shrinking, 3, 20}}, plan.Left); diff != "" {
		t.Error(diff)
	}
	stamps, err := s.Stamps(t.Context(), "/decks")
	seen, bad := s.Seen(t.Context(), "/decks")
	if err := errors.Join(err, bad); err != nil || stamps["maths.md"] != "old" || seen != "old" {
		t.Errorf("remembered %v, %q, %v", stamps, seen, err)
	}
	healthy(t, s)
}

// What may be left to another time does not wait for others, and what may not
// waits again afterwards.
func TestHasty(t *testing.T) {
	s := newStore(t)
	apply(t, s, deck("maths", 3))
	other, err := sql.Open("sqlite", "file:"+filepath.ToSlash(s.Path())+"?_txlock=immediate")
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	tx, err := other.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	if err := s.See(t.Context(), "/a", "one"); err != nil {
		t.Error(err)
	}
	what := compiledFrom("/decks", "", deck("maths", 4))
	what.Wait = 10 * time.Millisecond
	if _, err := s.Apply(t.Context(), what, at(0, 0)); !errors.Is(err, ErrBusy) {
		t.Errorf("a hasty compile: %v", err)
	}
	if took := time.Since(start); took > sqlite.WaitSilently/2 {
		t.Errorf("waited for %v", took)
	}
	time.AfterFunc(2*what.Wait, func() { tx.Rollback() })
	what.Wait = 0
	if _, err := s.Apply(t.Context(), what, at(0, 0)); err != nil {
		t.Errorf("a patient compile: %v", err)
	}
	healthy(t, s)
}
