package main

import (
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"kartei/store"
)

// TestFaults lets each write, sync and rename of each command fail that changes
// something: with ENOSPC, with EIO, after half of the bytes, once or from then
// on. Whatever fails: the collection is whole and is the old or the new one, an
// answer that was shown as recorded is there, files are old or new, the command
// ends with an error and a hint unless it did all of its work.
// KARTEI_FAULTS=all tries every one, else a random part of them is tried.
func TestFaults(t *testing.T) {
	t.Parallel()
	unraced(t, "each system call of hundreds of programs is traced")
	dice := rand.New(rand.NewPCG(1, 0))
	for _, c := range tried() {
		t.Run(c.name, func(t *testing.T) {
			l := c.prepared(t)
			clean := try(l, c, fault{})
			if clean.err != nil || !clean.done {
				t.Fatalf("without a fault: %v\n%s", clean.err, clean.said)
			}
			kinds := []fault{
				{errno: syscall.EIO}, {errno: syscall.ENOSPC}, {errno: syscall.EIO, stays: true}, {errno: syscall.ENOSPC, short: true, stays: true},
			}
			sample := max(25, len(clean.calls)*len(kinds)/faultsOf()) // one of so many
			tried, refused, wrong := 0, 0, 0
			for nth := 1; nth <= len(clean.calls); nth++ {
				for _, f := range kinds {
					if f.nth = nth; !everyFault() && dice.IntN(sample) > 0 {
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

// TestFailingDiskIsNotFull lets the calls fail by which SQLite makes room beside the
// database, of which it says the same whether the disk is full or fails: with EIO
// nothing says that the disk is full.
func TestFailingDiskIsNotFull(t *testing.T) {
	t.Parallel()
	unraced(t, "each system call is traced")
	commands := faultyCommands()
	c := commands[slices.IndexFunc(commands, func(c faulty) bool { return c.name == "grade" })]
	l := c.prepared(t)
	clean := try(l, c, fault{})
	beside, refused := 0, 0
	for i, call := range clean.calls {
		if !strings.HasSuffix(call, "-shm") {
			continue
		}
		beside++
		got := try(l, c, fault{nth: i + 1, errno: syscall.EIO, stays: true})
		if strings.Contains(got.said, store.ErrFull.Error()) {
			t.Errorf("%s fails with EIO, and it says:\n%s", call, got.said)
		}
		if !got.done {
			refused++
		}
	}
	if beside == 0 || refused == 0 {
		t.Errorf("%d calls beside the database, %d refusals:\n%s", beside, refused, strings.Join(clean.calls, "\n"))
	}
}

// TestAnswersAreSynced follows a review call by call. The mark is written after
// each answer and before anything else is shown; by then the write-ahead log has
// been synced, so that a power cut takes no answer that a question followed. Only
// claims are written without a sync, behind the mark.
func TestAnswersAreSynced(t *testing.T) {
	t.Parallel()
	unraced(t, "each system call is traced")
	l := newLearner(t)
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
	t.Parallel()
	unraced(t, "each system call is traced")
	l := newLearner(t)
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

// faultsOf is about how many faults of a command are tried.
func faultsOf() int { return depth(6, 16) }

// kindsOf counts calls by their names.
func kindsOf(calls []string) string {
	counts := map[string]int{}
	for _, call := range calls {
		name, _, _ := strings.Cut(call, " ")
		counts[name]++
	}
	return strings.TrimSuffix(strings.TrimPrefix(fmt.Sprint(counts), "map["), "]")
}

// try runs a command in a copy of the learner's home.
func try(l *learner, c faulty, f fault) outcome {
	l.Helper()
	home, done := l.copied()
	defer done()
	o := l.traced(c, home, &tracer{folder: home, fault: f})
	o.err = c.judge(l, home, o)
	return o
}

// traced runs a command in a home.
func (l *learner) traced(c faulty, home string, tr *tracer) outcome {
	l.Helper()
	cmd := l.command(c.args...)
	cmd.Dir = home
	cmd.Env = append(cmd.Env, "HOME="+home)
	out, err := os.CreateTemp(l.TempDir(), "out")
	if err != nil {
		l.Fatal(err)
	}
	defer out.Close()
	in, err := os.CreateTemp(l.TempDir(), "in")
	if err != nil {
		l.Fatal(err)
	}
	defer in.Close()
	if _, err := in.WriteString(c.stdin); err != nil {
		l.Fatal(err)
	}
	if _, err := in.Seek(0, io.SeekStart); err != nil {
		l.Fatal(err)
	}
	cmd.Stdin, cmd.Stdout, cmd.Stderr = in, out, out
	tr.trace(l.T, cmd)
	said, err := os.ReadFile(out.Name())
	if err != nil {
		l.Fatal(err)
	}
	return outcome{calls: tr.calls, said: string(said), done: tr.ended.ExitStatus() == 0}
}
