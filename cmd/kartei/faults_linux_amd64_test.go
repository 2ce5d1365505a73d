package main

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"kartei/scheduler"
	"kartei/store"
)

// A faulty command is one whose every write, sync and rename is made to fail.
type faulty struct {
	name    string
	args    []string
	stdin   string
	prepare func(l *learner) // makes what the command finds
	// check looks at what it left; done is whether it said that all went well.
	check func(l *learner, home, said string, done bool) error
}

// TestFaults lets each write, sync and rename of each command fail that changes
// something: with ENOSPC, with EIO, after half of the bytes, once or from then
// on. Whatever fails: the collection is whole and is the old or the new one, an
// answer that was shown as recorded is there, files are old or new, the command
// ends with an error and a hint unless it did all of its work.
// KARTEI_FAULTS=all tries every one, else a random part of them is tried.
func TestFaults(t *testing.T) {
	dice := rand.New(rand.NewPCG(uint64(time.Now().UnixNano()), 0))
	program := build(t) // it starts many times faster than these tests with the race detector in them
	for _, c := range faultyCommands() {
		t.Run(c.name, func(t *testing.T) {
			l := newLearner(t)
			l.program = program
			c.prepare(l)
			clean := try(l, c, fault{})
			if clean.err != nil || !clean.done {
				t.Fatalf("without a fault: %v\n%s", clean.err, clean.said)
			}
			kinds := []fault{
				{errno: syscall.EIO}, {errno: syscall.ENOSPC}, {errno: syscall.EIO, stays: true}, {errno: syscall.ENOSPC, short: true, stays: true},
			}
			tried, refused, wrong := 0, 0, 0
			for nth := 1; nth <= len(clean.calls); nth++ {
				for _, f := range kinds {
					if f.nth = nth; !everyFault() && dice.IntN(faultSample) > 0 {
						continue
					}
					tried++
					got := try(l, c, f)
					if !got.done {
						refused++
					}
					if got.err != nil {
						wrong++
						call := clean.calls[nth-1]
						t.Errorf("%v (%s): %v\n%s", f, call, got.err, got.said)
					}
				}
			}
			t.Logf("%d calls that write, sync or rename (%s): %d faults tried, %d times the command refused, %d times something was lost or damaged",
				len(clean.calls), kindsOf(clean.calls), tried, refused, wrong)
		})
	}
}

// TestAnswersAreSynced follows a review call by call. The mark is written after
// each answer and before anything else is shown; by then the write-ahead log has
// been synced, so that a power cut takes no answer that a question followed. Only
// claims are written without a sync, behind the mark.
func TestAnswersAreSynced(t *testing.T) {
	l := newLearner(t)
	l.program = build(t)
	l.drill()
	cmd := l.command("review", "drill", "--plain")
	in, err := os.CreateTemp(t.TempDir(), "in")
	if err == nil {
		_, err = in.WriteString(threeAnswers)
	}
	if err == nil {
		_, err = in.Seek(0, io.SeekStart)
	}
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	out, err := os.Create(filepath.Join(l.home, "out"))
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	cmd.Stdin, cmd.Stdout = in, out
	tr := trace(t, cmd, l.home, fault{})
	collection := strings.TrimPrefix(collectionOf(l.home), l.home)
	pages, answers := 0, 0
	for i, call := range tr.calls {
		switch call {
		case "pwrite " + collection + "-wal":
			pages++
		case "fsync " + collection + "-wal":
			pages = 0
		case "pwrite " + collection + "-mark":
			answers++
			if pages > 0 || tr.calls[i-1] != "fsync "+collection+"-wal" {
				t.Errorf("answer %d: %d writes wait for a sync, after %q", answers, pages, tr.calls[i-1])
			}
		}
	}
	if tr.ended.ExitStatus() != 0 || answers != 3 {
		t.Errorf("ended with %v after %d answers:\n%s", tr.ended, answers, strings.Join(tr.calls, "\n"))
	}
}

// TestFirstStartIsDurable looks for a sync of every folder in which the first
// start makes something: a file that is on disk is lost all the same if the
// folder that it is in is not.
func TestFirstStartIsDurable(t *testing.T) {
	l := newLearner(t)
	l.program = build(t)
	if err := os.RemoveAll(filepath.Join(l.home, ".local")); err != nil {
		t.Fatal(err)
	}
	cmd := l.command("decks")
	tr := trace(t, cmd, l.home, fault{})
	if tr.ended.ExitStatus() != 0 {
		t.Fatalf("it ended with %v", tr.ended)
	}
	for _, folder := range []string{"", "/.local", "/.local/share", "/.local/share/kartei"} {
		if !slices.Contains(tr.calls, "fsync "+folder) {
			t.Errorf("~%s is not synced:\n%s", folder, strings.Join(tr.calls, "\n"))
		}
	}
}

// faultSample is of how many faults one is tried.
const faultSample = 25

func everyFault() bool { return os.Getenv("KARTEI_FAULTS") == "all" }

// kindsOf counts calls by their names.
func kindsOf(calls []string) string {
	counts := map[string]int{}
	for _, call := range calls {
		name, _, _ := strings.Cut(call, " ")
		counts[name]++
	}
	return strings.TrimSuffix(strings.TrimPrefix(fmt.Sprint(counts), "map["), "]")
}

// An outcome is what a command did under a fault.
type outcome struct {
	calls []string
	said  string
	done  bool
	err   error // what is wrong with what it left
}

// try runs a command in a copy of the learner's home.
func try(l *learner, c faulty, f fault) (o outcome) {
	l.Helper()
	home := filepath.Join(l.home+"-try", "home")
	if err := os.RemoveAll(filepath.Dir(home)); err != nil {
		l.Fatal(err)
	}
	defer os.RemoveAll(filepath.Dir(home))
	if err := os.CopyFS(home, os.DirFS(l.home)); err != nil {
		l.Fatal(err)
	}
	cmd := l.command(c.args...)
	cmd.Dir = home
	cmd.Env = append(cmd.Env, "HOME="+home)
	out, err := os.CreateTemp(l.TempDir(), "out")
	if err != nil {
		l.Fatal(err)
	}
	in, err := os.CreateTemp(l.TempDir(), "in")
	if err != nil {
		l.Fatal(err)
	}
	defer out.Close()
	defer in.Close()
	if _, err := in.WriteString(c.stdin); err != nil {
		l.Fatal(err)
	}
	if _, err := in.Seek(0, io.SeekStart); err != nil {
		l.Fatal(err)
	}
	cmd.Stdin, cmd.Stdout, cmd.Stderr = in, out, out
	tr := trace(l.T, cmd, home, f)
	said, err := os.ReadFile(out.Name())
	if err != nil {
		l.Fatal(err)
	}
	o = outcome{calls: tr.calls, said: string(said), done: tr.ended.ExitStatus() == 0}
	o.err = c.judge(l, home, o)
	return o
}

// judge says what is wrong with what a command said and left.
func (c *faulty) judge(l *learner, home string, o outcome) error {
	if !o.done && (!strings.Contains(o.said, "kartei: error: ") || strings.Contains(o.said, "internal:") || !strings.Contains(o.said, "kartei: hint: ")) {
		return fmt.Errorf("it ended without saying why and what to do")
	}
	err := filepath.WalkDir(home, func(path string, _ os.DirEntry, err error) error {
		if strings.HasSuffix(path, ".part") || strings.Contains(filepath.Base(path), "all.json.") {
			return fmt.Errorf("it left %s", path)
		}
		return err
	})
	if err != nil {
		return err
	}
	return c.check(l, home, o.said, o.done)
}

func collectionOf(home string) string {
	return filepath.Join(home, inCollection)
}

// examined lets the doctor look at a collection, which must be whole.
func (l *learner) examined(path string) (digest string, err error) {
	out, err := l.command("--collection", path, "doctor", "--full").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("the collection is damaged: %s", out)
	}
	return digestOf(string(out)), nil
}

// oldOrNew checks that a collection is what it was before or, always when the
// command says that it is done, what it is afterwards.
func oldOrNew(path string) func(*learner, string, string, bool) error {
	var before, after string
	return func(l *learner, home, said string, done bool) error {
		digest, err := l.examined(filepath.Join(home, path))
		switch {
		case err != nil:
			return err
		case after == "": // the first run, without a fault
			after = digest
		case before == "" && digest != after:
			before = digest
		case done && digest != after, digest != after && digest != before:
			return fmt.Errorf("done: %v; the collection is neither the old one nor the new one", done)
		}
		return nil
	}
}

const threeAnswers = "\n3\n\n4\n\n1\nq\n"

func faultyCommands() []faulty {
	// A deck of twelve cards, two answers, and today's backup.
	begun := func(l *learner) {
		l.drill()
		review := l.command("review", "drill", "--plain")
		review.Stdin = strings.NewReader("\n3\n\n3\nq\n")
		if out, err := review.CombinedOutput(); err != nil {
			l.Fatalf("%v: %s", err, out)
		}
	}
	edited := func(l *learner) {
		begun(l)
		deck, err := os.ReadFile("testdata/decks/drill.md")
		if err == nil {
			err = os.WriteFile(filepath.Join(l.home, "drill.md"), bytes.ReplaceAll(deck, []byte("A: "), []byte("A: now ")), 0o600)
		}
		if err != nil {
			l.Fatal(err)
		}
	}
	// A small collection, for commands that write all of it.
	small := func(l *learner) {
		unpackSample(l, collectionOf(l.home))
		l.run("doctor")
		l.run("backup", "back.db")
		s, err := store.Open(l.Context(), collectionOf(l.home), store.Config{Calendar: scheduler.DefaultCalendar})
		if err != nil {
			l.Fatal(err)
		}
		defer s.Close()
		f, err := os.Create(filepath.Join(l.home, "all.json"))
		if err == nil {
			err = errors.Join(s.Export(l.Context(), f), f.Close())
		}
		if err == nil {
			_, err = s.Undo(l.Context(), scheduler.DefaultCalendar.Moment(time.Now()))
		}
		if err != nil {
			l.Fatal(err)
		}
	}
	var exported []byte
	return []faulty{
		{name: "grade", args: []string{"review", "drill", "--plain"}, stdin: threeAnswers, prepare: begun,
			check: func(l *learner, home, said string, done bool) error {
				if _, err := l.examined(collectionOf(home)); err != nil {
					return err
				}
				log, err := l.command("--collection", collectionOf(home), "log", "--json").Output()
				answers := bytes.Count(log, []byte(`"kind":"grade"`))
				recorded := max(0, strings.Count(said, "\n"+questionShown)-1) // the last question was not answered, or in vain
				if err == nil && (answers < 2+recorded || answers > 2+3) {
					err = fmt.Errorf("%d answers were there, %d more were shown as recorded, the log has %d", 2, recorded, answers)
				}
				return err
			}},
		{name: "undo", args: []string{"undo"}, prepare: begun, check: oldOrNew(inCollection)},
		{name: "compile", args: []string{"compile", "--take-over", "drill.md"}, prepare: edited, check: oldOrNew(inCollection)},
		{name: "backup", args: []string{"backup"}, prepare: small, check: func(l *learner, home, said string, done bool) error {
			all, err := store.Backups(collectionOf(home))
			for _, b := range all {
				if err := store.Verify(l.Context(), b.Path, store.Config{}); err != nil {
					return err
				}
			}
			if err == nil && done && len(all) != 2 { // one was made before the migration
				err = fmt.Errorf("it says that it made a backup, and there are %d", len(all))
			}
			if err == nil {
				_, err = l.examined(collectionOf(home))
			}
			return err
		}},
		{name: "export", args: []string{"export", "--format", "json", "-o", "all.json"}, prepare: func(l *learner) {
			begun(l)
			if err := os.WriteFile(filepath.Join(l.home, "all.json"), []byte("old"), 0o600); err != nil {
				l.Fatal(err)
			}
		}, check: func(l *learner, home, said string, done bool) error {
			text, err := os.ReadFile(filepath.Join(home, "all.json"))
			if exported == nil {
				exported = text
			}
			isNew := bytes.Equal(text, exported)
			if err == nil && !isNew && (done || string(text) != "old") {
				err = fmt.Errorf("done: %v; the export is neither the old one nor the new one", done)
			}
			return err
		}},
		{name: "import", args: []string{"--collection", "new.db", "import", "all.json"}, prepare: small, check: oldOrNew("new.db")},
		{name: "restore", args: []string{"restore", "back.db"}, prepare: small, check: oldOrNew(inCollection)},
		{name: "migration", args: []string{"doctor"}, prepare: func(l *learner) {
			unpackSample(l, collectionOf(l.home))
		}, check: func(l *learner, home, said string, done bool) error {
			all, err := store.Backups(collectionOf(home))
			for _, b := range all {
				if err := store.Verify(l.Context(), b.Path, store.Config{}); err != nil {
					return err
				}
			}
			if err == nil {
				_, err = l.examined(collectionOf(home)) // it is migrated now if it was not before
			}
			return err
		}},
	}
}

// unpackSample puts a collection of the first schema to path.
func unpackSample(l *learner, path string) {
	f, err := os.Open("../../store/testdata/schema-1.db.gz")
	if err != nil {
		l.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		l.Fatal(err)
	}
	text, err := io.ReadAll(z)
	if err == nil {
		err = os.MkdirAll(filepath.Dir(path), 0o700)
	}
	if err == nil {
		err = os.WriteFile(path, text, 0o600)
	}
	if err != nil {
		l.Fatal(err)
	}
}
