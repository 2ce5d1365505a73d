package show_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kartei/cmd/internal/screentest"
	"kartei/cmd/internal/show"
)

func TestMarkdownAtWidths(t *testing.T) {
	source, err := os.ReadFile("testdata/card.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, width := range []int{40, 80, 120} {
		lines := show.Page{Width: width}.Markdown(string(source))
		screentest.Golden(t, fmt.Sprintf("card-%d", width), strings.Join(lines, "\n")+"\n")
		for i, line := range lines {
			if w := show.Width(line); w > width {
				t.Errorf("at %d columns, line %d takes %d: %q", width, i+1, w, line)
			}
		}
	}
	lines := show.Page{Width: 80, Palette: show.Colour}.Markdown(string(source))
	screentest.Golden(t, "card-colour", strings.ReplaceAll(strings.Join(lines, "\n"), "\x1b", "␛")+"\n")
}

func TestMarkdown(t *testing.T) {
	tests := []struct{ name, source, want string }{
		{"empty", "", ""},
		{"one line begins no block", "> 90 %", "> 90 %"},
		{"nor a list", "1986. A great year", "1986. A great year"},
		{"nor a heading", "# 1 in sales", "# 1 in sales"},
		{"brackets are text", "[…] is the capital of [country]", "[…] is the capital of [country]"},
		{"no link definitions", "[1]: http://example.org", "[1]: http://example.org"},
		{"no HTML", "<b>bold</b> <!-- no -->", "<b>bold</b> <!-- no -->"},
		{"escapes", `\*not emphasis\* \\`, `*not emphasis* \`},
		{"references", "&lt;&amp;&gt; &#27;[31m", "<&> ␛[31m"},
		{"controls", "a\x1b[2Jb\rc", "a␛[2Jb␍c"},
		{"a link that is its address", "[http://a.b](http://a.b)", "http://a.b"},
		{"money", "between $5 and $10, or 3$", "between $5 and $10, or 3$"},
		{"sums of money", "It costs $5 and not 3$.", "It costs $5 and not 3$."},
		{"maths over a line end", "the sum $a +\nb$ of both", "the sum a + b of both"},
		{"an indented paragraph", "a\n\n    b", "a\n\nb"},
		{"loose list", "- a\n\n- b", "• a\n\n• b"},
		{"quote", "> a\n> b\n\nc", "│ a b\n\nc"},
		{"lines without a space between ideographs", "日本\n語", "日本語"},
		{"long word", strings.Repeat("x", 50), strings.Repeat("x", 40) + "\n" + strings.Repeat("x", 10)},
		{"hyphen", "Aaaaaaaaaaaaaaaaaaaa Euro-Atlantic-Council-Partners", "Aaaaaaaaaaaaaaaaaaaa Euro-Atlantic-\nCouncil-Partners"},
		{"no line begins with a closing bracket", strings.Repeat("東", 17) + "「京」都", strings.Repeat("東", 17) + "「京」\n都"},
		{"none ends with an opening one", strings.Repeat("東", 19) + "「京」都", strings.Repeat("東", 19) + "\n「京」都"},
		{"nor is it left behind", strings.Repeat("東", 18) + "京「」都", strings.Repeat("東", 18) + "京\n「」都"},
		{"deep nesting shows as written", strings.Repeat("> ", 18) + "x\ny", strings.Repeat("> ", 18) + "x\ny"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := strings.Join(show.Page{Width: 40}.Markdown(test.source), "\n")
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestTooManyBracketsShowAsWritten(t *testing.T) {
	source := strings.Repeat("[a](b)", 1001)
	if got := strings.Join(show.Page{Width: 60}.Markdown(source), ""); got != source {
		t.Errorf("shown as %.60s…", got)
	}
}

func FuzzMarkdown(f *testing.F) {
	source, err := os.ReadFile("testdata/card.md")
	if err != nil {
		f.Fatal(err)
	}
	for block := range strings.SplitSeq(string(source), "\n\n") {
		f.Add(block, 40)
	}
	f.Fuzz(func(t *testing.T, source string, width int) {
		width = 20 + (width%180+180)%180
		for _, palette := range []show.Palette{show.Plain, show.Colour} {
			lines := show.Page{Width: width, Palette: palette}.Markdown(source)
			if len(lines) == 0 {
				t.Error("no lines")
			}
			for _, line := range lines {
				if stray := screentest.Stray([]byte(line)); stray != nil {
					t.Errorf("stray controls %q", stray)
				}
				if palette == show.Plain && strings.ContainsRune(line, 0x1b) {
					t.Errorf("an escape sequence in %q", line)
				}
				if strings.ContainsAny(line, "\n\r") {
					t.Errorf("more than a line: %q", line)
				}
				if palette == show.Plain && show.Width(line) > width {
					t.Errorf("%d columns wide, not %d: %q", show.Width(line), width, line)
				}
			}
		}
	})
}

func BenchmarkMarkdown(b *testing.B) {
	card := "Which treaty article did **NATO** invoke after 11 September 2001? See `Article 5` of the *Washington Treaty*, $x^2$."
	page := show.Page{Width: 80, Palette: show.Colour}
	for b.Loop() {
		page.Markdown(card)
	}
}

func BenchmarkMarkdownLong(b *testing.B) {
	card := strings.Repeat("A line of a card that is far too long to be useful to anybody.\n", 5000)
	page := show.Page{Width: 80, Palette: show.Colour}
	for b.Loop() {
		page.Markdown(card)
	}
}
