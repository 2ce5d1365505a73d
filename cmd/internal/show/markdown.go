package show

import (
	"fmt"
	"path"
	"strings"

	"github.com/yuin/goldmark/ast"

	"kartei/decks/markdown"
	"kartei/decks/maths"
)

// Inline is a text of a card on one line, as plain words: without the marks of
// emphasis and code, formulas in Unicode.
func Inline(source string) string {
	source = Line(source)
	l := layout{Page: Page{Palette: Mono}, source: []byte(source)}
	tree := markdown.Parse(l.source)
	if tree == nil {
		return source
	}
	var words strings.Builder
	for n := tree.FirstChild(); n != nil; n = n.NextSibling() {
		for _, s := range l.inlines(n, 0) {
			words.WriteString(s.text)
		}
	}
	return Line(words.String())
}

// Markdown lays a text of a card out. Where the palette writes no styles,
// emphasis and code are marked as they were written, unless it is Bare.
func (p Page) Markdown(source string) []string { return p.Styled(0, source) }

// Styled is Markdown in a style, from which emphasis differs all the same.
func (p Page) Styled(style Style, source string) []string {
	l := layout{Page: p, base: style, source: []byte(strings.TrimSpace(source))}
	tree := markdown.Parse(l.source)
	if tree == nil {
		return p.Text(style, source)
	}
	l.blocks(tree, true)
	if len(l.lines) == 0 {
		return []string{""}
	}
	return l.lines
}

// A layout collects the lines of one text.
type layout struct {
	Page
	base   Style // of all words
	source []byte
	lines  []string
	first  string // begins the next line: a list item's mark
	rest   string // begins the lines after it
}

// fillOut wraps spans into lines and begins the next block where they began.
func (l *layout) fillOut(spans []span) {
	l.lines = append(l.lines, l.fill(spans, l.first, l.rest)...)
	l.first = l.rest
}

// blocks lays out the children of n, with empty lines between them if loose.
func (l *layout) blocks(n ast.Node, loose bool) {
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		if c.PreviousSibling() != nil && loose {
			l.lines = append(l.lines, strings.TrimRight(l.rest, " "))
		}
		l.block(c)
	}
}

func (l *layout) block(n ast.Node) {
	switch n := n.(type) {
	case *ast.Heading:
		l.fillOut(l.inlines(n, l.strong(l.base)))
	case *ast.List:
		l.list(n)
	case *ast.Blockquote:
		bar := "│ "
		if l.Bare {
			bar = ""
		}
		l.nested(bar, bar, func() { l.blocks(n, true) })
	case *ast.FencedCodeBlock:
		l.code(n)
	case *ast.ThematicBreak:
		if !l.Bare {
			l.fillOut([]span{{strings.Repeat("─", 8), Dim}})
		}
	default:
		l.fillOut(l.inlines(n, l.base))
	}
}

// nested lays out what f does with marks before its first and its other lines.
func (l *layout) nested(first, rest string, f func()) {
	outer := l.rest
	l.first, l.rest = l.first+first, l.rest+rest
	f()
	l.first, l.rest = outer, outer
}

func (l *layout) list(n *ast.List) {
	number := n.Start
	for item := n.FirstChild(); item != nil; item = item.NextSibling() {
		mark := "• "
		if n.IsOrdered() {
			mark = fmt.Sprintf("%d%c ", number, n.Marker)
			number++
		}
		if item.PreviousSibling() != nil && !n.IsTight {
			l.lines = append(l.lines, strings.TrimRight(l.rest, " "))
		}
		l.nested(mark, strings.Repeat(" ", Width(mark)), func() {
			if item.FirstChild() == nil {
				l.fillOut(nil)
			}
			l.blocks(item, !n.IsTight)
		})
	}
}

// code keeps the lines of a block of code as they are, indented by two; one
// that is too long goes on in the next line, after a mark.
func (l *layout) code(n *ast.FencedCodeBlock) {
	for i := range n.Lines().Len() {
		line := n.Lines().At(i)
		text := expandTabs(strings.TrimRight(Clean(string(line.Value(l.source))), "\n"))
		indent := "  "
		for _, part := range chunks(text, max(l.width()-Width(l.first)-2, 8)) {
			l.lines = append(l.lines, strings.TrimRight(l.first+indent+l.Palette.Paint(Blue, part), " "))
			l.first, indent = l.rest, l.Palette.Paint(Dim, "↪ ")
		}
	}
}

// inlines returns the text within n.
func (l *layout) inlines(n ast.Node, style Style) []span {
	var spans []span
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		spans = append(spans, l.inline(c, style)...)
	}
	return spans
}

func (l *layout) inline(n ast.Node, style Style) []span {
	switch n := n.(type) {
	case *ast.Text:
		return []span{{l.text(n), style}}
	case *ast.String:
		return []span{{string(n.Value), style}}
	case *ast.CodeSpan:
		return l.marked("`", []span{{l.codeText(n), style | Blue}})
	case *ast.Emphasis:
		if n.Level == 2 {
			return l.marked("**", l.inlines(n, l.strong(style)))
		}
		return l.marked("*", l.inlines(n, style|Italic))
	case *ast.Link:
		return l.link(n, style)
	case *ast.AutoLink:
		return []span{{string(n.Label(l.source)), style | Underline}}
	case *ast.Image:
		return []span{{pictureText(l.alt(n), string(n.Destination)), style | Dim}}
	case *markdown.Formula:
		return []span{{maths.Unicode(n.String()), style}}
	}
	return l.inlines(n, style)
}

// text returns words, with what their line end is at the terminal.
func (l *layout) text(n *ast.Text) string {
	value := string(markdown.Words(n, l.source))
	switch {
	case n.HardLineBreak():
		return value + "\n"
	case n.SoftLineBreak() && !joinsWithoutSpace(value, l.next(n)):
		return value + " "
	}
	return value
}

// next is the text after n, where that is text.
func (l *layout) next(n *ast.Text) string {
	if t, ok := n.NextSibling().(*ast.Text); ok {
		return string(t.Segment.Value(l.source))
	}
	return ""
}

// codeText is the text of a code span, on one line.
func (l *layout) codeText(n *ast.CodeSpan) string {
	var code strings.Builder
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		if t, ok := c.(*ast.Text); ok {
			code.Write(t.Segment.Value(l.source))
		}
	}
	return strings.ReplaceAll(code.String(), "\n", " ")
}

// strong is a style that stands out from another.
func (l *layout) strong(style Style) Style {
	if style&Bold != 0 {
		return style | Underline
	}
	return style | Bold
}

// marked puts the marks of the source around spans when styles cannot.
func (l *layout) marked(mark string, spans []span) []span {
	if l.Palette.Escapes() || l.Bare {
		return spans
	}
	return append(append([]span{{mark, 0}}, spans...), span{mark, 0})
}

// link is the link's text, and its address unless that says the same.
func (l *layout) link(n *ast.Link, style Style) []span {
	spans := l.inlines(n, style|Underline)
	var shown strings.Builder
	for _, s := range spans {
		shown.WriteString(s.text)
	}
	if address := string(n.Destination); address != "" && address != shown.String() {
		spans = append(spans, span{" (" + address + ")", style | Dim})
	}
	return spans
}

// alt is the text that stands for a picture, without marks of emphasis.
func (l *layout) alt(n ast.Node) string {
	bare := layout{Page: Page{Palette: Mono}, source: l.source}
	var alt strings.Builder
	for _, s := range bare.inlines(n, 0) {
		alt.WriteString(s.text)
	}
	return alt.String()
}

func pictureText(alt, address string) string {
	if alt == "" {
		alt = path.Base(address)
	}
	return "[picture: " + alt + "]"
}
