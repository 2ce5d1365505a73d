package anki

import (
	"bytes"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"

	"kartei/decks/syntax"
)

// Card text is a subset of Markdown, the same as at the terminal: emphasis,
// code, links, pictures and maths between dollars in a text of one line, and
// blocks in a longer one. "4. April 1949" and "# 5" by themselves are no list
// and no heading; HTML is none anywhere, so that "List<T>" stays.
var (
	lineParser  = newParser()
	blockParser = newParser(
		util.Prioritized(parser.NewThematicBreakParser(), 200),
		util.Prioritized(parser.NewListParser(), 300),
		util.Prioritized(parser.NewListItemParser(), 400),
		util.Prioritized(parser.NewATXHeadingParser(), 600),
		util.Prioritized(parser.NewFencedCodeBlockParser(), 700),
		util.Prioritized(parser.NewBlockquoteParser(), 800),
	)
)

// Limits beyond which a text is taken as it is written: no person writes such
// a card, and a parser needs time in the square of its length.
const (
	maxSource   = 512 << 10
	maxNesting  = 16
	maxBrackets = 1000
)

// hostile says that a text is beyond the limits.
func hostile(text string) bool {
	if len(text) > maxSource || strings.Count(text, "[")+strings.Count(text, "*")+strings.Count(text, "_") > maxBrackets {
		return true
	}
	if !strings.Contains(text, "\n") {
		return false
	}
	for line := range strings.SplitSeq(text, "\n") {
		marks := strings.TrimLeft(line, " \t>-+*0123456789.)")
		if strings.Count(line[:len(line)-len(marks)], " ") > 4*maxNesting || strings.Count(line[:len(line)-len(marks)], ">") > maxNesting {
			return true
		}
	}
	return false
}

// proseParser takes indented lines too: card text has no indented code.
type proseParser struct{ parser.BlockParser }

func (proseParser) CanAcceptIndentedLine() bool { return true }

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

// parse reads a text. Formulas are where the fact language sees them: both
// must agree on what is maths and what is money.
func parse(source []byte) ast.Node {
	formulas := map[int]int{}
	if bytes.IndexByte(source, '$') >= 0 {
		for piece := range syntax.Pieces(string(source)) {
			if piece.Kind == syntax.Math {
				formulas[piece.Start] = piece.End
			}
		}
	}
	context := parser.NewContext()
	context.Set(formulasKey, formulas)
	p := lineParser
	if bytes.IndexByte(source, '\n') >= 0 {
		p = blockParser
	}
	return p.Parse(text.NewReader(source), parser.WithContext(context))
}

var formulasKey = parser.NewContextKey()

// A formula is maths: "$x$" within a line, "$$x$$" displayed.
type formula struct {
	ast.BaseInline
	maths   []byte
	display bool
}

var kindFormula = ast.NewNodeKind("Formula")

func (f *formula) Kind() ast.NodeKind            { return kindFormula }
func (f *formula) Dump(source []byte, level int) { ast.DumpHelper(f, source, level, nil, nil) }

type formulaParser struct{}

func (formulaParser) Trigger() []byte { return []byte{'$'} }

// Parse takes a formula that lies within its block.
func (formulaParser) Parse(_ ast.Node, block text.Reader, context parser.Context) ast.Node {
	_, start := block.Position()
	end, ok := context.Get(formulasKey).(map[int]int)[start.Start]
	if !ok {
		return nil
	}
	source := block.Source()[start.Start:end]
	dollars := 1
	if bytes.HasPrefix(source, []byte("$$")) {
		dollars = 2
	}
	for {
		line, segment := block.PeekLine()
		switch {
		case line == nil:
			return nil // it goes on in another block
		case segment.Stop < end:
			block.AdvanceLine()
			continue
		}
		block.Advance(end - segment.Start)
		return &formula{maths: source[dollars : len(source)-dollars], display: dollars == 2}
	}
}
