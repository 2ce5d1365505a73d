package page_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"flag"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"kartei/decks"
	"kartei/decks/hostile"
	"kartei/decks/quiz"
	"kartei/decks/quiz/analysis"
	"kartei/decks/quiz/page"
	"kartei/decks/quiz/result"
)

var update = flag.Bool("update", false, "write golden files anew")

// form asks the given text in every way.
func form(t interface{ Fatal(...any) }, text string) *quiz.Form {
	d := &decks.Deck{Name: "d", ID: "d", Lang: "en"}
	for i, c := range []decks.Card{
		{Kind: decks.Choice, Prompt: "choice " + text, Options: []decks.Option{{Text: "right " + text, Right: true}, {Text: "wrong " + text, Why: text}, {Text: "other"}}},
		{Kind: decks.Choice, Prompt: "several", Options: []decks.Option{{Text: "x", Right: true}, {Text: "y", Right: true}, {Text: "z"}}},
		{Kind: decks.Set, Prompt: "set", Items: []string{"red " + text, "green"}},
		{Kind: decks.Sequence, Prompt: "order", Items: []string{"first " + text, "second", "third"}},
		{Kind: decks.Recall, Type: decks.AnswerTyped, Prompt: "typed", Answer: "word " + text, Source: text, Note: text},
	} {
		d.Facts = append(d.Facts, decks.Fact{File: "d.md", Line: i + 1, Section: []string{text}, Cards: []decks.Card{c}})
	}
	f, err := quiz.Draw([]*decks.Deck{d}, quiz.Options{Seed: quiz.SeedOf(1), Title: "Title " + text, Time: 20 * time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// report is the analysis of 120 students of whom every third types the text.
func report(t interface{ Fatal(...any) }, f *quiz.Form, text string) *analysis.Report {
	c, err := analysis.NewClass(f)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 120 {
		responses := make([]quiz.Response, len(f.Questions))
		for j := range responses {
			r, q := &responses[j], &f.Questions[j]
			r.Took, r.Sure = time.Duration(i+j)*time.Second, 1+(i+j)%3
			switch {
			case q.Kind == quiz.Typed:
				r.Typed, r.Disputed = []string{[]string{"word", "word " + text, text}[i%3]}, i%2 == 0
			case q.Kind == quiz.Set:
				r.Typed = []string{"green"}
			case (i*7+j*3)%10 > i/12:
				r.Chosen = []int{(i * j) % len(q.Options)}
			default:
				r.Chosen = q.Key.Right
			}
			if q.Kind == quiz.Sequence && len(r.Chosen) == 1 {
				r.Chosen = nil
			}
		}
		began := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
		r := &result.Result{Student: fmt.Sprintf("s%03d", i), Began: began, Ended: began, Texts: true, Responses: responses}
		var b bytes.Buffer
		if err := result.Write(&b, f, r); err != nil {
			t.Fatal(err)
		}
		if err := c.Add(r.Student, "", &b); err != nil {
			t.Fatal(err)
		}
	}
	return c.Report(analysis.Options{})
}

func pages(t interface{ Fatal(...any) }, text string) map[string]string {
	f := form(t, text)
	made := map[string]string{}
	for name, write := range map[string]func(*bytes.Buffer) error{
		"report": func(b *bytes.Buffer) error { return page.Report(b, report(t, f, text)) },
		"exam":   func(b *bytes.Buffer) error { return page.Exam(b, f, page.Sheets{Answers: true, Key: true}) },
	} {
		var b bytes.Buffer
		if err := write(&b); err != nil {
			t.Fatal(err)
		}
		made[name] = b.String()
	}
	return made
}

func TestGolden(t *testing.T) {
	for name, got := range pages(t, "*plain*") {
		golden := "testdata/" + name + ".html"
		if *update {
			if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), got); diff != "" {
			t.Errorf("-golden +made:\n%s", diff)
		}
	}
}

var (
	element   = regexp.MustCompile(`<(/?)([a-zA-Z!][a-zA-Z0-9]*)((?:\s+[a-zA-Z][\w:-]*(?:="[^"]*")?)*)\s*/?>`)
	attribute = regexp.MustCompile(`([a-zA-Z][\w:-]*)(?:="([^"]*)")?`)
	styled    = regexp.MustCompile(`(?s)<style>(.*)</style>`)
	policy    = regexp.MustCompile(`content="(default-src[^"]*)"`)
)

// elements are those that the pages are made of; none of them loads or runs
// anything.
var elements = map[string]bool{
	"!DOCTYPE": true, "html": true, "head": true, "body": true, "meta": true, "title": true, "style": true, "h1": true, "h2": true, "h3": true,
	"p": true, "span": true, "div": true, "section": true, "table": true, "tr": true, "td": true, "th": true, "a": true, "ol": true, "ul": true, "li": true,
	"svg": true, "g": true, "rect": true, "circle": true, "line": true, "text": true, "em": true, "strong": true, "code": true, "pre": true, "br": true, "blockquote": true, "hr": true, "img": true,
	"math": true, "mi": true, "mn": true, "mo": true, "mtext": true, "mspace": true, "mrow": true, "mfrac": true, "msqrt": true, "mroot": true, "msub": true,
	"msup": true, "msubsup": true, "munder": true, "mover": true, "munderover": true, "mtable": true, "mtr": true, "mtd": true,
}

// picture is the only address that a page may have: one within itself.
var picture = regexp.MustCompile(`^data:image/(png|jpeg|gif|webp);base64,[A-Za-z0-9+/]+=*$`)

// harmless says what is wrong with a page, as a reader that trusts nothing:
// whatever begins with "<" must be an element of the list with attributes that
// load nothing.
func harmless(html string) error {
	css := styled.FindStringSubmatch(html)
	csp := policy.FindStringSubmatch(html)
	if css == nil || csp == nil {
		return fmt.Errorf("no style or no policy")
	}
	sum := sha256.Sum256([]byte(css[1]))
	want := "default-src &#39;none&#39;; img-src data:; style-src &#39;sha256-" + strings.NewReplacer("+", "&#43;", "=", "=").Replace(base64.StdEncoding.EncodeToString(sum[:])) + "&#39;; base-uri &#39;none&#39;; form-action &#39;none&#39;"
	if csp[1] != want {
		return fmt.Errorf("policy %s, want %s", csp[1], want)
	}
	if strings.Contains(css[1], "url(") || strings.Contains(css[1], "@import") {
		return fmt.Errorf("the style loads something")
	}
	rest := strings.Replace(html, css[0], "", 1)
	for i := strings.IndexByte(rest, '<'); i >= 0; i = strings.IndexByte(rest, '<') {
		m := element.FindStringSubmatch(rest[i:])
		if m == nil || !strings.HasPrefix(rest[i:], m[0]) || !elements[m[2]] {
			return fmt.Errorf("an element that is not the page's: %.60q", rest[i:])
		}
		if m[2] == "img" && !strings.Contains(m[3], " src=") {
			return fmt.Errorf("a picture of nothing")
		}
		for _, a := range attribute.FindAllStringSubmatch(m[3], -1) {
			name, value := strings.ToLower(a[1]), a[2]
			if name == "src" && m[2] == "img" && picture.MatchString(value) {
				continue
			}
			if strings.HasPrefix(name, "on") || name == "src" || name == "style" || name == "href" && !strings.HasPrefix(value, "#q") {
				return fmt.Errorf("attribute %s=%q", name, value)
			}
		}
		rest = rest[i+len(m[0]):]
	}
	return nil
}

// No text of a deck or a student becomes markup, and no page loads anything.
func TestHostileTexts(t *testing.T) {
	texts := []string{
		"<script>alert(1)</script>", `"><img src=x onerror=alert(1)>`, "<svg onload=alert(1)>", "</textarea><script>", "</style><script>alert(1)</script>", "</title>",
		"[x](javascript:alert(1))", "![x](http://example.com/x.png)", "<http://example.com>", "`<b>`", "*<b>*", "**<i>a**b</i>", "{{.}}", "{{template \"x\"}}", "&lt;script&gt;", `\<script>`,
		"a\n```\n</pre><script>\n```", "a\n- <b>\n- x", "a\n1. <b>", "<!-- x", "<![CDATA[", "javascript:alert(1)", "'\"`<>&", "]]>",
	}
	for _, text := range texts {
		for name, html := range pages(t, text) {
			if err := harmless(html); err != nil {
				t.Errorf("%s with %q: %v", name, text, err)
			}
		}
	}
	f := form(t, "x")
	rapid.Check(t, func(t *rapid.T) {
		g := *f
		g.Questions = append([]quiz.Question(nil), f.Questions...)
		g.Questions[0].Prompt = rapid.StringOf(rapid.RuneFrom([]rune("<>&\"'`*_[]()!\\\n -1.ab{}"))).Draw(t, "prompt")
		var b bytes.Buffer
		if err := page.Exam(&b, &g, page.Sheets{}); err != nil {
			t.Fatal(err)
		}
		if err := harmless(b.String()); err != nil {
			t.Fatalf("%q: %v", g.Questions[0].Prompt, err)
		}
	})
}

// FuzzPage prints questions that say anything.
func FuzzPage(f *testing.F) {
	for _, s := range []string{"<b>", "[x](javascript:alert(1))", "`<b>`", "$x<y$", "- a\n- <i>", "![x](y.png)", "<https://x.org>"} {
		f.Add(s, s)
	}
	exam := form(f, "x")
	reached := hostile.Reached(f)
	f.Fuzz(func(t *testing.T, prompt, option string) {
		g := *exam
		g.Questions = append([]quiz.Question(nil), exam.Questions...)
		g.Questions[0].Prompt = prompt
		for i := range g.Questions {
			if len(g.Questions[i].Options) > 0 {
				g.Questions[i].Options = append([]string{option}, g.Questions[i].Options[1:]...)
			}
		}
		var b bytes.Buffer
		if err := page.Exam(&b, &g, page.Sheets{}); err != nil {
			reached("refused")
			return
		}
		reached("printed")
		if err := harmless(b.String()); err != nil {
			t.Fatalf("%q and %q: %v", prompt, option, err)
		}
	})
}

// The reader of this test does see what is harmful.
func TestHarmlessIsStrict(t *testing.T) {
	good := pages(t, "x")["exam"]
	for _, bad := range []string{"<script>", "<img>", `<img src="http://x/y.png">`, `<img src="data:image/svg+xml;base64,PHN2Zz4=">`, `<p src="data:image/png;base64,AAAA">`, `<p onclick="x">`, `<a href="http://x">`, `<p style="x">`, "<p", "<!-- -->"} {
		if harmless(strings.Replace(good, "<h1>", bad+"<h1>", 1)) == nil {
			t.Errorf("%s passes", bad)
		}
	}
	if harmless(strings.Replace(good, "body {", "body  {", 1)) == nil {
		t.Error("a changed style passes")
	}
}

// Paper without a key does not show one.
func TestExamWithoutKey(t *testing.T) {
	f := form(t, "x")
	var b bytes.Buffer
	if err := page.Exam(&b, f.WithoutKey(), page.Sheets{Answers: true, Key: true}); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(b.String(), "word x") || strings.Contains(b.String(), "Key</h2>") {
		t.Error("the key is printed")
	}
	if n := strings.Count(b.String(), `class="bubble"`); n != 6 {
		t.Errorf("%d bubbles on the answer sheet, want 6", n)
	}
}

func TestMarkdown(t *testing.T) {
	for text, want := range map[string]string{
		"*so* and **so**":       "<em>so</em> and <strong>so</strong>",
		"4. April 1949":         "4. April 1949",
		"a `code` \\* b":        "a <code>code</code> * b",
		"[words](http://x.org)": "words",
		"![a map](m.png)":       "[picture: a map]",
		"a\nb":                  "a<br>b",
		"a\n\n- b\n- c":         "a<br><br><ul><li>b</li><li>c</li></ul>",
		"# 5":                   "# 5",
		"2 * 3 * 4":             "2 * 3 * 4",
		"$a<b$ or $c x^2$":      `<math alttext="a&lt;b"><mi>a</mi><mo>&lt;</mo><mi>b</mi></math> or <math alttext="c x^2"><mi>c</mi><msup><mi>x</mi><mn>2</mn></msup></math>`,
		"$a \\unknown$":         `$a \unknown$`,
		"from $5 to $6":         "from $5 to $6",
		"R&amp;D <b>":           "R&amp;D &lt;b&gt;",
		"![](maps/m.png)":       "[picture: m.png]",
		"<http://x.org>":        "http://x.org",
		"> so\n\n    it is":     "<blockquote>so</blockquote>it is",
		"# Law\n\n---\n\nb":     "<strong>Law</strong><br><br><hr>b",
	} {
		f := form(t, "x")
		f.Questions[0].Prompt = text
		var b bytes.Buffer
		if err := page.Exam(&b, f, page.Sheets{}); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(b.String(), "<li>"+want) {
			_, got, _ := strings.Cut(b.String(), `<ol class="questions">`)
			t.Errorf("%q: want %q in %.100q", text, want, got)
		}
	}
}
