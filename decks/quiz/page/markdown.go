package page

import (
	"encoding/base64"
	"html"
	"html/template"
	"path"
	"slices"
	"strings"

	"github.com/yuin/goldmark/ast"

	"kartei/decks/markdown"
	"kartei/decks/maths"
	"kartei/decks/quiz"
	"kartei/decks/syntax"
)

// A Markup makes HTML of texts of a form. Links keep their words only, and a
// picture that the form does not carry its description: no page asks the net for
// anything. Only tags written here come out; all text is escaped.
type Markup struct {
	Pictures []quiz.Picture
	Source   func(*quiz.Picture) string // the address of a picture; nil: one with the picture in it
	Formula  func(tex string) string    // the HTML of a formula; nil: MathML
}

// Markdown makes HTML of a card's text, for a page.
func (r Markup) Markdown(text string) template.HTML { return template.HTML(r.HTML(text)) }

// HTML makes HTML of a card's text.
func (r Markup) HTML(text string) string {
	m := &marker{Markup: r, source: []byte(strings.TrimSpace(text))}
	tree := markdown.Parse(m.source)
	if tree == nil {
		return html.EscapeString(text)
	}
	ast.Walk(tree, m.visit) // visit gives no error
	return strings.TrimSpace(m.out.String())
}

// A marker writes the HTML of a tree.
type marker struct {
	Markup
	source []byte
	out    strings.Builder
}

func (m *marker) visit(n ast.Node, entering bool) (ast.WalkStatus, error) {
	switch n := n.(type) {
	case *ast.FencedCodeBlock:
		return m.fence(n, entering), nil
	case *ast.Image:
		return m.picture(n, entering), nil
	case *ast.ThematicBreak:
		if entering {
			m.out.WriteString("<hr>")
		}
	case *ast.Paragraph:
		if !entering && n.NextSibling() != nil {
			m.out.WriteString("<br><br>")
		}
	case *ast.Heading:
		m.tag("strong", entering)
		if !entering && n.NextSibling() != nil {
			m.out.WriteString("<br><br>")
		}
	case *ast.List, *ast.ListItem, *ast.Blockquote, *ast.CodeSpan, *ast.Emphasis:
		m.tag(tagOf(n), entering)
	default:
		m.words(n, entering)
	}
	return ast.WalkContinue, nil
}

func tagOf(n ast.Node) string {
	switch n := n.(type) {
	case *ast.List:
		if n.IsOrdered() {
			return "ol"
		}
		return "ul"
	case *ast.ListItem:
		return "li"
	case *ast.Blockquote:
		return "blockquote"
	case *ast.Emphasis:
		return []string{"em", "strong"}[min(n.Level, 2)-1]
	}
	return "code"
}

// words writes what has no tag of its own.
func (m *marker) words(n ast.Node, entering bool) {
	switch n := n.(type) {
	case *ast.Text:
		if entering {
			m.text(string(markdown.Words(n, m.source)))
			if n.SoftLineBreak() || n.HardLineBreak() {
				m.out.WriteString("<br>")
			}
		}
	case *ast.AutoLink:
		if entering {
			m.text(string(n.Label(m.source)))
		}
	case *markdown.Formula:
		if entering {
			m.formula(n.String())
		}
	}
}

// picture writes a picture of the form into the page; else brackets around its
// description, or its name.
func (m *marker) picture(n *ast.Image, entering bool) ast.WalkStatus {
	name := string(n.Destination)
	at := slices.IndexFunc(m.Pictures, func(p quiz.Picture) bool { return p.Name == name })
	switch {
	case at >= 0 && entering:
		p := &m.Pictures[at]
		address := "data:" + p.MediaType() + ";base64," + base64.StdEncoding.EncodeToString(p.Data)
		if m.Source != nil {
			address = m.Source(p)
		}
		m.out.WriteString(`<img alt="" src="` + html.EscapeString(address) + `">`)
		return ast.WalkSkipChildren
	case at >= 0:
	case entering:
		m.text("[picture: ")
	case n.HasChildren():
		m.text("]")
	default:
		m.text(path.Base(name) + "]")
	}
	return ast.WalkContinue
}

// formula writes MathML, or where that is not known, a line of text.
func (m *marker) formula(formula string) {
	if m.Formula != nil {
		tex, _ := syntax.TeX(formula)
		m.out.WriteString(m.Formula(tex))
		return
	}
	if element, ok := maths.MathML(formula); ok {
		m.out.WriteString(element)
		return
	}
	m.text(maths.Unicode(formula))
}

func (m *marker) text(s string) { m.out.WriteString(html.EscapeString(s)) }

func (m *marker) tag(name string, open bool) {
	if open {
		m.out.WriteString("<" + name + ">")
	} else {
		m.out.WriteString("</" + name + ">")
	}
}

func (m *marker) fence(n *ast.FencedCodeBlock, entering bool) ast.WalkStatus {
	if entering {
		m.tag("pre", true)
		for i := range n.Lines().Len() {
			line := n.Lines().At(i)
			m.text(string(line.Value(m.source)))
		}
		m.tag("pre", false)
	}
	return ast.WalkSkipChildren
}
