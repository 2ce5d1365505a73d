package syntax_test

import (
	"flag"
	"os"
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

// Code and mathematics at the first byte of a sentence are no words either.
func TestDeletionsBehindCode(t *testing.T) {
	for _, text := range []string{"`}}` closes {{1::`{{`}}", "$a}}b$ is {{1::`{{`}}"} {
		found := syntax.Deletions(text)
		if len(found) != 1 || text[found[0].Answer.Start:found[0].Answer.End] != "`{{`" {
			t.Errorf("%s: %+v", text, found)
		}
	}
}
