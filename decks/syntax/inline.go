package syntax

import (
	"iter"
	"strings"
)

// A Piece is a stretch of a value's text in which braces, bars and backslashes
// mean one thing.
type Piece struct {
	Kind       PieceKind
	Start, End int // bytes of the text
}

// PieceKind says what a piece is.
type PieceKind uint8

// The kinds of pieces.
const (
	Words  PieceKind = iota // as they stand
	Escape                  // a backslash and the one of { } | \ that it makes literal
	Code                    // a code span or a code fence, with its marks
	Math                    // $…$, $$…$$ or \(…\), with its signs: see [TeX]
)

// Pieces splits a text into words, escapes, code and mathematics. In code and
// mathematics nothing is an escape, a deletion or a separator. It takes time in
// proportion to the text.
func Pieces(text string) iter.Seq[Piece] {
	return func(yield func(Piece) bool) {
		s := scanner{text: text}
		from := 0
		for i := 0; i < len(text); {
			kind, end := s.opaque(i)
			if end == 0 {
				i++
				continue
			}
			if from < i && !yield(Piece{Words, from, i}) || !yield(Piece{kind, i, end}) {
				return
			}
			i, from = end, end
		}
		if from < len(text) {
			yield(Piece{Words, from, len(text)})
		}
	}
}

// HasMath reports whether a text has mathematics in it.
func HasMath(text string) bool {
	if !strings.Contains(text, "$") && !strings.Contains(text, `\(`) {
		return false
	}
	for p := range Pieces(text) {
		if p.Kind == Math {
			return true
		}
	}
	return false
}

// TeX returns what stands between the signs of a formula, and whether it is
// displayed on lines of its own. A text without such signs is returned as it is.
func TeX(formula string) (tex string, display bool) {
	for _, signs := range [][2]string{{"$$", "$$"}, {"$", "$"}, {`\(`, `\)`}} {
		n := len(signs[0])
		if len(formula) >= 2*n && strings.HasPrefix(formula, signs[0]) && strings.HasSuffix(formula, signs[1]) {
			return formula[n : len(formula)-n], signs[0] == "$$"
		}
	}
	return formula, false
}

// Plain returns a text without its escapes: what a learner reads, as Markdown.
func Plain(text string) string {
	if !strings.Contains(text, `\`) {
		return text
	}
	var out strings.Builder
	for p := range Pieces(text) {
		if p.Kind == Escape {
			p.Start++
		}
		out.WriteString(text[p.Start:p.End])
	}
	return out.String()
}

// CellText returns the text of a table's cell as a learner reads it: [Plain], and
// without the backslash that a bar needs even in code to stay in its cell.
func CellText(text string) string {
	if !strings.Contains(text, `\`) {
		return text
	}
	var out strings.Builder
	for p := range Pieces(text) {
		switch p.Kind {
		case Escape:
			out.WriteString(text[p.Start+1 : p.End])
		case Code, Math:
			out.WriteString(strings.ReplaceAll(text[p.Start:p.End], `\|`, "|"))
		default:
			out.WriteString(text[p.Start:p.End])
		}
	}
	return out.String()
}

// SplitCell returns the alternatives of a cell, which are parted by "\|".
func SplitCell(text string) []string {
	var parts []string
	from := 0
	add := func(to int) {
		if part := strings.TrimSpace(CellText(text[from:to])); part != "" {
			parts = append(parts, part)
		}
	}
	for p := range Pieces(text) {
		if p.Kind == Escape && text[p.Start:p.End] == `\|` {
			add(p.Start)
			from = p.End
		}
	}
	add(len(text))
	return parts
}

// A Part is a stretch of a text between separators, without white space around.
type Part struct{ Start, End int }

// Split cuts a text at each separator that stands in words, and drops empty
// parts.
func Split(text string, separator byte) []Part {
	var parts []Part
	from := 0
	add := func(end int) {
		if p := trimPart(text, from, end); p.Start < p.End {
			parts = append(parts, p)
		}
	}
	for p := range Pieces(text) {
		if p.Kind != Words {
			continue
		}
		for i := p.Start; i < p.End; i++ {
			if text[i] == separator {
				add(i)
				from = i + 1
			}
		}
	}
	add(len(text))
	return parts
}

func trimPart(text string, i, j int) Part {
	for i < j && isSpace(text[i]) {
		i++
	}
	for i < j && isSpace(text[j-1]) {
		j--
	}
	return Part{i, j}
}

// cutReason finds the "--" that parts an option or a misconception from what is
// said when it is chosen. Without one both results are the text's length.
func cutReason(text string) (end, why int) {
	for p := range Pieces(text) {
		if p.Kind != Words {
			continue
		}
		for i := p.Start; i < p.End; i++ {
			n := strings.Index(text[i:p.End], "--")
			if n < 0 {
				break
			}
			i += n
			before := i == 0 || isSpace(text[i-1])
			after := i+2 == len(text) || isSpace(text[i+2])
			if before && after {
				return i, i + 2
			}
			i++
		}
	}
	return len(text), len(text)
}

// CutReason returns a text up to its "--" and what comes after it.
func CutReason(text string) (before, reason string) {
	end, from := cutReason(text)
	return strings.TrimSpace(text[:end]), strings.TrimSpace(text[from:])
}

// A scanner finds where code and mathematics end. It remembers what it did not
// find, so that no stretch is searched twice.
type scanner struct {
	text    string
	runs    map[int]int // length of a run of backquotes → where the last such run begins
	fences  *fences
	noBlock bool // no further $$
	open    int  // before it no \) comes
	literal int  // offset of a character that a backslash makes literal Markdown
}

// opaque tells what begins at i and where it ends; the end is 0 for words.
func (s *scanner) opaque(i int) (PieceKind, int) {
	switch s.text[i] {
	case '\\':
		if i+1 < len(s.text) && strings.IndexByte(`{}|\`, s.text[i+1]) >= 0 {
			return Escape, i + 2
		}
		if end := s.brackets(i); end > 0 {
			return Math, end
		}
		s.literal = i + 1
	case '`', '~':
		if end := s.fence(i); end > 0 {
			return Code, end
		}
		if s.text[i] == '`' && !s.escaped(i) {
			return Code, s.codeSpan(i)
		}
	case '$':
		if !s.escaped(i) {
			return Math, s.formula(i)
		}
	}
	return Words, 0
}

// escaped reports whether a backslash stands before i.
func (s *scanner) escaped(i int) bool { return i > 0 && s.literal == i }

func (s *scanner) codeSpan(i int) int {
	if i > 0 && s.text[i-1] == '`' {
		return 0 // in the middle of a run that closes nothing
	}
	n := runLength(s.text[i:], '`')
	if s.runs == nil {
		s.runs = map[int]int{}
		for j := 0; j < len(s.text); j++ {
			if s.text[j] == '`' {
				m := runLength(s.text[j:], '`')
				s.runs[m] = j
				j += m
			}
		}
	}
	if s.runs[n] <= i {
		return 0
	}
	for j := i + n; j < len(s.text); j++ {
		if s.text[j] == '`' {
			m := runLength(s.text[j:], '`')
			if m == n {
				return j + m
			}
			j += m
		}
	}
	return 0
}

func (s *scanner) fence(i int) int {
	line := strings.LastIndexByte(s.text[max(0, i-4):i], '\n')
	lead := s.text[max(0, i-4)+line+1 : i]
	if strings.Trim(lead, " ") != "" || line < 0 && i > 3 {
		return 0
	}
	char, n := openFence(restOfLine(s.text, i))
	if n == 0 {
		return 0
	}
	if s.fences == nil {
		s.fences = findFences(s.text)
	}
	return s.fences.close(s.text, char, n, i)
}

func restOfLine(text string, i int) string {
	if n := strings.IndexByte(text[i:], '\n'); n >= 0 {
		return text[i : i+n]
	}
	return text[i:]
}

// formula finds the end of the mathematics that begins at i, by pandoc's rules
// (its manual, tex_math_dollars): no space inside of either dollar sign, no
// digit behind the closing one, no blank line between. So "between $5 and $6"
// is words, and so is what begins with a number and goes on in words.
func (s *scanner) formula(i int) int {
	text := s.text
	if strings.HasPrefix(text[i:], "$$") {
		if s.noBlock {
			return 0
		}
		n := strings.Index(text[i+2:], "$$")
		if n < 0 {
			s.noBlock = true
			return 0
		}
		return i + 2 + n + 2
	}
	if i+1 == len(text) || isSpace(text[i+1]) {
		return 0
	}
	for j := i + 1; j < len(text); j++ {
		switch text[j] {
		case '\\':
			j++
		case '\n':
			if strings.HasPrefix(text[j:], "\n\n") {
				return 0
			}
		case '$':
			if isSpace(text[j-1]) || j+1 < len(text) && isDigit(text[j+1]) || isSum(text[i+1:j]) {
				return 0
			}
			return j + 1
		}
	}
	return 0
}

// brackets finds the end of the mathematics that begins with \( at i, as in LaTeX
// and in MathJax: it is not empty, and no blank line is in it. (Between \[ and \] are
// brackets, as other programs write them in Markdown.)
func (s *scanner) brackets(i int) int {
	text := s.text
	if i < s.open || s.escaped(i) || !strings.HasPrefix(text[i:], `\(`) {
		return 0
	}
	for j := i + 2; j < len(text); j++ {
		switch {
		case strings.HasPrefix(text[j:], `\)`):
			if strings.TrimSpace(text[i+2:j]) == "" {
				return 0
			}
			return j + 2
		case text[j] == '\\':
			j++
		case strings.HasPrefix(text[j:], "\n\n"):
			s.open = j
			return 0
		}
	}
	s.open = len(text)
	return 0
}

// isSum reports whether what is between two dollar signs is money: "5 and 3".
func isSum(text string) bool {
	return isDigit(text[0]) && strings.Contains(text, " ") && !strings.ContainsAny(text, `\^_=+<>`)
}

func runLength(s string, b byte) int {
	n := 0
	for n < len(s) && s[n] == b {
		n++
	}
	return n
}

func isDigit(b byte) bool { return b >= '0' && b <= '9' }

// Quote is what [Plain] makes the text of: it doubles the backslashes that would
// be taken for escapes, and puts one before each of the other characters, which
// mean something where the text stands.
func Quote(text string, others ...byte) string {
	if !strings.Contains(text, `\`) && !strings.ContainsAny(text, string(others)) {
		return text
	}
	var out strings.Builder
	for piece := range Pieces(text) {
		part := text[piece.Start:piece.End]
		switch piece.Kind {
		case Escape:
			out.WriteString(`\\`)
			if part == `\\` || strings.IndexByte(string(others), part[1]) >= 0 {
				out.WriteByte('\\')
			}
			out.WriteByte(part[1])
		case Words:
			for _, o := range others {
				part = strings.ReplaceAll(part, string(o), `\`+string(o))
			}
			out.WriteString(part)
		default:
			out.WriteString(part)
		}
	}
	return out.String()
}
