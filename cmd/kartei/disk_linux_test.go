package main

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestDiskThatTakesNothing has a collection on a disk that is read-only, or
// full, with its last answers in the database file or still in the log of a
// session that was killed. Everything can be read and taken elsewhere; what
// would change something says that it cannot, and what to do.
func TestDiskThatTakesNothing(t *testing.T) {
	t.Parallel()
	for name, state := range map[string]struct {
		killed bool
		stop   func(folder string) error
		want   string // of the warning
	}{
		"read-only":              {false, readOnly, "cannot be written"},
		"read-only, killed":      {true, readOnly, "cannot be written"},
		"read-only, just killed": {true, readOnlyNow, ""}, // SQLite can use what the session left
		"full":                   {false, full, "disk is full"},
		"full, killed":           {true, full, "disk is full"},
	} {
		t.Run(name, func(t *testing.T) {
			l := newLearner(t)
			folder := filepath.Join(l.home, "disk")
			mountSmall(t, folder)
			l.env = append(l.env, "KARTEI_COLLECTION="+filepath.Join(folder, "collection.db"))
			l.drill()
			review := l.command("review", "drill", "--plain")
			if state.killed {
				in, err := review.StdinPipe()
				if err != nil {
					t.Fatal(err)
				}
				if _, err := in.Write([]byte("\n3\n\n3\n")); err != nil {
					t.Fatal(err)
				}
				if n := killed(t, review, 3, 10*time.Millisecond); n != 3 {
					t.Fatalf("%d questions were shown", n)
				}
			} else {
				review.Stdin = strings.NewReader("\n3\n\n3\nq\n")
				if out, err := review.CombinedOutput(); err != nil {
					t.Fatalf("%v: %s", err, out)
				}
			}
			if err := state.stop(folder); err != nil {
				t.Skip(err)
			}
			for _, args := range [][]string{{}, {"decks"}, {"cards", "deck:drill"}, {"doctor", "--full"},
				{"export", "--format", "json", "-o", "all.json"}, {"backup", "elsewhere.db"}} {
				out := l.run(args...)
				if state.want != "" && (!strings.Contains(out, state.want) || !strings.Contains(out, "warning: what it holds can be read, but nothing can be recorded now")) {
					t.Errorf("kartei %v does not warn:\n%s", args, out)
				}
			}
			if n := l.answers(); n != 2 {
				t.Errorf("%d answers can be read, want 2", n)
			}
			for _, args := range [][]string{{"undo"}, {"compile", "drill.md"}, {"backup"}, {"review", "drill", "--plain"}} {
				l.write("drill.md", "Q: What is new?\nA: This\n")
				cmd := l.command(args...)
				cmd.Stdin = strings.NewReader("\n3\nq\n")
				out, err := cmd.CombinedOutput()
				if err == nil || !strings.Contains(string(out), "kartei: error: ") || !strings.Contains(string(out), "kartei: hint: ") {
					t.Errorf("kartei %v: %v\n%s", args, err, out)
				}
			}
			// Elsewhere all of it is there.
			l.env = append(l.env, "KARTEI_COLLECTION="+filepath.Join(l.home, "new.db"))
			l.run("import", "all.json")
			l.healthy(2)
			l.env = append(l.env, "KARTEI_COLLECTION="+filepath.Join(l.home, "elsewhere.db"))
			l.healthy(2)
		})
	}
}

// mountSmall mounts a small file system, which takes root.
func mountSmall(t *testing.T, folder string) {
	t.Helper()
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mount("kartei-test", folder, "tmpfs", 0, "size=8m"); err != nil {
		t.Skipf("a small disk cannot be mounted (it takes root): %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(folder, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
}

func readOnlyNow(folder string) error {
	return syscall.Mount("", folder, "", syscall.MS_REMOUNT|syscall.MS_RDONLY, "")
}

func readOnly(folder string) error { return errors.Join(switchedOff(folder), readOnlyNow(folder)) }

// switchedOff takes away what SQLite keeps beside an open database only.
func switchedOff(folder string) error {
	if err := os.Remove(filepath.Join(folder, "collection.db-shm")); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}

// full leaves no byte.
func full(folder string) error {
	f, err := os.Create(filepath.Join(folder, "ballast"))
	if err = errors.Join(switchedOff(folder), err); err != nil {
		return err
	}
	for {
		if _, err := f.Write(make([]byte, 4096)); err != nil {
			return f.Close()
		}
	}
}

// Where no answer can be kept that is said before the first question, and whoever
// goes on all the same can.
func TestReviewOnReadOnlyDisk(t *testing.T) {
	t.Parallel()
	l := newLearner(t)
	folder := filepath.Join(l.home, "disk")
	mountSmall(t, folder)
	l.env = append(l.env, "KARTEI_COLLECTION="+filepath.Join(folder, "collection.db"))
	l.write("geo.md", geo(12, 1))
	l.run("compile", "geo.md")
	l.write("geo.md", geo(12, 2))
	if err := readOnly(folder); err != nil {
		t.Skip(err)
	}
	s := l.start(100, 30, "review", "geo")
	s.WaitFor("geo.md has changed; it is asked as it was")
	s.WaitFor("No answer can be kept now. Go through the cards all the same")
	s.Send("\r")
	s.WaitFor("Show the answer")
	s.Send("b")
	s.WaitFor("That is not done: nothing can be recorded now.")
	s.Send(" 3")
	s.WaitFor("to cram 11")
	s.Send("uq")
	s.WaitFor("Nothing of it is kept")
	if code := s.Exit(); code != 0 {
		t.Errorf("exit code %d\n%s", code, s.History())
	}
	cmd := l.command("review", "geo", "--cram", "--plain")
	cmd.Stdin = strings.NewReader("\n3\n\n3\nq\n")
	if out, err := cmd.CombinedOutput(); err != nil || !strings.Contains(string(out), "2 cards") {
		t.Errorf("%v\n%s", err, out)
	}
	if n := l.answers(); n != 0 {
		t.Errorf("%d answers were kept", n)
	}
}
