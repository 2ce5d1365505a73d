package main

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// A stick that is full, and one whose switch says read-only: it is said, nothing is
// lost, and with room again all goes there.
func TestSticks(t *testing.T) {
	t.Parallel()
	stick := t.TempDir()
	if err := syscall.Mount("kartei-test", stick, "tmpfs", 0, "size=8m"); err != nil {
		t.Skipf("a small disk cannot be mounted (it takes root): %v", err)
	}
	t.Cleanup(func() { syscall.Unmount(stick, syscall.MNT_DETACH) })
	laptop, desktop := pair(t, filepath.Join(stick, "kartei"))

	ballast := filepath.Join(stick, "photos")
	if err := os.WriteFile(ballast, make([]byte, 8<<20), 0o600); err == nil {
		t.Error("the stick has room for all")
	}
	laptop.answer(1)
	expectSaid(t, laptop.refused("sync"), "error: sync: the place is full", "hint: make room there")
	expectSaid(t, laptop.run("sync", "status"), "1 answer of this machine is in no copy")
	if name := brokenObject(t, laptop.place); name != "" {
		t.Errorf("%s is not whole", name)
	}
	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	laptop.run("sync")

	if err := syscall.Mount("", stick, "", syscall.MS_REMOUNT|syscall.MS_RDONLY, ""); err != nil {
		t.Fatal(err)
	}
	desktop.answer(1)
	expectSaid(t, desktop.refused("sync"), "the place does not let us in", "read-only file system")
	if got := desktop.answers(); got != 4 { // what came is here all the same
		t.Errorf("there are %d answers", got)
	}
	if err := syscall.Mount("", stick, "", syscall.MS_REMOUNT, ""); err != nil {
		t.Fatal(err)
	}
	meet(t, nil, []*machine{laptop, desktop})
	alike(t, []*machine{laptop, desktop})
}
