package anki

import (
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// Card text is a subset of Markdown: emphasis, code, fences, links, pictures,
// lists and maths between dollars. Headings, raw HTML and the like are not in
// it, so that "# 5", "List<T>" and "***" stay what the author wrote. A text of
// one line has no blocks either: "4. April 1949" is a date and no list.
var (
	lineParser  = newParser(util.Prioritized(proseParser{parser.NewParagraphParser()}, 1000))
	blockParser = newParser(
		util.Prioritized(parser.NewListParser(), 300),
		util.Prioritized(parser.NewListItemParser(), 400),
		util.Prioritized(parser.NewFencedCodeBlockParser(), 700),
		util.Prioritized(proseParser{parser.NewParagraphParser()}, 1000),
	)
)

// proseParser takes indented lines too: card text has no indented code.
type proseParser struct{ parser.BlockParser }

func (proseParser) CanAcceptIndentedLine() bool { return true }

func newParser(blocks ...util.PrioritizedValue) parser.Parser {
	return parser.NewParser(
		parser.WithBlockParsers(blocks...),
		parser.WithInlineParsers(
			util.Prioritized(parser.NewCodeSpanParser(), 100),
			util.Prioritized(formulaParser{}, 150),
			util.Prioritized(parser.NewLinkParser(), 200),
			util.Prioritized(parser.NewAutoLinkParser(), 300),
			util.Prioritized(parser.NewEmphasisParser(), 500),
		),
	)
}

func parse(source []byte) ast.Node {
	if strings.Contains(string(source), "\n") {
		return blockParser.Parse(text.NewReader(source))
	}
	return lineParser.Parse(text.NewReader(source))
}

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

// Parse takes "$…$" as maths where neither dollar stands beside a space on its
// inner side and no digit follows the second, so that "$5 or $6" are sums of
// money (the rule is Pandoc's).
func (formulaParser) Parse(_ ast.Node, block text.Reader, _ parser.Context) ast.Node {
	line, _ := block.PeekLine()
	if strings.HasPrefix(string(line), "$$") {
		end := strings.Index(string(line[2:]), "$$")
		if end <= 0 {
			return nil
		}
		block.Advance(end + 4)
		return &formula{maths: line[2 : end+2], display: true}
	}
	if len(line) < 3 || isSpace(line[1]) {
		return nil
	}
	for i := 2; i < len(line); i++ {
		switch {
		case line[i-1] == '\\' && line[i] != '\\':
			continue
		case line[i] != '$' || isSpace(line[i-1]):
			continue
		case i+1 < len(line) && '0' <= line[i+1] && line[i+1] <= '9':
			return nil
		}
		block.Advance(i + 1)
		return &formula{maths: line[1:i]}
	}
	return nil
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\n' }
