package decks_test

import (
	"go/doc/comment"
	"go/parser"
	"go/token"
	"strings"
	"testing"
	"testing/fstest"

	"kartei/decks"
	"kartei/decks/syntax"
)

// examples returns the examples of the reference in doc.go: what stands indented
// below one heading, without the Go code at its beginning.
func examples(t *testing.T) map[string]string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "doc.go", nil, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]string{}
	heading := ""
	for _, block := range new(comment.Parser).Parse(file.Doc.Text()).Content {
		switch block := block.(type) {
		case *comment.Heading:
			heading = string(block.Text[0].(comment.Plain))
		case *comment.Code:
			if heading != "" {
				found[heading] += block.Text + "\n"
			}
		}
	}
	return found
}

// TestReference compiles the examples of the language's reference and counts
// the cards that they are said to make.
func TestReference(t *testing.T) {
	cards := map[string]int{
		"The header": 1, "Facts": 4, "Lists of answers": 3, "Sentences with deletions": 4,
		"Text": 3, "Values of a certain form": 1, "Drafts": 1, "Tables": 4, "Problems": 1,
	}
	found := examples(t)
	for heading, want := range cards {
		text, ok := found[heading]
		if !ok {
			t.Errorf("the reference has no example for %q", heading)
			continue
		}
		c, err := decks.Compile(fstest.MapFS{"reference.md": {Data: []byte(text)}})
		if err != nil {
			t.Fatal(err)
		}
		if len(c.Diagnostics) > 0 {
			var out strings.Builder
			decks.Render(&out, c.Diagnostics)
			t.Errorf("%s:\n%s", heading, out.String())
			continue
		}
		got := 0
		for i := range c.Decks[0].Facts {
			got += len(c.Decks[0].Facts[i].Cards)
		}
		if got != want {
			t.Errorf("the examples for %q make %d cards, want %d", heading, got, want)
		}
		if _, err := syntax.Format([]byte(text)); err != nil {
			t.Errorf("%s: %v", heading, err)
		}
	}
	for heading := range found {
		if cards[heading] == 0 {
			t.Errorf("nothing is expected of the examples for %q", heading)
		}
	}
}
