package orgmode

import (
	"strings"
	"testing"

	"kartei/decks/internal/notebookcase"
)

func TestDrill(t *testing.T) { notebookcase.Run(t, &Drill, "testdata/drill-*.txtar") }

func TestFC(t *testing.T) { notebookcase.Run(t, &FC, "testdata/fc-*.txtar") }

// What Org means by its signs is Markdown afterwards.
func TestText(t *testing.T) {
	for org, want := range map[string]string{
		"*bold* /italic/ _under_ =code= ~verb~ +struck+":       "**bold** *italic* *under* `code` `verb` struck",
		"2*3*4, a/b/c, snake_case_name, * alone":               `2\*3\*4, a/b/c, snake_case_name, * alone`,
		"see [[https://a.org][the *site*]] and [[id:1][this]]": "see [the **site**](https://a.org) and this",
		"[[file:pics/a b.png]] [[./c.png]]":                    "![](pics/a%20b.png) ![](c.png)",
		`\(x^2\) and \[y\] and $z$, for $5`:                    `$x^2$ and $$y$$ and $z$, for $5`,
		"- one\n  more\n- two :: term\n  + three":              "- one\n  more\n- **two**: term\n  - three",
		"1) a\n2) b": "1. a\n2. b",
		"#+BEGIN_SRC sh\n  ls *\n  ,* x\n#+END_SRC": "```sh\nls *\n* x\n```",
		"#+begin_quote\nwise /words/\n#+end_quote":  "> wise *words*",
		"| a | b |\n|---+---|\n| 1 | 2 |":           "```\n| a | b |\n|---+---|\n| 1 | 2 |\n```",
		": fixed *as is*":                           "```\nfixed *as is*\n```",
		"#+CAPTION: x\n# comment\nwords[fn:1]":      "words",
		"=a`b= and =c=d=":                           "`` a`b `` and `c=d`",
		`a*b* [[x]] \(y\) _z_`:                      `a\*b\* x $y$ *z*`,
		"one \\\\\ntwo\\\\":                         "one \\\ntwo",
		"*reaches\nover* lines":                     "**reaches\nover** lines",
	} {
		if got := text(strings.Split(org, "\n")); got != want {
			t.Errorf("%q\ngot  %q\nwant %q", org, got, want)
		}
	}
}

func FuzzDrill(f *testing.F) { notebookcase.Fuzz(f, &Drill, "testdata/drill-*.txtar") }

func FuzzFC(f *testing.F) { notebookcase.Fuzz(f, &FC, "testdata/fc-*.txtar") }
