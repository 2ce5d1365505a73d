package check_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kartei/decks"
	"kartei/decks/check"
)

var update = flag.Bool("update", false, "write the golden files anew")

// TestGolden compares what is printed for each rule, as text and as JSON, with
// the folder of the rule's name: its deck.md breaks the rule in every way.
func TestGolden(t *testing.T) {
	for _, rule := range check.Rules() {
		if rule.Form {
			continue // the compiler's own tests pin what it prints
		}
		t.Run(rule.Name, func(t *testing.T) {
			folder := filepath.Join("testdata", "golden", rule.Name)
			fsys := os.DirFS(folder)
			names := []string{"deck.md"}
			if _, err := os.Stat(filepath.Join(folder, "other.md")); err == nil {
				names = append(names, "other.md")
			}
			c, err := decks.Compile(fsys, names...)
			if err != nil {
				t.Fatal(err)
			}
			options := check.Options{All: true, Images: fsys}
			if text, err := os.ReadFile(filepath.Join(folder, "diary.txt")); err == nil {
				options.Against = map[string]*check.Reference{"diary": check.NewReference(string(text))}
			}
			found := check.Run(c, options)
			if !slices.ContainsFunc(found, func(d decks.Diagnostic) bool { return d.Rule == rule.Name }) {
				t.Errorf("the deck does not break the rule")
			}
			var text, lines bytes.Buffer
			if err := decks.Render(&text, found); err != nil {
				t.Fatal(err)
			}
			for _, d := range found {
				if err := json.NewEncoder(&lines).Encode(d); err != nil {
					t.Fatal(err)
				}
			}
			golden(t, filepath.Join(folder, "want.txt"), text.Bytes())
			golden(t, filepath.Join(folder, "want.jsonl"), lines.Bytes())
		})
	}
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	if *update {
		if err := os.WriteFile(name, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s: (-want +got)\n%s", name, diff)
	}
}
