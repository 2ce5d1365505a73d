package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// elsewhere matches what a reader of the repository cannot look up: documents that
// are not in it, numbers of issues, folders of a machine. What lies beside the
// checkout has one helper each: see the exceptions.
var elsewhere = regexp.MustCompile(`\bLANGUAGE section|(?i:instructor|student) notes,? ?\(?[A-Z][0-9]|\b(instructor|student)\.md\b|` +
	`\b(?i:issue) #?[0-9]|\bresearch/|/work/|/root/|\.\./shared`)

// shouted matches the name of a document as they are written at the top of projects.
var shouted = regexp.MustCompile(`\b[A-Z]{2,}\.md\b`)

// placeholders stand for the name of a deck in what the program says.
var placeholders = []string{"DECK.md", "OUT.md", "NAME.md", "FILE.md"}

// TestNothingRefersElsewhere reads all that is in the repository.
func TestNothingRefersElsewhere(t *testing.T) {
	t.Parallel()
	list := exec.Command("git", "ls-files", "-z")
	list.Dir = "../.."
	out, err := list.Output()
	if err != nil {
		t.Skipf("this is not a checkout: %v", err)
	}
	names := strings.Split(strings.Trim(string(out), "\x00"), "\x00")
	there := map[string]bool{}
	for _, name := range names {
		there[filepath.Base(name)] = true
	}
	exceptions := map[string]bool{
		"cmd/kartei/references_test.go":     true,
		"decks/internal/study/study.go":     true, // the study
		"scheduler/fit/josh_test.go":        true, // a real log
		"cmd/internal/licenses/NOTICES.txt": true, // of others
		"decks/answer/testdata/pairs.tsv":   true, // sources of pairs
	}
	read := 0
	for _, name := range names {
		text, err := os.ReadFile(filepath.Join("../..", name))
		if err != nil || bytes.IndexByte(text, 0) >= 0 || exceptions[name] {
			continue // gone, or not text
		}
		read++
		for i, line := range strings.Split(string(text), "\n") {
			if found := elsewhere.FindString(line); found != "" {
				t.Errorf("%s:%d refers to %q, which is not in the repository", name, i+1, found)
			}
			for _, document := range shouted.FindAllString(line, -1) {
				if !there[document] && !slices.Contains(placeholders, document) {
					t.Errorf("%s:%d: there is no %s", name, i+1, document)
				}
			}
		}
	}
	if read < 300 {
		t.Errorf("only %d files were read", read)
	}
}

// TestContributingNamesWhatIsThere follows the paths in the guide for those who work
// on the program.
func TestContributingNamesWhatIsThere(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../.github/CONTRIBUTING.md")
	if err != nil {
		t.Fatal(err)
	}
	paths := regexp.MustCompile("`((?:cmd|decks|scheduler|store|\\.ci)/[A-Za-z0-9_./]+)`").FindAllStringSubmatch(string(text), -1)
	for _, m := range paths {
		if strings.Contains(m[1], "NAME") || strings.Contains(m[1], "WORD") {
			continue
		}
		if _, err := os.Stat(filepath.Join("../..", m[1])); err != nil {
			t.Errorf("CONTRIBUTING.md names %s, which is not there", m[1])
		}
	}
	if len(paths) < 30 {
		t.Errorf("only %d paths", len(paths))
	}
}
