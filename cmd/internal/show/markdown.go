package show

import (
	"fmt"
	"path"
	"strings"
	"sync"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// markdown parses the subset that cards are written in. HTML is no part of it
// and shows as written; a line like "[1]: …" defines no link but is text. The
// parser is made when it is first wanted: start-up time is a feature.
var markdown = sync.OnceValue(func() parser.Parser {
	return newParser(
		util.Prioritized(parser.NewThematicBreakParser(), 200),
		util.Prioritized(parser.NewListParser(), 300),
		util.Prioritized(parser.NewListItemParser(), 400),
		util.Prioritized(parser.NewATXHeadingParser(), 600),
		util.Prioritized(parser.NewFencedCodeBlockParser(), 700),
		util.Prioritized(parser.NewBlockquoteParser(), 800),
	)
})

// oneLine parses a text of a single line. In its file it stands after its key,
// where a ">" or a "+" begins no block: "> 90 %" is an answer.
var oneLine = sync.OnceValue(func() parser.Parser { return newParser() })

func newParser(blocks ...util.PrioritizedValue) parser.Parser {
	return parser.NewParser(
		parser.WithBlockParsers(append(blocks, util.Prioritized(parser.NewParagraphParser(), 1000))...),
		parser.WithInlineParsers(
			util.Prioritized(parser.NewCodeSpanParser(), 100),
			util.Prioritized(mathsParser{}, 150),
			util.Prioritized(parser.NewLinkParser(), 200),
			util.Prioritized(parser.NewAutoLinkParser(), 300),
			util.Prioritized(parser.NewEmphasisParser(), 500),
		),
	)
}

// Inline is a text of a card on one line, as plain words: without the marks of
// emphasis and code, formulas in Unicode.
func Inline(source string) string {
	if hostile(source) {
		return Line(source)
	}
	source = Line(source)
	l := layout{Page: Page{Palette: Mono}, source: []byte(source)}
	var words strings.Builder
	for n := oneLine().Parse(text.NewReader(l.source)).FirstChild(); n != nil; n = n.NextSibling() {
		for _, s := range l.inlines(n, 0) {
			words.WriteString(s.text)
		}
	}
	return Line(words.String())
}

// Limits beyond which text is shown as written: what is longer, nests deeper
// or has more brackets is no card that a person wrote, and takes a parser time
// in the square of it.
const (
	maxSource   = 512 << 10
	maxNesting  = 16
	maxBrackets = 1000
)

// Markdown lays a text of a card out. Where the palette writes no styles,
// emphasis and code are marked as they were written.
func (p Page) Markdown(source string) []string {
	if hostile(source) {
		return p.Text(0, source)
	}
	parse := markdown
	if source = strings.TrimSpace(source); !strings.Contains(source, "\n") {
		parse = oneLine
	}
	l := layout{Page: p, source: []byte(source)}
	l.blocks(parse().Parse(text.NewReader(l.source)), true)
	if len(l.lines) == 0 {
		return []string{""}
	}
	return l.lines
}

// hostile tells whether source exceeds a limit.
func hostile(source string) bool {
	if len(source) > maxSource || strings.Count(source, "[") > maxBrackets {
		return true
	}
	for line := range strings.Lines(source) {
		if nesting(line) > maxNesting {
			return true
		}
	}
	return false
}

// nesting counts the marks of quotes and lists at the beginning of a line.
func nesting(line string) int {
	marks := 0
	for field := range strings.FieldsSeq(line) {
		quotes := len(field) - len(strings.TrimLeft(field, ">"))
		field = field[quotes:]
		number := strings.TrimLeft(field, "0123456789")
		marks += quotes
		switch {
		case field == "-", field == "+", field == "*", number == "." || number == ")":
			marks++
		case field != "":
			return marks
		}
	}
	return marks
}

// A layout collects the lines of one text.
type layout struct {
	Page
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
		l.fillOut(l.inlines(n, Bold))
	case *ast.List:
		l.list(n)
	case *ast.Blockquote:
		l.nested("│ ", "│ ", func() { l.blocks(n, true) })
	case *ast.FencedCodeBlock:
		l.code(n)
	case *ast.ThematicBreak:
		l.fillOut([]span{{strings.Repeat("─", 8), Dim}})
	default:
		l.fillOut(l.inlines(n, 0))
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
			l.lines = append(l.lines, strings.TrimRight(l.first+indent+l.Palette.Paint(Cyan, part), " "))
			l.first, indent = l.rest, l.Palette.Paint(Dim, "↪ ")
		}
	}
}

// inlines gives the text within n.
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
		return l.marked("`", []span{{l.codeText(n), style | Cyan}})
	case *ast.Emphasis:
		if n.Level == 2 {
			return l.marked("**", l.inlines(n, style|Bold))
		}
		return l.marked("*", l.inlines(n, style|Italic))
	case *ast.Link:
		return l.link(n, style)
	case *ast.AutoLink:
		return []span{{string(n.Label(l.source)), style | Underline}}
	case *ast.Image:
		return []span{{pictureText(l.alt(n), string(n.Destination)), style | Dim}}
	case *mathsNode:
		return []span{{Maths(string(n.Segment.Value(l.source))), style}}
	}
	return l.inlines(n, style)
}

// text resolves escapes and character references, as a renderer must.
func (l *layout) text(n *ast.Text) string {
	value := n.Segment.Value(l.source)
	if !n.IsRaw() {
		value = util.ResolveEntityNames(util.ResolveNumericReferences(util.UnescapePunctuations(value)))
	}
	switch {
	case n.HardLineBreak():
		return string(value) + "\n"
	case n.SoftLineBreak() && !joinsWithoutSpace(string(value), l.next(n)):
		return string(value) + " "
	}
	return string(value)
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

// marked puts the marks of the source around spans when styles cannot.
func (l *layout) marked(mark string, spans []span) []span {
	if l.Palette.Escapes() {
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
