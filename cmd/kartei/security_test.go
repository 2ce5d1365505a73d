package main

import (
	"bytes"
	"io/fs"
	"os"
	"regexp"
	"strings"
	"testing"
)

// Each line of what SECURITY.md promises names tests that are there.
func TestSecurityNamesTests(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../.github/SECURITY.md")
	if err != nil {
		t.Fatal(err)
	}
	_, promised, _ := strings.Cut(string(text), "\n## Promised\n")
	promised, _, found := strings.Cut(promised, "\n## Not promised\n")
	if !found {
		t.Fatal("SECURITY.md does not say what is promised and what is not")
	}
	var tests bytes.Buffer
	root := os.DirFS("../..")
	err = fs.WalkDir(root, ".", func(name string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(name, "_test.go") {
			return err
		}
		source, err := fs.ReadFile(root, name)
		tests.Write(source)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(promised, "\n- ")[1:]
	name := regexp.MustCompile("`(Test[A-Za-z]+)`")
	for _, line := range lines {
		names := name.FindAllStringSubmatch(line, -1)
		if names == nil {
			t.Errorf("no test holds this promise: %s", line)
		}
		for _, n := range names {
			if !strings.Contains(tests.String(), "func "+n[1]+"(t *testing.T)") {
				t.Errorf("there is no %s", n[1])
			}
		}
	}
	if len(lines) < 10 {
		t.Errorf("%d promises", len(lines))
	}
}
