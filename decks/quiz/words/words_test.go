package words_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"kartei/decks/answer"
	"kartei/decks/quiz/words"
)

var verb = regexp.MustCompile(`%[-+.0-9]*[a-z%]`)

// said are the English words that the program says by this package.
func said(t *testing.T) map[string]bool {
	all := map[string]bool{}
	for _, pattern := range []string{"../page/*.go", "../../../cmd/internal/takequiz/*.go"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			t.Fatal("no source at", pattern)
		}
		for _, name := range files {
			file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			ast.Inspect(file, func(n ast.Node) bool {
				call, ok := n.(*ast.CallExpr)
				if !ok {
					return true
				}
				f, ok := call.Fun.(*ast.SelectorExpr)
				if !ok || f.Sel.Name != "Say" && f.Sel.Name != "Count" {
					return true
				}
				if x, ok := f.X.(*ast.Ident); ok && x.Name == "strings" {
					return true
				}
				texts := call.Args[:1]
				if f.Sel.Name == "Count" {
					texts = call.Args[1:]
				}
				for _, arg := range texts {
					if lit, ok := arg.(*ast.BasicLit); ok && lit.Kind == token.STRING {
						text, _ := strconv.Unquote(lit.Value)
						all[text] = true
					}
				}
				return true
			})
		}
	}
	pages, err := filepath.Glob("../page/*.html")
	if err != nil || len(pages) == 0 {
		t.Fatal("no pages")
	}
	quoted := regexp.MustCompile(`\.Say "([^"]+)"`)
	for _, name := range pages {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range quoted.FindAllStringSubmatch(string(text), -1) {
			all[m[1]] = true
		}
	}
	for _, rule := range answer.Rules {
		if forgave := rule.Forgave(); forgave != "" {
			all[forgave] = true
		}
	}
	return all
}

// Each language has all that is said, and the same blanks in it.
func TestLanguages(t *testing.T) {
	tables, err := filepath.Glob("*.words")
	if err != nil || len(tables) == 0 {
		t.Fatal("no tables")
	}
	wanted := said(t)
	if len(wanted) < 30 {
		t.Fatalf("only %d texts are said: this test sees nothing", len(wanted))
	}
	for _, name := range tables {
		lang := strings.TrimSuffix(name, ".words")
		w := words.In(lang + "-XX")
		if w.Lang != lang {
			t.Errorf("%s is read as %s", lang, w.Lang)
		}
		for english := range wanted {
			other := w.Say(english)
			if a, b := strings.Join(verb.FindAllString(english, -1), " "), strings.Join(verb.FindAllString(other, -1), " "); a != b {
				t.Errorf("%s: %q has %s, %q has %s", lang, english, a, other, b)
			}
		}
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(text)) {
			english, other, ok := strings.Cut(strings.TrimSuffix(line, "\n"), " = ")
			if !ok || other == "" {
				t.Errorf("%s: a line that says nothing: %q", lang, line)
			}
			if !wanted[english] {
				t.Errorf("%s: nothing says %q", lang, english)
			}
			delete(wanted, english)
		}
		for english := range wanted {
			t.Errorf("%s lacks %q", lang, english)
		}
	}
}

func TestEnglish(t *testing.T) {
	for _, lang := range []string{"", "en", "en-GB", "tlh", "../de"} {
		if w := words.In(lang); w.Say("question %d", 3) != "question 3" || w.Count(1, "1 minute", "%d minutes") != "1 minute" || w.Count(2, "1 minute", "%d minutes") != "2 minutes" {
			t.Errorf("%q does not speak English", lang)
		}
	}
}
