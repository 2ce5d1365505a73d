package check_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"kartei/decks/check"
)

func TestRulesAreNamedAndExplained(t *testing.T) {
	kebab := regexp.MustCompile(`^[a-z]+(-[a-z]+)*$`)
	names := []string{}
	for _, r := range check.Rules() {
		names = append(names, r.Name)
		if !kebab.MatchString(r.Name) {
			t.Errorf("%s: the name is not lower-case words joined by hyphens", r.Name)
		}
		if r.Title == "" || strings.HasSuffix(r.Title, ".") || strings.Contains(r.Title, "\n") {
			t.Errorf("%s: the title must be one line without a full stop: %q", r.Name, r.Title)
		}
		if len(r.Text) < 150 {
			t.Errorf("%s: the help is too short to help", r.Name)
		}
		page := r.Explain()
		for _, part := range []string{r.Name, r.Title, r.Severity.String()} {
			if !strings.Contains(page, part) {
				t.Errorf("%s: the page of help lacks %q", r.Name, part)
			}
		}
	}
	if !slices.IsSorted(names) {
		t.Errorf("the rules are not sorted by name: %v", names)
	}
	if len(slices.Compact(names)) != len(check.Rules()) {
		t.Errorf("a name is used twice: %v", names)
	}
}

func TestFind(t *testing.T) {
	if r, ok := check.Find("long-answer"); !ok || r.Name != "long-answer" {
		t.Errorf("Find(long-answer) = %v, %v", r, ok)
	}
	if _, ok := check.Find("long-anser"); ok {
		t.Error("Find finds a rule that does not exist")
	}
}
