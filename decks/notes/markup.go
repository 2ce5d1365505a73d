package notes

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// Literal makes Markdown of text that is none: signs that would mean something
// get a backslash, and only those.
func Literal(text string) string {
	if !strings.ContainsAny(text, "\\*_`[<$&!-+#0123456789~|") {
		return text
	}
	signs := signsIn(text)
	several := strings.Contains(text, "\n")
	var out strings.Builder
	for i, line := range strings.Split(text, "\n") {
		if i > 0 {
			out.WriteByte('\n')
		}
		line = strings.TrimRight(line, " ")
		mark := blockMark(line, several)
		for j, r := range line {
			if j == mark || special(line, j, r) && (r == '\\' || strings.ContainsRune(signs, r)) {
				out.WriteByte('\\')
			}
			out.WriteRune(r)
		}
	}
	return out.String()
}

// signsIn gives the signs that come in pairs and do so in the text, and those
// that need no second one.
func signsIn(text string) string {
	signs := "<&"
	for _, pair := range []string{"*", "_", "`", "$"} {
		if strings.Count(text, pair) > 1 {
			signs += pair
		}
	}
	if strings.Contains(text, "](") {
		signs += "["
	}
	return signs
}

var listMark = regexp.MustCompile(`^ {0,3}(?:[-+]|[0-9]{1,9}[.)])(?: |$)`)

// blockMark finds the sign at the head of a line that would make it an item of
// a list, in a text of several lines, or open a fence; -1 without one.
func blockMark(line string, several bool) int {
	trimmed := strings.TrimLeft(line, " ")
	if strings.HasPrefix(trimmed, "~~~") {
		return len(line) - len(trimmed)
	}
	if m := listMark.FindString(line); several && m != "" {
		return len(strings.TrimRight(m, " ")) - 1
	}
	return -1
}

// special tells whether the sign at i would mean something.
func special(line string, i int, r rune) bool {
	before, _ := utf8.DecodeLastRuneInString(line[:i])
	after, _ := utf8.DecodeRuneInString(line[i+utf8.RuneLen(r):])
	if i == 0 {
		before = ' '
	}
	switch r {
	case '\\':
		return after < utf8.RuneSelf && (unicode.IsPunct(after) || unicode.IsSymbol(after)) && after != utf8.RuneError
	case '`', '[', '$':
		return true
	case '*':
		return !unicode.IsSpace(before) || !unicode.IsSpace(after)
	case '_':
		return !word(before) || !word(after)
	case '<':
		return after == '/' || after == '!' || unicode.IsLetter(after)
	case '&':
		return after == '#' || unicode.IsLetter(after)
	}
	return false
}

func word(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) }

// Markdown as cards have it (LANGUAGE section 2).
var (
	lineParser  = newParser(util.Prioritized(parser.NewParagraphParser(), 1000))
	blockParser = newParser(
		util.Prioritized(parser.NewListParser(), 300),
		util.Prioritized(parser.NewListItemParser(), 400),
		util.Prioritized(parser.NewFencedCodeBlockParser(), 700),
		util.Prioritized(parser.NewParagraphParser(), 1000),
	)
)

func newParser(blocks ...util.PrioritizedValue) parser.Parser {
	return parser.NewParser(parser.WithBlockParsers(blocks...), parser.WithInlineParsers(
		util.Prioritized(parser.NewCodeSpanParser(), 100),
		util.Prioritized(parser.NewLinkParser(), 200),
		util.Prioritized(parser.NewAutoLinkParser(), 300),
		util.Prioritized(parser.NewEmphasisParser(), 500),
	))
}

// maxMarkdown is how many bytes are read as Markdown; longer texts stay as they
// are written.
const maxMarkdown = 16 << 10

// Plain gives the words of Markdown: without the signs of emphasis and code,
// links without their addresses, pictures as their descriptions.
func Plain(markdown string) string {
	if len(markdown) > maxMarkdown || !strings.ContainsAny(markdown, "*_`[!\\&<\n") {
		return markdown
	}
	p := lineParser
	if strings.Contains(markdown, "\n") {
		p = blockParser
	}
	source := []byte(markdown)
	var out strings.Builder
	ast.Walk(p.Parse(text.NewReader(source)), func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		plainNode(&out, source, n, entering)
		return ast.WalkContinue, nil
	})
	return strings.TrimSpace(out.String())
}

func plainNode(out *strings.Builder, source []byte, n ast.Node, entering bool) {
	switch n := n.(type) {
	case *ast.Text:
		if entering {
			value := n.Segment.Value(source)
			if _, code := n.Parent().(*ast.CodeSpan); !code {
				value = util.ResolveEntityNames(util.ResolveNumericReferences(util.UnescapePunctuations(value)))
			}
			out.Write(value)
			if n.SoftLineBreak() || n.HardLineBreak() {
				out.WriteByte('\n')
			}
		}
	case *ast.AutoLink:
		if entering {
			out.Write(n.Label(source))
		}
	case *ast.FencedCodeBlock:
		if entering {
			for i := range n.Lines().Len() {
				line := n.Lines().At(i)
				out.Write(line.Value(source))
			}
		}
	case *ast.Paragraph, *ast.TextBlock:
		if !entering && (n.NextSibling() != nil || n.Parent().NextSibling() != nil) {
			out.WriteByte('\n')
			if _, paragraph := n.(*ast.Paragraph); paragraph {
				out.WriteByte('\n')
			}
		}
	case *ast.ListItem:
		if entering {
			out.WriteString("- ")
		}
	}
}
