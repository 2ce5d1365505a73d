package check_test

import (
	"bytes"
	"encoding/json"
	"path/filepath"
	"slices"
	"testing"

	"kartei/decks"
	"kartei/decks/check"
	"kartei/decks/internal/casefile"
)

// TestGolden compares what is printed for each rule, as text and as JSON, with
// the file of the rule's name: its deck.md breaks the rule in every way.
func TestGolden(t *testing.T) {
	for _, rule := range check.Rules() {
		if rule.Form {
			continue // the compiler's own tests pin what it prints
		}
		t.Run(rule.Name, func(t *testing.T) {
			want := casefile.Open(t, filepath.Join("testdata", "golden", rule.Name+".txtar"))
			defer want.Close()
			fsys := want.FS()
			names := []string{"deck.md"}
			if fsys["other.md"] != nil {
				names = append(names, "other.md")
			}
			c, err := decks.Compile(fsys, names...)
			if err != nil {
				t.Fatal(err)
			}
			options := check.Options{All: true, Images: fsys}
			if diary := fsys["diary.txt"]; diary != nil {
				options.Against = map[string]*check.Reference{"diary": check.NewReference(string(diary.Data))}
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
			want.Compare("want.txt", text.Bytes())
			want.Compare("want.jsonl", lines.Bytes())
		})
	}
}
