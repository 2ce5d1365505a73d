package page

import (
	"html"
	"html/template"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// maxMarkdown is how many bytes are read as Markdown; longer texts are shown as
// they are written.
const maxMarkdown = 16 << 10

// Card text is a subset of Markdown (LANGUAGE section 2): emphasis, code,
// fences, links, pictures and lists. One line has no lists: "4. April 1949" is
// a date.
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
		util.Prioritized(parser.NewEmphasisParser(), 500),
	))
}

// markdown makes HTML of a card's text. Links keep their words only and
// pictures their description: paper shows no more, and no page asks the net
// for anything. Only tags written here come out; all text is escaped.
func markdown(source string) template.HTML {
	if len(source) > maxMarkdown || !strings.ContainsAny(source, "*_`[!\\\n&") {
		return template.HTML(html.EscapeString(source))
	}
	p := lineParser
	if strings.Contains(source, "\n") {
		p = blockParser
	}
	m := &marker{source: []byte(source)}
	ast.Walk(p.Parse(text.NewReader(m.source)), m.visit) // visit gives no error
	return template.HTML(strings.TrimSpace(m.out.String()))
}

// A marker writes the HTML of a tree.
type marker struct {
	source []byte
	out    strings.Builder
}

func (m *marker) visit(n ast.Node, entering bool) (ast.WalkStatus, error) {
	switch n := n.(type) {
	case *ast.Text:
		if entering {
			m.words(n)
		}
	case *ast.String:
		if entering {
			m.text(n.Value)
		}
	case *ast.Emphasis:
		m.tag([]string{"em", "strong"}[min(n.Level, 2)-1], entering)
	case *ast.CodeSpan:
		m.tag("code", entering)
	case *ast.FencedCodeBlock:
		return m.fence(n, entering), nil
	case *ast.Image:
		m.bracket(entering)
	case *ast.List:
		m.tag(map[bool]string{true: "ol", false: "ul"}[n.IsOrdered()], entering)
	case *ast.ListItem:
		m.tag("li", entering)
	case *ast.Paragraph:
		if !entering && n.NextSibling() != nil {
			m.out.WriteString("<br><br>")
		}
	}
	return ast.WalkContinue, nil
}

func (m *marker) words(n *ast.Text) {
	m.text(util.UnescapePunctuations(n.Segment.Value(m.source)))
	if n.SoftLineBreak() || n.HardLineBreak() {
		m.out.WriteString("<br>")
	}
}

func (m *marker) text(b []byte) { m.out.WriteString(html.EscapeString(string(b))) }

func (m *marker) tag(name string, open bool) {
	if open {
		m.out.WriteString("<" + name + ">")
	} else {
		m.out.WriteString("</" + name + ">")
	}
}

func (m *marker) bracket(open bool) {
	if open {
		m.out.WriteString("[picture: ")
	} else {
		m.out.WriteString("]")
	}
}

func (m *marker) fence(n *ast.FencedCodeBlock, entering bool) ast.WalkStatus {
	if entering {
		m.tag("pre", true)
		for i := range n.Lines().Len() {
			line := n.Lines().At(i)
			m.text(line.Value(m.source))
		}
		m.tag("pre", false)
	}
	return ast.WalkSkipChildren
}
