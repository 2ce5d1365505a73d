package answer

import (
	"strings"
	"unicode"

	"github.com/yuin/goldmark/ast"
	"golang.org/x/text/unicode/norm"

	"kartei/decks/markdown"
	"kartei/decks/maths"
	"kartei/decks/syntax"
)

// A text is one side of a comparison.
type text struct {
	plain    string // as it reads
	tidy     string // plain, as it is compared
	lang     string
	code     bool  // program text: every sign counts
	formula  bool  // nothing but one: every dash is a minus
	verbatim bool  // compared as it is, and not folded
	signs    *pair // see alone
	folds    map[folding]string
}

// A folding names what a text was folded by.
type folding struct {
	rule    Rule
	pair    pair
	variant int
}

// newText is a text as it was typed.
func newText(typed, lang string) *text {
	return &text{plain: typed, tidy: tidy(typed), lang: lang, folds: map[folding]string{}}
}

// newAnswer is an answer of a card, in Markdown.
func newAnswer(source, lang string) text {
	plain, code := Plain(source)
	return text{plain: plain, tidy: tidy(plain), lang: lang, code: code, formula: plain != source && isFormula(source)}
}

// isFormula tells of a source that is one formula.
func isFormula(source string) bool {
	source = strings.TrimSpace(source)
	for piece := range syntax.Pieces(source) {
		return piece.Kind == syntax.Math && piece.End == len(source)
	}
	return false
}

// Plain returns an answer as it reads: without the signs of emphasis and code,
// formulas on one line of Unicode. The second result reports whether it has code.
func Plain(source string) (plain string, code bool) {
	if !strings.ContainsAny(source, "*_`$[\\&<\n") {
		return source, false
	}
	written := []byte(source)
	tree := markdown.Parse(written)
	if tree == nil {
		return source, false
	}
	var out strings.Builder
	ast.Walk(tree, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			if n.Type() == ast.TypeBlock {
				out.WriteByte('\n')
			}
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.Text:
			out.Write(markdown.Words(n, written))
			if n.SoftLineBreak() || n.HardLineBreak() {
				out.WriteByte(' ')
			}
		case *ast.CodeSpan:
			code = true
			for c := n.FirstChild(); c != nil; c = c.NextSibling() {
				if t, ok := c.(*ast.Text); ok {
					out.Write(t.Segment.Value(written))
				}
			}
			return ast.WalkSkipChildren, nil
		case *ast.FencedCodeBlock:
			code = true
			for i := range n.Lines().Len() {
				line := n.Lines().At(i)
				out.Write(line.Value(written))
			}
		case *ast.AutoLink:
			out.Write(n.Label(written))
		case *markdown.Formula:
			out.WriteString(maths.Unicode(n.String()))
		}
		return ast.WalkContinue, nil
	})
	return strings.TrimSpace(out.String()), code
}

// Typeable reports whether anyone can type an answer: it has no picture, no
// code of several lines, and no formula that does not go on one line.
func Typeable(source string) bool {
	return typeable(source, func(formula string) bool { return maths.Unicode(formula) != formula })
}

// OneWay reports whether all who know an answer would type it alike, as a test
// needs it: it is typeable on one line, and a formula in it has letters, numbers
// and the signs of every keyboard alone.
func OneWay(source string) bool {
	return !strings.Contains(source, "\n") && typeable(source, onKeyboard)
}

// typeable reports whether an answer can be typed if its formulas can.
func typeable(source string, formula func(string) bool) bool {
	if !strings.ContainsAny(source, "`$[\n") {
		return true
	}
	tree := markdown.Parse([]byte(source))
	if tree == nil {
		return false
	}
	typeable := true
	ast.Walk(tree, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		switch n := n.(type) {
		case *ast.Image:
			typeable = false
		case *ast.FencedCodeBlock:
			typeable = typeable && n.Lines().Len() < 2
		case *markdown.Formula:
			typeable = typeable && formula(n.String())
		}
		return ast.WalkContinue, nil
	})
	return typeable
}

// onKeyboard reports whether a formula is typed in one way only: it has letters,
// numbers and the signs of every keyboard, with at most a raised or lowered
// digit behind a letter, and no command.
func onKeyboard(formula string) bool {
	if strings.Contains(formula, `\`) {
		return false
	}
	before := ' '
	for _, r := range maths.Unicode(formula) {
		script := strings.ContainsRune("⁰¹²³⁴⁵⁶⁷⁸⁹₀₁₂₃₄₅₆₇₈₉", r) && unicode.IsLetter(before)
		if !script && (r > unicode.MaxASCII && !strings.ContainsRune("−∗", r) || r == '^' || r == '_' || r == '{') {
			return false
		}
		before = r
	}
	return true
}

// tidy is the form in which texts are compared: NFC, one space between words,
// without characters that nobody sees.
func tidy(s string) string {
	s = strings.Map(func(r rune) rune {
		if unseen(r) {
			return -1
		}
		return r
	}, norm.NFC.String(s))
	return norm.NFC.String(strings.Join(strings.Fields(s), " "))
}

// unseen tells of characters without a shape, but for the two that join and
// part letters.
func unseen(r rune) bool {
	return unicode.Is(unicode.Cf, r) && r != zeroWidthJoiner && r != zeroWidthNonJoiner ||
		r == '\u034f' || r >= '\ufe00' && r <= '\ufe0f'
}

const (
	zeroWidthNonJoiner = '\u200c'
	zeroWidthJoiner    = '\u200d'
)
