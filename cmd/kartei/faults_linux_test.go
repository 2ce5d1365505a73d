package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"kartei/cmd/internal/screentest"
)

// A disk that is full in mid-session is said in one line, whatever is asked of
// it. Nothing is lost, and with room again the session goes on.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	disk := t.TempDir()
	if err := syscall.Mount("kartei-test", disk, "tmpfs", 0, "size=16m"); err != nil {
		t.Skipf("a small disk cannot be mounted (it takes root): %v", err)
	}
	t.Cleanup(func() { syscall.Unmount(disk, syscall.MNT_DETACH) })
	l := newLearner(t)
	l.env = append(l.env, "KARTEI_COLLECTION="+filepath.Join(disk, "collection.db"))
	l.drill()
	s := l.start(80, 24, "review", "drill")
	s.WaitFor("Show the answer")
	s.Send(" 3")
	s.WaitFor("new 11")

	var free syscall.Statfs_t
	if err := syscall.Statfs(disk, &free); err != nil {
		t.Fatal(err)
	}
	ballast := filepath.Join(disk, "ballast")
	if err := os.WriteFile(ballast, make([]byte, int64(free.Bavail)*free.Bsize), 0o600); err != nil {
		t.Fatal(err)
	}
	kept := 1
	for !strings.Contains(s.History(), "not kept") { // what the log holds room for
		s.Send(" 3")
		s.Wait("the answer kept, or not", func(string) bool {
			h := s.History()
			return strings.Contains(h, "not kept: the disk is full.") || strings.Contains(h, fmt.Sprintf("new %d ·", 11-kept))
		})
		if !strings.Contains(s.History(), "not kept") {
			kept++
		}
	}
	for _, key := range []string{"f", "s", "b", "u"} {
		before := strings.Count(s.History(), "not done: the disk is full.")
		s.Send(key)
		s.Wait("that "+key+" is not done", func(string) bool { return strings.Count(s.History(), "not done: the disk is full.") > before })
	}
	s.Send("3")
	s.Wait("the answer once more", func(string) bool { return strings.Count(s.History(), "not kept: the disk is full.") > 1 })
	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	s.Send("3", " 4", "q")
	if code := s.Exit(); code != 0 || !s.Restored() {
		t.Errorf("exit code %d, restored: %t\n%s", code, s.Restored(), s.History())
	}
	l.healthy(kept + 2)
}

// A file that may not grow is no full disk; the session ends with an error in
// one line, and what was answered is there.
func TestFileLimit(t *testing.T) {
	t.Parallel()
	l := newLearner(t).drill()
	cmd := l.command("review", "drill")
	s := screentest.Start(t, 80, 24, cmd)
	s.WaitFor("Show the answer")
	s.Send(" 3")
	s.WaitFor("new 11")
	s.WaitFor("Show the answer")
	if err := unix.Prlimit(cmd.Process.Pid, unix.RLIMIT_FSIZE, &unix.Rlimit{Cur: 4096, Max: unix.RLIM_INFINITY}, nil); err != nil {
		t.Skipf("the size of files cannot be limited: %v", err)
	}
	s.Send(" 3")
	s.WaitMatch(`not kept|kartei: error: `)
	s.Send("q")
	s.End()
	if !s.Restored() {
		t.Error("the terminal is not as it was")
	}
	if strings.Contains(s.History(), "goroutine ") {
		t.Errorf("a crash:\n%s", s.History())
	}
	t.Log(s.Screen())
	l.healthy(1)
}
