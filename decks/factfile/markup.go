package factfile

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/yuin/goldmark/ast"

	"kartei/decks/lazyregexp"
	"kartei/decks/markdown"
)

// Literal makes Markdown of text that is none: signs that would mean something
// get a backslash, and only those.
func Literal(text string) string {
	if !strings.ContainsAny(text, "\\*_`[<>$&!-+#0123456789~|") {
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
			breaks := several && r == '\\' && j == len(line)-1 // would break the line
			if j == mark || breaks || special(line, j, r) && (r == '\\' || strings.ContainsRune(signs, r)) {
				out.WriteByte('\\')
			}
			out.WriteRune(r)
		}
	}
	return out.String()
}

// signsIn returns the signs that come in pairs and do so in the text, and those
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

// What begins a block: an item of a list, a heading, a quote, or a rule.
var (
	blockSign = lazyregexp.New(`^( {0,3})(?:[-+*](?: |$)|#{1,6}(?: |$)|>|(?:- *){3,}$|(?:\* *){3,}$|(?:_ *){3,}$)`)
	number    = lazyregexp.New(`^( {0,3}[0-9]{1,9})[.)](?: |$)`)
)

// blockMark finds the sign at the head of a line that would begin a block, in a
// text of several lines, or open a fence; -1 without one.
func blockMark(line string, several bool) int {
	trimmed := strings.TrimLeft(line, " ")
	if strings.HasPrefix(trimmed, "~~~") {
		return len(line) - len(trimmed)
	}
	if !several {
		return -1
	}
	for _, begins := range []*lazyregexp.Regexp{blockSign, number} {
		if m := begins.FindStringSubmatch(line); m != nil {
			return len(m[1])
		}
	}
	return -1
}

// special reports whether the sign at i would mean something.
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

// Plain returns the words of Markdown: without the signs of emphasis and code,
// links without their addresses, pictures as their descriptions.
func Plain(text string) string {
	if !strings.ContainsAny(text, "*_`[!\\&<\n") {
		return text
	}
	source := []byte(text)
	tree := markdown.Parse(source)
	if tree == nil {
		return text
	}
	var out strings.Builder
	ast.Walk(tree, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		plainNode(&out, source, n, entering)
		return ast.WalkContinue, nil
	})
	return strings.TrimSpace(out.String())
}

func plainNode(out *strings.Builder, source []byte, n ast.Node, entering bool) {
	switch n := n.(type) {
	case *ast.Text:
		if entering {
			out.Write(markdown.Words(n, source))
			if n.SoftLineBreak() || n.HardLineBreak() {
				out.WriteByte('\n')
			}
		}
	case *markdown.Formula:
		if entering {
			out.WriteString(n.String())
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
	case *ast.Paragraph, *ast.TextBlock, *ast.Heading:
		if !entering && (n.NextSibling() != nil || n.Parent().NextSibling() != nil) {
			out.WriteByte('\n')
			if n.Kind() != ast.KindTextBlock {
				out.WriteByte('\n')
			}
		}
	case *ast.ListItem:
		if entering {
			out.WriteString("- ")
		}
	}
}
