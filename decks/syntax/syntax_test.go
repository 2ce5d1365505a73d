package syntax_test

import (
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kartei/decks/syntax"
)

var update = flag.Bool("update", false, "write the golden files anew")

// TestFormat pins the canonical form of every construct.
func TestFormat(t *testing.T) {
	src, err := os.ReadFile("testdata/every.md")
	if err != nil {
		t.Fatal(err)
	}
	got, err := syntax.Format(src)
	if err != nil {
		t.Fatal(err)
	}
	const golden = "testdata/every.formatted"
	if *update {
		if err := os.WriteFile(golden, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("formatted (-want +got):\n%s", diff)
	}
	checkFormat(t, src)
}

// A reason that is fenced code stays code: its marks keep their lines.
func TestFormatOfFencedReasons(t *testing.T) {
	src := []byte("Q: Which loop never ends?\n- [x] the first --\n  ```\n  for {}\n  ```\n- [ ] the second\nNot: the third --\n  ```\n  x\n  ```\n")
	checkFormat(t, src)
	got, err := syntax.Format(src)
	if want := "--\n  ```\n  for {}\n"; err != nil || !strings.Contains(string(got), want) {
		t.Errorf("no %q in\n%s (%v)", want, got, err)
	}
}

// Code and mathematics at the first byte of a sentence are not words either.
func TestDeletionsBehindCode(t *testing.T) {
	for _, text := range []string{"`}}` closes {{1::`{{`}}", "$a}}b$ is {{1::`{{`}}"} {
		found := syntax.Deletions(text)
		if len(found) != 1 || text[found[0].Answer.Start:found[0].Answer.End] != "`{{`" {
			t.Errorf("%s: %+v", text, found)
		}
	}
}
