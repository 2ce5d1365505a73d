package markdown_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/yuin/goldmark/ast"

	"kartei/decks/markdown"
)

// outline writes a tree as one line: kinds, with their text in quotes.
func outline(source string) string {
	tree := markdown.Parse([]byte(source))
	if tree == nil {
		return "beyond the limits"
	}
	var out, words strings.Builder
	ast.Walk(tree, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			if n.HasChildren() {
				out.WriteString(")")
			}
			return ast.WalkContinue, nil
		}
		if n.PreviousSibling() != nil && words.Len() == 0 {
			out.WriteByte(' ')
		}
		switch n := n.(type) {
		case *ast.Text:
			words.Write(markdown.Words(n, []byte(source)))
			if n.SoftLineBreak() {
				words.WriteByte('\n')
			}
			if _, more := n.NextSibling().(*ast.Text); !more {
				fmt.Fprintf(&out, "%q", words.String())
				words.Reset()
			}
		case *markdown.Formula:
			out.WriteString(n.String())
		default:
			out.WriteString(n.Kind().String())
		}
		if n.HasChildren() {
			out.WriteByte('(')
		}
		return ast.WalkContinue, nil
	})
	body, _ := strings.CutPrefix(out.String(), "Document(")
	return strings.TrimSuffix(body, ")")
}

func TestParse(t *testing.T) {
	for source, want := range map[string]string{
		"a *b* **c**":            `Paragraph("a " Emphasis("b") " " Emphasis("c"))`,
		"4. April 1949":          `Paragraph("4. April 1949")`,
		"> 90 %":                 `Paragraph("> 90 %")`,
		"> 90\n> 80":             `Blockquote(Paragraph("90\n80"))`,
		"a\n\n    b":             `Paragraph("a") Paragraph("b")`, // no indented code
		"# H\n---\n- a":          `Heading("H") ThematicBreak List(ListItem(TextBlock("a")))`,
		"[1]: http://x.org":      `Paragraph("[1]: http://x.org")`,
		`\&lt; \\&lt; \*&gt;`:    `Paragraph("&lt; \\< *>")`,
		"List<T> &amp; <b>":      `Paragraph("List<T> & <b>")`,
		"`&amp; \\*`":            `Paragraph(CodeSpan("&amp; \\*"))`,
		"<http://x.org>":         `Paragraph(AutoLink)`,
		"$a*b*c$ and $$x$$":      `Paragraph($a*b*c$ " and " $$x$$)`,
		"from $5 to $6, or 7$.":  `Paragraph("from $5 to $6, or 7$.")`,
		"`$x$` and \\$y$":        `Paragraph(CodeSpan("$x$") " and $y$")`,
		`\(a*b*c\) \\(d\) \[e\]`: `Paragraph($a*b*c$ " \\(d) [e]")`,
		`\( a\), \(\), \(b`:      `Paragraph($a$ ", (), (b")`,
		"`\\(x\\)` \\($\\)":      "Paragraph(CodeSpan(\"\\\\(x\\\\)\") \" \" \\($\\))",
		"> $a\n> b$":             "Blockquote(Paragraph($a\nb$))",
		"$$a\n\nb$$":             `Paragraph("$$a") Paragraph("b$$")`, // in two blocks
	} {
		if diff := cmp.Diff(want, outline(source)); diff != "" {
			t.Errorf("%q: -want +got:\n%s", source, diff)
		}
	}
}

func TestLimits(t *testing.T) {
	for name, source := range map[string]string{
		"long":       strings.Repeat("a", 512<<10+1),
		"brackets":   strings.Repeat("[a](", 1001),
		"delimiters": strings.Repeat("*a_b", 5001),
		"quotes":     "a\n" + strings.Repeat("> ", 17) + "x",
		"lists":      "a\n" + strings.Repeat("1. ", 17) + "x",
	} {
		if markdown.Parse([]byte(source)) != nil {
			t.Errorf("%s: it is read", name)
		}
	}
	if markdown.Parse([]byte(strings.Repeat("- *a*\n- b_c_d\n", 2000))) == nil {
		t.Error("4000 lines that a person might write are not read")
	}
}

// FuzzParse: no text of a card is too much, and what is read has all its
// letters, in their order.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{"a *b* `c` $d$", "> a\n> $b\n> c$", "- a\n\n    b\n1. c", "```\na\n```", "![a](b) [c](d) <http://e.f>", "# a\n---\n\tb"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, source string) {
		source = strings.ToValidUTF8(source, "")
		tree := markdown.Parse([]byte(source))
		if tree == nil {
			return
		}
		at := 0
		ast.Walk(tree, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
			if text, ok := n.(*ast.Text); ok && entering {
				if text.Segment.Start < at || text.Segment.Stop > len(source) {
					t.Errorf("text at %v after %d, of %d", text.Segment, at, len(source))
				}
				at = text.Segment.Stop
			}
			return ast.WalkContinue, nil
		})
	})
}

// BenchmarkHostile reads the densest texts within the limits.
func BenchmarkHostile(b *testing.B) {
	for _, unit := range []string{"*a_b", "[a](", "`a``", "> a\n", "- a\n", "$a", "1. 1. a\n", "&a;", "<a:"} {
		n := 512 << 10 / len(unit)
		switch {
		case strings.Contains(unit, "["):
			n = 1000
		case strings.Contains(unit, "*"):
			n = 5000
		}
		source := []byte(strings.Repeat(unit, n))
		b.Run(fmt.Sprintf("%q", unit), func(b *testing.B) {
			for b.Loop() {
				if markdown.Parse(source) == nil {
					b.Fatal("beyond the limits")
				}
			}
		})
	}
}
