package store

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"

	"kartei/decks"
	"kartei/scheduler"
	"kartei/store/atomicfile"
)

// A taking is a change that compiles a deck of numbers, takes a history over and
// writes a file.
type taking struct {
	*testing.T
	s      *Store
	folder string
	past   Past
	place  scheduler.ImportedState
	then   func(*Change) error // last
}

func newTaking(t *testing.T) *taking {
	k := &taking{T: t, s: openPlain(t, filepath.Join(t.TempDir(), "collection.db")), folder: filepath.Join(t.TempDir(), "decks"), past: graded(1, 3, 1, 3),
		place: scheduler.ImportedState{State: scheduler.Review, DueDay: at(30, 0).Day, Interval: 20, Last: at(3, 0).At, LastDay: at(3, 0).Day, Reps: 3, Stability: 17, Difficulty: 6}}
	t.Cleanup(func() { k.s.Close() })
	return k
}

func (k *taking) take() (atomicfile.Outcome, error) {
	d := deck("numbers", 4)
	return k.s.Change(k.Context(), k.folder, func(c *Change) error {
		if err := c.Files.Add("numbers.md", func(w io.Writer) error { _, err := io.WriteString(w, "text"); return err }); err != nil {
			return err
		}
		if _, err := c.Apply(k.Context(), Compiled{Root: k.folder, Decks: []*decks.Deck{d}}, at(9, 0)); err != nil {
			return err
		}
		_, err := c.ImportHistory(k.Context(), []CardHistory{{Card: d.Facts[0].Cards[0].ID, Past: k.past, Place: &k.place}}, at(9, 0), at(9, 0))
		if err == nil && k.then != nil {
			err = k.then(c)
		}
		return err
	})
}

// expect checks that all of the change is there, or nothing.
func (k *taking) expect(all bool) {
	k.Helper()
	text, err := os.ReadFile(filepath.Join(k.folder, "numbers.md"))
	if all != (err == nil && string(text) == "text") {
		k.Errorf("the file is %q: %v", text, err)
	}
	found, err := k.s.Decks(k.Context())
	if err != nil || len(found) == 1 != all {
		k.Errorf("there are %d decks: %v", len(found), err)
	}
	if rows := countLog(k.T, k.s); rows > 0 != all {
		k.Errorf("the log has %d rows", rows)
	}
	if _, err := os.Lstat(stepJournal(k.s.path)); !errors.Is(err, os.ErrNotExist) {
		k.Errorf("the journal is left: %v", err)
	}
	if left, err := filepath.Glob(filepath.Join(k.folder, ".*")); err != nil || len(left) > 0 {
		k.Errorf("left aside: %v %v", left, err)
	}
	healthy(k, k.s)
}

func countLog(t *testing.T, s *Store) (n int) {
	t.Helper()
	if err := s.db.QueryRowContext(t.Context(), `SELECT count(*) FROM log`).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func (k *taking) reopen() {
	k.Helper()
	path := k.s.path
	if err := k.s.Close(); err != nil {
		k.Fatal(err)
	}
	k.s = openPlain(k.T, path)
}

func TestChange(t *testing.T) {
	k := newTaking(t)
	k.then = func(c *Change) error { // another one waits for its turn, or says so
		other := openPlain(t, k.s.path)
		defer other.Close()
		if out, err := other.Recovered(); out != nil || err != nil {
			t.Errorf("a change under way was ended by somebody else: %v %v", out, err)
		}
		if _, err := other.Change(t.Context(), k.folder, nil); !errors.Is(err, atomicfile.ErrUnderWay) {
			t.Errorf("a second change meanwhile: %v", err)
		}
		return nil
	}
	if _, err := k.take(); err != nil {
		t.Fatal(err)
	}
	k.expect(true)
	k.reopen()
	if out, err := k.s.Recovered(); out != nil || err != nil {
		t.Errorf("there was something left to do: %v %v", out, err)
	}
	k.expect(true)
}

func TestChangeThatFails(t *testing.T) {
	no := errors.New("no")
	for name, spoil := range map[string]func(*taking){
		"at its end":                     func(k *taking) { k.then = func(*Change) error { return no } },
		"by a row of a day that is none": func(k *taking) { k.place.LastDay = -620_000_000 },
		"by a file that is there": func(k *taking) {
			if err := errors.Join(os.Mkdir(k.folder, 0o700), os.WriteFile(filepath.Join(k.folder, "numbers.md"), []byte("mine"), 0o600)); err != nil {
				t.Fatal(err)
			}
		},
		"by a folder that is a file": func(k *taking) {
			if err := os.WriteFile(k.folder, nil, 0o600); err != nil {
				t.Fatal(err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			k := newTaking(t)
			spoil(k)
			if _, err := k.take(); err == nil {
				t.Fatal("it did not fail")
			}
			k.expect(false)
			k.reopen()
			k.expect(false)
		})
	}
}

// TestChangeIsFinishedLater lets the files of a change fail once it is made: the
// next opening puts them in their places.
func TestChangeIsFinishedLater(t *testing.T) {
	k := newTaking(t)
	wall := filepath.Join(k.folder, "numbers.md")
	k.then = func(*Change) error { return os.Mkdir(wall, 0o700) }
	var unplaced *UnplacedError
	if _, err := k.take(); !errors.As(err, &unplaced) {
		t.Fatalf("a folder in the place of a file: %v", err)
	}
	k.reopen()
	if _, err := k.s.Recovered(); err == nil {
		t.Error("the folder is not in the way any more")
	}
	if err := os.Remove(wall); err != nil {
		t.Fatal(err)
	}
	k.reopen()
	if out, err := k.s.Recovered(); err != nil || out == nil || !out.Done || out.Placed != 1 {
		t.Errorf("it was not finished: %+v %v", out, err)
	}
	k.expect(true)
}
