package page

import (
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"kartei/decks/plural"
	"kartei/decks/quiz"
)

//go:embed *.html *.css
var files embed.FS

// A Style is a stylesheet and the policy that allows it and nothing else.
type Style struct {
	CSS    template.CSS
	Policy string
}

// mustStyle reads a stylesheet, with some of it replaced.
func mustStyle(name string, replacements ...string) Style {
	text, err := files.ReadFile(name)
	if err != nil {
		panic(err) // it is embedded
	}
	return newStyle(strings.NewReplacer(replacements...).Replace(string(text)))
}

func newStyle(text string) Style {
	css := "\n" + strings.TrimSpace(text) + "\n"
	sum := sha256.Sum256([]byte(css))
	return Style{template.CSS(css), fmt.Sprintf("default-src 'none'; img-src data:; style-src 'sha256-%s'; base-uri 'none'; form-action 'none'",
		base64.StdEncoding.EncodeToString(sum[:]))}
}

// ReportStyle is the look of a report, with rules of its own.
func ReportStyle(rules string) Style { return newStyle(string(reportStyle().CSS) + rules) }

// onceTemplate and onceStyle return functions that read a file when they are called
// first.
func onceTemplate(name string) func() *template.Template {
	return sync.OnceValue(func() *template.Template {
		return template.Must(template.New(name).Funcs(functions()).ParseFS(files, name))
	})
}

func onceStyle(name string, replacements ...string) func() Style {
	return sync.OnceValue(func() Style { return mustStyle(name, replacements...) })
}

func functions() template.FuncMap {
	return template.FuncMap{
		"percent":  percent,
		"figure":   interval,
		"marks":    marks,
		"share":    func(x float64) string { return fmt.Sprintf("%.0f %%", 100*x) },
		"logits":   func(x *float64) string { return optional("%+.2f", x, 1) },
		"number":   func(x *float64) string { return optional("%.2f", x, 1) },
		"letter":   quiz.Letter,
		"sentence": sentence,
		"count":    plural.Count,
	}
}

// sentence begins with a capital.
func sentence(s string) string {
	first, size := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(first)) + s[size:]
}

// execute writes a page only when all of it could be made.
func execute(w io.Writer, t *template.Template, data any) error {
	var b strings.Builder
	if err := t.Execute(&b, data); err != nil {
		return fmt.Errorf("make the page: %w", err)
	}
	_, err := io.WriteString(w, b.String())
	return err
}
