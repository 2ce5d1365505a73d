package show

import (
	"bytes"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

// A mathsNode is a formula, from its first dollar sign to its last.
type mathsNode struct {
	ast.BaseInline
	Segment text.Segment
}

var kindMaths = ast.NewNodeKind("Maths")

func (*mathsNode) Kind() ast.NodeKind { return kindMaths }

// Dump implements [ast.Node].
func (n *mathsNode) Dump(source []byte, level int) {
	ast.DumpHelper(n, source, level, map[string]string{"Formula": string(n.Segment.Value(source))}, nil)
}

// mathsParser finds $…$ and $$…$$ within a line, by pandoc's rules, so that
// sums of money are left alone: no space after the first dollar sign, none
// before the last, and no digit after that. Nor is it a formula that begins
// with a number and goes on in words.
type mathsParser struct{}

func (mathsParser) Trigger() []byte { return []byte{'$'} }

func (mathsParser) Parse(_ ast.Node, block text.Reader, _ parser.Context) ast.Node {
	line, segment := block.PeekLine()
	n := formula(line)
	if n == 0 {
		return nil
	}
	block.Advance(n)
	return &mathsNode{Segment: segment.WithStop(segment.Start + n)}
}

// formula is the length of the formula that line begins with, or 0.
func formula(line []byte) int {
	mark := []byte("$")
	if bytes.HasPrefix(line, []byte("$$")) {
		mark = []byte("$$")
	}
	body := line[len(mark):]
	if len(body) == 0 || isBlank(body[0]) {
		return 0
	}
	for i := 1; i < len(body); i++ {
		switch {
		case body[i] != '$' || body[i-1] == '\\':
		case isBlank(body[i-1]):
			return 0
		case !bytes.HasPrefix(body[i:], mark):
			return 0
		default:
			end := i + len(mark)
			if len(mark) == 1 && end < len(body) && body[end] >= '0' && body[end] <= '9' {
				return 0
			}
			if sum(body[:i]) {
				return 0
			}
			return len(mark) + end
		}
	}
	return 0
}

// sum tells whether what is between two dollar signs is more likely a sum of
// money and words: "5 and 3".
func sum(body []byte) bool {
	return body[0] >= '0' && body[0] <= '9' && bytes.ContainsRune(body, ' ') && !bytes.ContainsAny(body, `\^_=+<>`)
}

func isBlank(b byte) bool { return b == ' ' || b == '\t' || b == '\n' }
