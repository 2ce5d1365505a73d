package check_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"kartei/decks/check"
)

func TestRulesAreNamedAndExplained(t *testing.T) {
	kebab := regexp.MustCompile(`^[a-z]+(-[a-z0-9]+)*$`)
	names := []string{}
	for _, r := range check.Rules() {
		names = append(names, r.Name)
		if !kebab.MatchString(r.Name) {
			t.Errorf("%s: the name is not lower-case words joined by hyphens", r.Name)
		}
		if r.Title == "" || strings.HasSuffix(r.Title, ".") || strings.Contains(r.Title, "\n") {
			t.Errorf("%s: the title must be one line without a full stop: %q", r.Name, r.Title)
		}
		if len(r.Text) < 150 && !r.Form {
			t.Errorf("%s: the help is too short to help", r.Name)
		}
		page := r.Explain()
		for _, c := range page {
			if c != '\n' && !unicode.IsGraphic(c) {
				t.Errorf("%s: the page of help holds %U, which a terminal obeys", r.Name, c)
			}
		}
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

// TestEveryRuleOfTheCompilerIsExplained reads the sources of the compiler for
// the names of the rules that it reports.
func TestEveryRuleOfTheCompilerIsExplained(t *testing.T) {
	reported := map[string]bool{}
	for _, pattern := range []string{"../*.go", "../syntax/*.go"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range files {
			if !strings.HasSuffix(name, "_test.go") {
				ruleNames(t, name, reported)
			}
		}
	}
	for name := range reported {
		if r, ok := check.Find(name); !ok || !r.Form {
			t.Errorf("the compiler reports %s, which --explain does not know", name)
		}
	}
	for _, r := range check.Rules() {
		if r.Form && !reported[r.Name] {
			t.Errorf("--explain knows %s, which the compiler never reports", r.Name)
		}
	}
}

// ruleNames collects what stands in a Go file as the Rule of a problem, or as
// the name in a call of error, warn, or fault.
func ruleNames(t *testing.T, file string, names map[string]bool) {
	t.Helper()
	tree, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	argument := map[string]int{"error": 1, "warn": 1, "fault": 2}
	ast.Inspect(tree, func(n ast.Node) bool {
		var value ast.Expr
		switch n := n.(type) {
		case *ast.KeyValueExpr:
			if key, ok := n.Key.(*ast.Ident); ok && key.Name == "Rule" {
				value = n.Value
			}
		case *ast.CallExpr:
			called := ""
			switch f := n.Fun.(type) {
			case *ast.Ident:
				called = f.Name
			case *ast.SelectorExpr:
				called = f.Sel.Name
			}
			if i, ok := argument[called]; ok && i < len(n.Args) {
				value = n.Args[i]
			}
		}
		if text, ok := value.(*ast.BasicLit); ok {
			name, err := strconv.Unquote(text.Value)
			if err != nil {
				t.Fatal(err)
			}
			names[name] = true
		}
		return true
	})
}
