package check_test

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"kartei/decks"
	"kartei/decks/check"
	"kartei/decks/syntax"
)

// examine compiles and checks one file.
func examine(t testing.TB, text string) (*syntax.File, []decks.Diagnostic) {
	t.Helper()
	c, err := decks.Compile(fstest.MapFS{"deck.md": {Data: []byte(text)}})
	if err != nil {
		t.Fatal(err)
	}
	found := append(check.Run(c, check.Options{All: true}), c.Diagnostics...)
	decks.SortDiagnostics(found)
	return c.Files[0], found
}

// stubs are the rules whose fix begins what the author has to go on with.
var stubs = []string{"no-answer", "no-source"}

// A fix mends the example of its rule: the rule is silent afterwards, and no
// other has become loud.
func TestFixesMendTheirExamples(t *testing.T) {
	fixed := 0
	for _, rule := range check.Rules() {
		if rule.Bad == "" {
			continue
		}
		file, found := examine(t, rule.Bad)
		i := slices.IndexFunc(found, func(d decks.Diagnostic) bool {
			fix, ok := check.FixOf(file, d)
			return d.Rule == rule.Name && ok && fix.Title != ""
		})
		if i < 0 {
			continue
		}
		fixed++
		t.Run(rule.Name, func(t *testing.T) {
			fix, _ := check.FixOf(file, found[i])
			text := check.Apply(file.Text, fix.Edits)
			if text == file.Text {
				t.Fatal("the fix changes nothing")
			}
			if slices.Contains(stubs, rule.Name) {
				return
			}
			_, after := examine(t, text)
			if count(after, rule.Name) >= count(found, rule.Name) {
				t.Errorf("the rule still speaks of\n%s", text)
			}
			for _, d := range after {
				if d.Severity == decks.Error && count(found, d.Rule) == 0 {
					t.Errorf("after the fix: %s [%s] in\n%s", d.Message, d.Rule, text)
				}
			}
		})
	}
	if fixed < 20 {
		t.Errorf("%d rules have a fix for their own example, want at least 20", fixed)
	}
}

func count(found []decks.Diagnostic, rule string) (n int) {
	for _, d := range found {
		if d.Rule == rule {
			n++
		}
	}
	return n
}

// What a keyboard wrote in the place of a colon is mended, and nothing else is lost.
func TestLookalikesAreSure(t *testing.T) {
	for before, want := range map[string]string{
		"Q; Three? four; five\nA; 3: three\n":              "Q: Three? four; five\nA: 3: three\n",
		"Q; Capital of Peru?\nA: Lima\nNote: since 1535\n": "Q: Capital of Peru?\nA: Lima\nNote: since 1535\n",
		"Q： Two?\nA：2\n":                                   "Q: Two?\nA: 2\n",
		"Q:\u00a0\u00a0Two?\nA：\n- 2\n- 3\n":               "Q: Two?\nA:\n- 2\n- 3\n",
		"Q: One of?\n• [x] a\n–  [ ] b\n-[ ] c\n":          "Q: One of?\n- [x] a\n- [ ] b\n- [ ] c\n",
	} {
		file, found := examine(t, before)
		if text, _ := check.ApplySure(file, found); text != want {
			t.Errorf("%q becomes %q, want %q", before, text, want)
		}
	}
}

// Sure fixes are made all at once, in one pass over the file.
func TestApplySure(t *testing.T) {
	file, found := examine(t, strings.Join([]string{
		"---", "titel: Rivers", "---", "",
		"Q:Which river crosses Vienna?", "A: The Danube\u200b", "Sorce: an atlas", "",
		"Q: Which river crosses Cologne?", "", "A: The Rhine", "",
	}, "\n"))
	text, made := check.ApplySure(file, found)
	if made != 5 {
		t.Errorf("%d fixes were made, want 5", made)
	}
	_, after := examine(t, text)
	for _, d := range after {
		if d.Severity == decks.Error {
			t.Errorf("still wrong: %s [%s]", d.Message, d.Rule)
		}
	}
	want := "---\ntitle: Rivers\n---\n\nQ: Which river crosses Vienna?\nA: The Danube\nSource: an atlas\n\nQ: Which river crosses Cologne?\nA: The Rhine\n"
	if text != want {
		t.Errorf("got\n%s\nwant\n%s", text, want)
	}
}
