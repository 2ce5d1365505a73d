package markdown

import (
	"bytes"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"

	"kartei/decks/syntax"
)

// A Formula is mathematics: "$x$" or "\(x\)" within a line, "$$x$$" displayed.
type Formula struct {
	ast.BaseInline
	TeX     []byte // what stands between its signs
	Display bool
}

// KindFormula is the kind of [Formula].
var KindFormula = ast.NewNodeKind("Formula")

// Kind implements [ast.Node].
func (f *Formula) Kind() ast.NodeKind { return KindFormula }

// Dump implements [ast.Node].
func (f *Formula) Dump(source []byte, level int) {
	ast.DumpHelper(f, source, level, map[string]string{"TeX": string(f.TeX)}, nil)
}

// String is the formula as it may be written, with its signs.
func (f *Formula) String() string {
	switch {
	case f.Display:
		return "$$" + string(f.TeX) + "$$"
	case bytes.IndexByte(f.TeX, '$') >= 0:
		return `\(` + string(f.TeX) + `\)`
	}
	return "$" + string(bytes.TrimSpace(f.TeX)) + "$"
}

// withFormulas notes where formulas are. That is for the fact language to say,
// which must not look for deletions in them: both must agree on what is maths
// and what is money.
func withFormulas(source []byte) parser.Context {
	formulas := map[int]int{}
	if bytes.IndexByte(source, '$') >= 0 || bytes.Contains(source, []byte(`\(`)) {
		for piece := range syntax.Pieces(string(source)) {
			if piece.Kind == syntax.Math {
				formulas[piece.Start] = piece.End
			}
		}
	}
	context := parser.NewContext()
	context.Set(formulasKey, formulas)
	return context
}

var formulasKey = parser.NewContextKey()

type formulaParser struct{}

func (formulaParser) Trigger() []byte { return []byte{'$', '\\'} }

// Parse takes a formula that lies within its block.
func (formulaParser) Parse(_ ast.Node, block text.Reader, context parser.Context) ast.Node {
	_, start := block.Position()
	end, ok := context.Get(formulasKey).(map[int]int)[start.Start]
	if !ok {
		return nil
	}
	var formula []byte // without the marks of a quote that it stands in
	for {
		line, segment := block.PeekLine()
		switch {
		case line == nil:
			return nil // it goes on in another block
		case segment.Stop < end:
			formula = append(formula, line...)
			block.AdvanceLine()
			continue
		}
		formula = append(formula, line[:end-segment.Start]...)
		block.Advance(end - segment.Start)
		tex, display := syntax.TeX(string(formula))
		return &Formula{TeX: []byte(tex), Display: display}
	}
}
