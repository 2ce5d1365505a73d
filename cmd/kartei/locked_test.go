package main

import (
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// hold keeps the learner's collection locked, as another program may, until the
// result is called.
func (l *learner) hold() (release func()) {
	l.Helper()
	db, err := sql.Open("sqlite", "file:"+filepath.ToSlash(filepath.Join(l.home, ".local/share/kartei/collection.db"))+"?_txlock=immediate")
	if err != nil {
		l.Fatal(err)
	}
	tx, err := db.Begin()
	if err != nil {
		l.Fatal(err)
	}
	release = func() {
		tx.Rollback()
		db.Close()
	}
	l.Cleanup(release)
	return release
}

const isLocked = "another program keeps the collection locked; waiting for it"

// Who waits for another program is told so, and hears Ctrl-C: the answer may be
// given again, and what was typed ahead is not lost.
func TestLockedReview(t *testing.T) {
	t.Parallel()
	l := newLearner(t).drill()
	s := l.start(80, 30, "review", "drill")
	s.WaitFor("Show the answer")
	release := l.hold()
	s.Send(" ")
	s.WaitFor("How well")
	s.Send("3")
	s.WaitFor(isLocked)
	s.Send("\x03")
	s.WaitFor("This answer is not kept")
	s.WaitFor("How well")
	s.Send("3")
	s.Wait("the lock said again", func(screen string) bool { return strings.Count(screen, "keeps the collection locked; waiting") == 2 })
	s.Send(" 3")
	release()
	s.WaitFor("learning 2")
	s.Send("q")
	s.WaitFor("2 cards")
	if code := s.Exit(); code != 0 {
		t.Errorf("exit code %d\n%s", code, s.History())
	}
	l.healthy(2)
}

// So is who types a command, and with Ctrl-C nothing is done.
func TestLockedCommand(t *testing.T) {
	t.Parallel()
	l := newLearner(t).drill()
	release := l.hold()
	cmd := l.command("decks", "retire", "drill")
	said, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line := make([]byte, 200)
	n, _ := said.Read(line)
	if took := time.Since(start); !strings.Contains(string(line[:n]), isLocked) || took < time.Second {
		t.Errorf("after %v: %s", took, line[:n])
	}
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if cmd.Wait(); cmd.ProcessState.ExitCode() != 130 {
		t.Errorf("exit code %d", cmd.ProcessState.ExitCode())
	}
	release()
	if out := l.run("decks"); !strings.Contains(out, "drill") || strings.Contains(out, "put away") {
		t.Errorf("it was done all the same:\n%s", out)
	}
}
