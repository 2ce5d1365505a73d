// Package markdown reads the texts of cards. They are a subset of CommonMark,
// which package decks describes: emphasis, code, links and pictures, mathematics between
// dollar signs and, in a text of several lines, lists, quotes, headings, rules
// and fenced code. HTML is none of it and stays as it is written, so that
// "List<T>" is a text like any other.
//
// Whoever shows cards, at a terminal, on paper or in another program, reads
// them here, so that all show the same:
//
//	source := []byte("The *kinetic* energy is $mv^2/2$.")
//	ast.Walk(markdown.Parse(source), func(n ast.Node, entering bool) (ast.WalkStatus, error) {
//		…
//	})
package markdown

import (
	"bytes"
	"strings"
	"sync"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// A text of one line has no blocks. In its file it stands after its key, where
// ">" or "4." begins nothing: "> 90 %" and "4. April 1949" are answers. The
// parsers are made when they are first wanted: start-up time is a feature.
var (
	oneLine = sync.OnceValue(func() parser.Parser { return newParser() })
	blocks  = sync.OnceValue(func() parser.Parser {
		return newParser(
			util.Prioritized(parser.NewThematicBreakParser(), 200),
			util.Prioritized(parser.NewListParser(), 300),
			util.Prioritized(parser.NewListItemParser(), 400),
			util.Prioritized(parser.NewATXHeadingParser(), 600),
			util.Prioritized(parser.NewFencedCodeBlockParser(), 700),
			util.Prioritized(parser.NewBlockquoteParser(), 800),
		)
	})
)

// Blocks like "[1]: …" that would define links are text, too: a card's links
// stand in it.
func newParser(blocks ...util.PrioritizedValue) parser.Parser {
	return parser.NewParser(
		parser.WithBlockParsers(append(blocks, util.Prioritized(proseParser{parser.NewParagraphParser()}, 1000))...),
		parser.WithInlineParsers(
			util.Prioritized(parser.NewCodeSpanParser(), 100),
			util.Prioritized(formulaParser{}, 150),
			util.Prioritized(parser.NewLinkParser(), 200),
			util.Prioritized(parser.NewAutoLinkParser(), 300),
			util.Prioritized(parser.NewEmphasisParser(), 500),
		),
	)
}

// proseParser takes indented lines too: card text has no indented code.
type proseParser struct{ parser.BlockParser }

func (proseParser) CanAcceptIndentedLine() bool { return true }

// Parse reads a text, which must be UTF-8. Nodes point into source. A text
// beyond the limits gives nil: it is to be taken as it is written.
func Parse(source []byte) ast.Node {
	if beyondLimits(source) {
		return nil
	}
	p := oneLine
	if bytes.IndexByte(source, '\n') >= 0 {
		p = blocks
	}
	return p().Parse(text.NewReader(source), parser.WithContext(withFormulas(source)))
}

// Limits of a text. What is longer, nests deeper or has more marks is not a card
// that a person wrote, and takes a parser time in the square of it.
const (
	maxSource     = 512 << 10 // bytes
	maxNesting    = 16        // quotes and lists within each other
	maxBrackets   = 1000
	maxDelimiters = 10_000 // of emphasis
)

func beyondLimits(source []byte) bool {
	if len(source) > maxSource || count(source, "[") > maxBrackets ||
		count(source, "*")+count(source, "_") > maxDelimiters {
		return true
	}
	if bytes.IndexByte(source, '\n') < 0 {
		return false
	}
	for line := range bytes.Lines(source) {
		if nesting(string(line)) > maxNesting {
			return true
		}
	}
	return false
}

func count(source []byte, mark string) int { return bytes.Count(source, []byte(mark)) }

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

// Words returns a text node as a reader reads it: escapes and character
// references resolved, except in code. Line ends are the caller's.
func Words(n *ast.Text, source []byte) []byte {
	value := n.Segment.Value(source)
	if n.IsRaw() {
		return value
	}
	if bytes.IndexByte(value, '\\') < 0 {
		return resolved(value)
	}
	var words []byte // an escaped "&" begins no reference
	from := 0
	for i := 0; i+1 < len(value); i++ {
		if value[i] == '\\' && util.IsPunct(value[i+1]) {
			words = append(append(words, resolved(value[from:i])...), value[i+1])
			i++
			from = i + 1
		}
	}
	return append(words, resolved(value[from:])...)
}

func resolved(text []byte) []byte {
	return util.ResolveEntityNames(util.ResolveNumericReferences(text))
}
