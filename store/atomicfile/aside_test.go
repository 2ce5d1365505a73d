//go:build unix

package atomicfile

import (
	"bufio"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestAside kills, with SIGKILL, processes that are writing a file or a folder
// aside. Who writes in that folder next removes what they left, and nothing that
// is still being written, nor anything else of the user's.
func TestAside(t *testing.T) {
	if folder := os.Getenv("KARTEI_ASIDE"); folder != "" {
		writeAsideForEver(t, folder)
	}
	folder := t.TempDir()
	for _, name := range []string{".kartei-mine", "notes.part", "kartei-1.part"} {
		if err := os.WriteFile(filepath.Join(folder, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write := func() {
		t.Helper()
		if err := Write(filepath.Join(folder, "all.json"), Shared, func(w io.Writer) error { return nil }); err != nil {
			t.Fatal(err)
		}
	}
	first, second := killable(t, folder), killable(t, folder)
	write()
	expectAside(t, folder, 4) // two of each
	first()
	write()
	expectAside(t, folder, 2)
	second()
	write()
	expectAside(t, folder, 0)
	all, err := os.ReadDir(folder)
	if err != nil || len(all) != 4 {
		t.Errorf("of the user's files %v are left: %v", all, err)
	}
}

func writeAsideForEver(t *testing.T, folder string) {
	f, err := Create(folder, Private)
	if err != nil {
		t.Fatal(err)
	}
	d, err := CreateFolder(folder)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(d.Name(), "picture"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	os.Stdout.WriteString("ready\n")
	io.Copy(io.Discard, os.Stdin) // until it is killed, or the test is over
	f.Close()
	os.Exit(0)
}

// killable starts a process that writes aside, and gives what kills it.
func killable(t *testing.T, folder string) (kill func()) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self, "-test.run=^TestAside$")
	cmd.Env = append(os.Environ(), "KARTEI_ASIDE="+folder)
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { in.Close() })
	if line, err := bufio.NewReader(out).ReadString('\n'); !strings.Contains(line, "ready") {
		t.Fatalf("it did not begin: %q %v", line, err)
	}
	return func() {
		cmd.Process.Kill()
		cmd.Wait()
	}
}

func expectAside(t *testing.T, folder string, n int) {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(folder, asideBegin+"*"+asideEnd))
	if err != nil || len(found) != n {
		t.Errorf("%d files and folders are aside, want %d: %q %v", len(found), n, found, err)
	}
}
