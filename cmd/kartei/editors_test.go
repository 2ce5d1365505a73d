package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// An author's evening in a real Neovim: problems are seen and mended, a source
// is completed, an id written and renamed, the file formatted.
func TestNeovim(t *testing.T) {
	t.Parallel()
	program := otherProgram(t, "KARTEI_NEOVIM", "nvim")
	dir := evening(t)
	script := testdata(t, "neovim.lua")
	cmd := exec.Command(program, "--headless", "-u", "NONE", "-i", "NONE", "-n", "-S", script)
	play(t, cmd, dir)
	compareFiles(t, testdata(t, "after.md"), filepath.Join(dir, "capitals.md"))
}

// A client of another make (pytest-lsp, whose types are those of the protocol's
// own description) takes every answer that the server gives.
func TestConformance(t *testing.T) {
	t.Parallel()
	program := otherProgram(t, "KARTEI_PYTEST", "")
	cmd := exec.Command(program, "-q", "-p", "no:cacheprovider", testdata(t, "test_conformance.py"))
	play(t, cmd, evening(t))
}

// otherProgram finds a program that a test needs. Where the variable names it, it
// has to be there; else the test is skipped, and says so.
func otherProgram(t *testing.T, variable, usual string) string {
	t.Helper()
	program := os.Getenv(variable)
	if program == "" && usual != "" {
		program, _ = exec.LookPath(usual)
	}
	if program == "" {
		t.Skipf("no %s is here (.ci/editors installs it): not played", variable)
	}
	return program
}

func testdata(t *testing.T, name string) string {
	t.Helper()
	path, err := filepath.Abs(filepath.Join("testdata", "editors", name))
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// evening is a folder with a deck in which there is something to do.
func evening(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	text, err := os.ReadFile(testdata(t, "before.md"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "capitals.md"), text, 0o644); err != nil {
		t.Fatal(err)
	}
	return dir
}

// play runs a client that starts this test binary as the server.
func play(t *testing.T, cmd *exec.Cmd, dir string) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "KARTEI="+self, asKartei+"=1", "HOME="+t.TempDir(), "XDG_DATA_HOME=", "KARTEI_COLLECTION=")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %v\n%s", cmd.Args, err, out)
	}
}

func compareFiles(t *testing.T, want, got string) {
	t.Helper()
	a, err := os.ReadFile(want)
	if err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(got)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(a), string(b)); diff != "" {
		t.Errorf("%s (-want +got)\n%s", got, diff)
	}
}
