package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// What a package may take while it is initialised: some pointers to what is made
// when it is first used. Those of the store make the texts of their statements of
// the names of columns.
const (
	maxInitBytes  = 5 << 10
	maxInitAllocs = 80
	statements    = 3 // times as much
)

// No package of ours does work while it is initialised, for every command would wait
// for it: tables, templates and regular expressions are made when they are first
// used. What is counted is what they allocate, which no busy machine changes.
func TestStartDoesNoWork(t *testing.T) {
	cmd := exec.Command(os.Args[0], "-test.run=^$")
	cmd.Env = append(os.Environ(), "GODEBUG=inittrace=1")
	var trace bytes.Buffer
	cmd.Stderr = &trace
	if err := cmd.Run(); err != nil {
		t.Fatal(err)
	}
	seen := 0
	for line := range strings.Lines(trace.String()) {
		var (
			name            string
			at, clock       float64
			allocated, news int
		)
		if n, _ := fmt.Sscanf(line, "init %s @%f ms, %f ms clock, %d bytes, %d allocs", &name, &at, &clock, &allocated, &news); n != 5 {
			continue
		}
		if !strings.HasPrefix(name, "kartei/") || name == "kartei/cmd/kartei" || name == "kartei/cmd/internal/screentest" { // these are of tests
			continue
		}
		seen++
		if strings.HasPrefix(name, "kartei/store") {
			allocated, news = allocated/statements, news/statements
		}
		if allocated > maxInitBytes || news > maxInitAllocs {
			t.Errorf("%s: %d bytes in %d allocations; make them when they are first used", name, allocated, news)
		}
	}
	if seen < 10 {
		t.Errorf("only %d packages were seen in:\n%s", seen, trace.String())
	}
}
