package check_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"kartei/decks"
	"kartei/decks/check"
)

// What is shown as it is typed is named where it stands, once a kind, and not in code,
// in mathematics, or where it means what it says.
func TestLiteralMarkup(t *testing.T) {
	for text, want := range map[string][]string{
		"Q: What is <b>bold</b>?<br>More\nA: x":                                 {"1:12 HTML is shown as it stands"},
		"Q: Who?[^1]\nA: me":                                                    {"1:8 the mark of a footnote is shown as it stands"},
		"Q: Solve \\( x^2 \\).\nA: \\[y\\]":                                     {"2:4 mathematics between \\[ and \\] is shown as it stands"},
		"Q: See ![[wiki.png]]\nA: z":                                            {"1:8 a picture of a wiki is not shown"},
		"Q: x\nA: a\nAccept: b, c; d":                                           {"3:9 this is one answer with a comma or a semicolon in it"},
		"Q: x\nA: a, e\nAccept: b, c":                                           nil,
		"Q: x\nA: one  \n  two":                                                 {"2:7 two spaces at the end of a line break nothing"},
		"Q: x\nA:\n| a | b |\n|---|---|\n| 1 | 2 |":                             {"4:1 a table in a text is shown as lines of bars"},
		"C: Run `git {{rebase}} -i` to {{reorder}} commits.":                    {"1:8 braces in code and in formulas hide nothing"},
		"Q: What does `<b>` do in $a<b$, if 1 < 2 and a[1]?\nA: Much":           nil,
		"| id | a | b |\n|---|---|---|\n| x | <i>y</i> | z |\n\nQ: {a}\nA: {b}": {"3:7 HTML is shown as it stands"},
		"| a | b |\n|---|---|\n| <i>a table</i> | to read |":                    nil,
	} {
		c, err := decks.Compile(fstest.MapFS{"x.md": {Data: []byte(text + "\n")}})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, d := range check.Run(c, check.Options{}) {
			if d.Rule == "literal-markup" {
				got = append(got, fmt.Sprintf("%d:%d %s", d.Line, d.Column, d.Message))
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s\ngot %s\nwant %s", text, strings.Join(got, "; "), strings.Join(want, "; "))
		}
	}
}
