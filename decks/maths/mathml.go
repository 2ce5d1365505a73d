package maths

import (
	"html"
	"strings"
	"unicode"
	"unicode/utf8"

	"kartei/decks/syntax"
)

// MathML writes a LaTeX formula as a MathML element, which browsers set as a
// book would: "$$" around it makes it a block of its own. ok is false for a
// formula with anything that this package does not know; nothing of the formula
// becomes markup.
func MathML(formula string) (element string, ok bool) {
	if len(formula) > maxFormula || !utf8.ValidString(formula) || strings.ContainsFunc(formula, notXML) {
		return "", false
	}
	tex, display := syntax.TeX(formula)
	m := &mathReader{rest: tex}
	body := m.row("")
	if m.failed || m.rest != "" || body == "" {
		return "", false
	}
	block := ""
	if display {
		block = ` display="block"`
	}
	return "<math" + block + ` alttext="` + html.EscapeString(tex) + `">` + body + "</math>", true
}

// notXML tells of characters that no XML holds.
func notXML(r rune) bool {
	return r < ' ' && r != '\t' && r != '\n' || r >= 0x7f && r < 0xa0 || r == 0xfffe || r == 0xffff
}

// A mathReader reads a formula from left to right into MathML.
type mathReader struct {
	rest   string
	depth  int
	failed bool
}

// fail ends the reading.
func (m *mathReader) fail() string {
	m.failed = true
	return ""
}

// enter counts a step inwards; leave is for defer.
func (m *mathReader) enter() bool {
	if m.depth++; m.depth > maxDepth {
		m.failed = true
	}
	return !m.failed
}

func (m *mathReader) leave() { m.depth-- }

// row reads up to the closing token, and over it; "" is the end.
func (m *mathReader) row(closing string) string {
	if !m.enter() {
		return ""
	}
	defer m.leave()
	var out strings.Builder
	for !m.failed {
		m.skip()
		switch {
		case m.rest == "":
			if closing != "" {
				return m.fail()
			}
			return out.String()
		case closing != "" && m.at(closing):
			m.rest = m.rest[len(closing):]
			return out.String()
		}
		out.WriteString(m.scripted())
	}
	return ""
}

func (m *mathReader) skip() { m.rest = strings.TrimLeft(m.rest, " \t\n~") }

// at reports whether a token comes next; a command ends where its letters end.
func (m *mathReader) at(token string) bool {
	if !strings.HasPrefix(m.rest, token) {
		return false
	}
	next, _ := utf8.DecodeRuneInString(m.rest[len(token):])
	letter := func(r rune) bool { return r < utf8.RuneSelf && unicode.IsLetter(r) }
	return token[0] != '\\' || !letter(rune(token[len(token)-1])) || !letter(next)
}

// overUnder are operators whose limits stand above and below them.
const overUnder = "∑∏∐⋂⋃⋁⋀⨁⨂"

// scripted reads an atom with what is raised and lowered behind it.
func (m *mathReader) scripted() string {
	base := "<mrow></mrow>"
	if m.rest[0] != '^' && m.rest[0] != '_' {
		base = m.atom()
	}
	var raised, lowered string
	for m.skip(); m.rest != "" && !m.failed; m.skip() {
		switch mark := m.rest[0]; {
		case mark == '\'' && raised == "":
			n := len(m.rest) - len(strings.TrimLeft(m.rest, "'"))
			m.rest = m.rest[n:]
			raised = tag("mo", strings.Repeat("′", n))
		case mark == '^' && raised == "":
			m.rest = m.rest[1:]
			raised = m.argument()
		case mark == '_' && lowered == "":
			m.rest = m.rest[1:]
			lowered = m.argument()
		case mark == '^', mark == '_':
			return m.fail()
		default:
			return scripts(base, lowered, raised)
		}
	}
	return scripts(base, lowered, raised)
}

func scripts(base, lowered, raised string) string {
	sub, sup, both := "msub", "msup", "msubsup"
	bare := strings.TrimSuffix(strings.TrimPrefix(base, "<mo>"), "</mo>")
	if strings.Contains(overUnder, bare) && len(bare) > 0 || strings.HasPrefix(base, "<mi>lim") ||
		base == "<mi>max</mi>" || base == "<mi>min</mi>" {
		sub, sup, both = "munder", "mover", "munderover"
	}
	switch {
	case lowered != "" && raised != "":
		return wrap(both, base+lowered+raised)
	case lowered != "":
		return wrap(sub, base+lowered)
	case raised != "":
		return wrap(sup, base+raised)
	}
	return base
}

// tag makes an element of a text, wrap one of elements.
func tag(name, text string) string { return wrap(name, html.EscapeString(text)) }

func wrap(name, body string) string { return "<" + name + ">" + body + "</" + name + ">" }

// argument reads what a command or a script applies to: a group or one atom.
func (m *mathReader) argument() string {
	m.skip()
	if !m.enter() || m.rest == "" || m.rest[0] == '^' || m.rest[0] == '_' {
		return m.fail()
	}
	defer m.leave()
	if r, n := utf8.DecodeRuneInString(m.rest); unicode.IsDigit(r) {
		m.rest = m.rest[n:]
		return tag("mn", string(r)) // one digit alone, as in TeX
	}
	return m.atom()
}

// atom reads one number, letter, sign, command or group.
func (m *mathReader) atom() string {
	r, n := utf8.DecodeRuneInString(m.rest)
	switch {
	case unicode.IsDigit(r):
		n = len(m.rest) - len(strings.TrimLeftFunc(m.rest, func(r rune) bool { return unicode.IsDigit(r) || r == '.' }))
		number := strings.TrimRight(m.rest[:n], ".")
		m.rest = m.rest[len(number):]
		return tag("mn", number)
	case r == '\\':
		m.rest = m.rest[n:]
		return m.command()
	}
	m.rest = m.rest[n:]
	switch r {
	case '{':
		return wrap("mrow", m.row("}"))
	case '}', '&', '#', '%', '$', utf8.RuneError:
		return m.fail()
	case '-':
		return tag("mo", "−")
	case '*':
		return tag("mo", "∗")
	}
	if unicode.IsLetter(r) {
		return tag("mi", string(r))
	}
	return tag("mo", string(r))
}

// command reads the name of a command, and what belongs to it.
func (m *mathReader) command() string {
	f := formulaReader{rest: m.rest}
	name := f.name()
	m.rest = f.rest
	if symbol, ok := symbols()[name]; ok {
		return symbolElement(symbol)
	}
	if mark, ok := accents()[name]; ok {
		return m.accented(name, mark)
	}
	if letters, ok := alphabets()[name]; ok {
		return wrap("mi", html.EscapeString(styled(m.plain(), letters)))
	}
	if functions()[name] {
		return tag("mi", name)
	}
	return m.structure(name)
}

// symbolElement is a letter, a sign, or space.
func symbolElement(symbol string) string {
	r, _ := utf8.DecodeRuneInString(symbol)
	switch {
	case strings.TrimSpace(symbol) == "":
		return "<mspace width=\"0.2em\"></mspace>"
	case unicode.IsLetter(r) || strings.ContainsRune("∞∅∂∇ℏ∠°", r):
		return tag("mi", symbol)
	}
	return tag("mo", symbol)
}

// structure reads a command that has parts.
func (m *mathReader) structure(name string) string {
	switch name {
	case "frac", "dfrac", "tfrac":
		return wrap("mfrac", m.argument()+m.argument())
	case "binom":
		return tag("mo", "(") + `<mfrac linethickness="0">` + m.argument() + m.argument() + "</mfrac>" + tag("mo", ")")
	case "sqrt":
		return m.root()
	case "text", "textrm", "textit", "textbf", "mbox":
		return tag("mtext", m.plain())
	case "mathrm", "mathit", "mathbf", "mathsf", "boldsymbol", "operatorname":
		return tag("mi", m.plain())
	case "left":
		return m.fenced()
	case "big", "Big", "bigl", "bigr", "Bigl", "Bigr":
		return m.delimiter()
	case "pmod":
		return tag("mo", "(") + tag("mi", "mod") + m.argument() + tag("mo", ")")
	case "begin":
		return m.environment()
	}
	return m.fail()
}

// plain reads a group of text in which nothing is a command.
func (m *mathReader) plain() string {
	f := formulaReader{rest: m.rest}
	text := f.words()
	if f.failed {
		return m.fail()
	}
	m.rest = f.rest
	return text
}

func (m *mathReader) root() string {
	if strings.HasPrefix(m.rest, "[") {
		m.rest = m.rest[1:]
		index := wrap("mrow", m.row("]"))
		return wrap("mroot", m.argument()+index)
	}
	return wrap("msqrt", m.argument())
}

// accented puts a mark over an argument; an underline goes below.
func (m *mathReader) accented(name string, mark rune) string {
	over := map[rune]string{'\u0302': "^", '\u0304': "¯", '\u0305': "‾", '\u20d7': "→", '\u0307': "˙", '\u0308': "¨",
		'\u0303': "~", '\u0301': "´", '\u0300': "`", '\u030c': "ˇ", '\u0306': "˘"}
	if name == "underline" {
		return `<munder accentunder="true">` + m.argument() + tag("mo", "_") + "</munder>"
	}
	return `<mover accent="true">` + m.argument() + tag("mo", over[mark]) + "</mover>"
}

// fenced reads from \left to its \right.
func (m *mathReader) fenced() string {
	open := m.delimiter()
	body := m.row(`\right`)
	return wrap("mrow", open+body+m.delimiter())
}

// delimiter reads a bracket; "." is none.
func (m *mathReader) delimiter() string {
	m.skip()
	if strings.HasPrefix(m.rest, ".") {
		m.rest = m.rest[1:]
		return ""
	}
	if m.rest == "" {
		return m.fail()
	}
	return m.atom()
}

// environments are tables with the brackets around them.
var environments = map[string][2]string{
	"matrix": {}, "pmatrix": {"(", ")"}, "bmatrix": {"[", "]"}, "vmatrix": {"|", "|"}, "cases": {"{", ""},
	"aligned": {}, "array": {},
}

// environment reads a table up to its \end.
func (m *mathReader) environment() string {
	name := m.plain()
	brackets, ok := environments[name]
	if !ok || !m.enter() {
		return m.fail()
	}
	defer m.leave()
	if name == "array" {
		m.plain() // how its columns are set
	}
	end := `\end{` + name + `}`
	var rows, cells, cell strings.Builder
	for !m.failed {
		m.skip()
		switch {
		case m.rest == "":
			return m.fail()
		case strings.HasPrefix(m.rest, "&"):
			m.rest = m.rest[1:]
			cells.WriteString(wrap("mtd", cell.String()))
			cell.Reset()
		case strings.HasPrefix(m.rest, `\\`), strings.HasPrefix(m.rest, end):
			rows.WriteString(wrap("mtr", cells.String()+wrap("mtd", cell.String())))
			cells.Reset()
			cell.Reset()
			if m.rest[1] == '\\' {
				m.rest = m.rest[2:]
				continue
			}
			m.rest = m.rest[len(end):]
			return wrap("mrow", bracket(brackets[0])+wrap("mtable", rows.String())+bracket(brackets[1]))
		default:
			cell.WriteString(m.scripted())
		}
	}
	return ""
}

func bracket(sign string) string {
	if sign == "" {
		return ""
	}
	return tag("mo", sign)
}
