package main

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// fillLevels is how many kilobytes a disk has left: from nothing to room enough for
// every command of the table.
var fillLevels = []int64{0, 4, 8, 16, 24, 32, 48, 64, 96, 128, 192, 256, 512, 1024, 2048, 4096, 8192}

// TestFillLevels runs each command on a disk that is full to different degrees. It
// does all of its work, or says that the disk is full and leaves what there was;
// with room again, the next command finds it so.
func TestFillLevels(t *testing.T) {
	t.Parallel()
	unraced(t, "hundreds of programs run, one after the other")
	if testing.Short() {
		t.Skip("a fault at every call is tried without it")
	}
	disk := t.TempDir()
	if err := syscall.Mount("kartei-test", disk, "tmpfs", 0, "size=24m"); err != nil {
		t.Skipf("a small disk cannot be mounted (it takes root): %v", err)
	}
	t.Cleanup(func() { syscall.Unmount(disk, syscall.MNT_DETACH) })
	levels := fillLevels
	if !everyFault() {
		levels = []int64{16, 256}
	}
	home, ballast := filepath.Join(disk, "home"), filepath.Join(disk, "ballast")
	run := func(l *learner, c faulty) (said string, done bool) {
		cmd := l.command(c.args...)
		cmd.Dir, cmd.Env, cmd.Stdin = home, append(cmd.Env, "HOME="+home), strings.NewReader(c.stdin)
		out, err := cmd.CombinedOutput()
		return string(out), err == nil
	}
	fresh := func(l *learner) {
		if err := os.RemoveAll(home); err != nil {
			t.Fatal(err)
		}
		if err := os.CopyFS(home, os.DirFS(l.home)); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range faultyCommands() {
		t.Run(c.name, func(t *testing.T) {
			l := c.prepared(t)
			fresh(l)
			said, done := run(l, c)
			if err := c.check(l, home, said, done); err != nil || !done {
				t.Fatalf("with room: %v\n%s", err, said)
			}
			refused := 0
			for _, keep := range levels {
				fresh(l)
				var free syscall.Statfs_t
				if err := syscall.Statfs(disk, &free); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(ballast, make([]byte, max(0, int64(free.Bavail)*free.Bsize-keep<<10)), 0o600); err != nil {
					t.Fatal(err)
				}
				said, done := run(l, c)
				if err := os.Remove(ballast); err != nil {
					t.Fatal(err)
				}
				if !done {
					refused++
				}
				if err := c.judge(l, home, outcome{said: said, done: done}); err != nil {
					t.Errorf("with %d KB left: %v\n%s", keep, err, said)
				}
			}
			if !t.Failed() {
				t.Logf("%d fill levels: %d times the command refused, nothing was lost or damaged", len(levels), refused)
			}
		})
	}
}
