// Package maths writes formulas that stand in LaTeX on one line of Unicode, as
// far as Unicode goes:
//
//	maths.Unicode(`\frac{1}{2}mv^2`) // ½mv²
package maths

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"kartei/decks/syntax"
)

// maxFormula bounds a formula, in bytes; a longer one shows as written.
const maxFormula = 4 << 10

// Unicode writes a LaTeX formula in Unicode: "$E = mc^2$" as "E = mc²". The
// signs around it are optional. A formula with anything that this package does
// not know, or that Unicode cannot write on one line, is given back as it is.
func Unicode(formula string) string {
	if len(formula) > maxFormula {
		return formula
	}
	tex, _ := syntax.TeX(formula)
	f := formulaReader{rest: tex}
	out := f.until("")
	if f.failed || f.rest != "" {
		return formula
	}
	return strings.Join(strings.Fields(out), " ")
}

// A formulaReader reads a formula from left to right.
type formulaReader struct {
	rest   string
	gap    bool // a space was read last
	depth  int
	failed bool
}

const maxDepth = 32

// until reads up to the closing token, and over it: "}", "]", or the end.
func (f *formulaReader) until(closing string) string {
	if f.depth++; f.depth > maxDepth {
		f.failed = true
	}
	defer func() { f.depth-- }()
	var out strings.Builder
	for !f.failed {
		switch {
		case f.rest == "":
			f.failed = closing != ""
			return out.String()
		case closing != "" && strings.HasPrefix(f.rest, closing):
			f.rest = f.rest[len(closing):]
			return out.String()
		}
		gap := f.rest[0] == ' '
		out.WriteString(f.atom())
		f.gap = gap
	}
	return ""
}

// atom reads one character, command or group.
func (f *formulaReader) atom() string {
	r, n := utf8.DecodeRuneInString(f.rest)
	f.rest = f.rest[n:]
	switch r {
	case '\\':
		return f.command()
	case '{':
		return f.until("}")
	case '}', '&', '#', '%':
		f.failed = true
		return ""
	case '^':
		return script(f.argument(), superscripts(), "^")
	case '_':
		return script(f.argument(), subscripts(), "_")
	case '\'':
		return "′"
	case '-':
		return "−"
	case '*':
		return "∗"
	case '~':
		return " "
	}
	return string(r)
}

// argument reads what a command or a script applies to: a group or one atom.
func (f *formulaReader) argument() string {
	f.rest = strings.TrimLeft(f.rest, " ")
	if f.rest == "" || f.rest[0] == '^' || f.rest[0] == '_' {
		f.failed = true
		return ""
	}
	if f.depth++; f.depth > maxDepth {
		f.failed = true
		return ""
	}
	defer func() { f.depth-- }()
	f.gap = true // what follows the argument keeps its distance
	return f.atom()
}

// command reads the name of a command, and what belongs to it.
func (f *formulaReader) command() string {
	name := f.name()
	if symbol, ok := symbols()[name]; ok {
		f.endName()
		return symbol
	}
	if mark, ok := accents()[name]; ok {
		return accent(f.argument(), mark)
	}
	if letters, ok := alphabets()[name]; ok {
		return styled(f.argument(), letters)
	}
	if functions()[name] {
		return f.function(name)
	}
	switch name {
	case "frac", "dfrac", "tfrac":
		over := f.argument()
		return fraction(over, f.argument())
	case "binom":
		n := f.argument()
		return "C(" + n + ", " + f.argument() + ")"
	case "sqrt":
		return f.root()
	case "text", "textrm", "textit", "textbf", "mathrm", "mathit", "mathbf", "mathsf", "boldsymbol", "operatorname",
		"mbox":
		return f.words()
	case "left", "right", "big", "Big", "bigl", "bigr", "Bigl", "Bigr":
		return f.delimiter()
	case "not":
		return f.argument() + "\u0338"
	case "pmod":
		return " (mod " + f.argument() + ")"
	}
	f.failed = true
	return ""
}

// name reads the letters after a backslash, or the one character that is none.
func (f *formulaReader) name() string {
	n := strings.IndexFunc(f.rest, func(r rune) bool { return r > unicode.MaxASCII || !unicode.IsLetter(r) })
	switch {
	case n < 0:
		n = len(f.rest)
	case n == 0:
		_, n = utf8.DecodeRuneInString(f.rest)
	}
	name := f.rest[:n]
	f.rest = f.rest[n:]
	return name
}

// endName drops the space that only ends a command's name, as in "x\to 0"; a
// symbol with space on both sides keeps it, and so does one before a command.
func (f *formulaReader) endName() {
	if rest := strings.TrimLeft(f.rest, " "); !f.gap && !strings.HasPrefix(rest, `\`) {
		f.rest = rest
	}
}

func startsWord(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return unicode.IsLetter(r) || unicode.IsDigit(r) || r == '\\' && len(s) > 1 && unicode.IsLetter(rune(s[1]))
}

// function is a name like sin, with the space that its argument needs.
func (f *formulaReader) function(name string) string {
	f.rest = strings.TrimLeft(f.rest, " ")
	if startsWord(f.rest) {
		return name + " "
	}
	return name
}

// root reads \sqrt's index, if any, and its argument.
func (f *formulaReader) root() string {
	sign := "√"
	if strings.HasPrefix(f.rest, "[") {
		f.rest = f.rest[1:]
		switch index := f.until("]"); index {
		case "2":
		case "3":
			sign = "∛"
		case "4":
			sign = "∜"
		default:
			sign = script(index, superscripts(), "^") + "√"
		}
	}
	return sign + grouped(f.argument())
}

// words reads a group of text in which nothing is a command.
func (f *formulaReader) words() string {
	f.rest = strings.TrimLeft(f.rest, " ")
	text, rest, ok := strings.Cut(strings.TrimPrefix(f.rest, "{"), "}")
	if !ok || !strings.HasPrefix(f.rest, "{") || strings.ContainsAny(text, `\{`) {
		f.failed = true
		return ""
	}
	f.rest = rest
	return text
}

// delimiter reads the bracket after \left and its like; "." is none.
func (f *formulaReader) delimiter() string {
	f.rest = strings.TrimLeft(f.rest, " ")
	if strings.HasPrefix(f.rest, ".") {
		f.rest = f.rest[1:]
		return ""
	}
	return f.argument()
}

// fraction writes a/b, with brackets where they are needed.
func fraction(over, under string) string {
	if v, ok := fractions()[over+"/"+under]; ok {
		return v
	}
	return grouped(over) + "/" + grouped(under)
}

// grouped puts brackets around all that is not one number, name or bracket.
func grouped(s string) string {
	simple := s != ""
	for _, r := range s {
		if !unicode.In(r, unicode.L, unicode.N, unicode.Mn) && !strings.ContainsRune(".′√", r) {
			simple = false
		}
	}
	if simple {
		return s
	}
	return "(" + s + ")"
}

// script raises or lowers s, if Unicode has every character of it that way.
func script(s string, table map[rune]rune, mark string) string {
	var out strings.Builder
	for _, r := range s {
		switch raised, ok := table[r]; {
		case ok:
			out.WriteRune(raised)
		case r == ' ':
		default:
			if utf8.RuneCountInString(s) == 1 {
				return mark + s
			}
			return mark + "(" + s + ")"
		}
	}
	return out.String()
}

// accent puts a combining mark on each letter.
func accent(s string, mark rune) string {
	var out strings.Builder
	for _, r := range s {
		out.WriteRune(r)
		if !unicode.IsSpace(r) {
			out.WriteRune(mark)
		}
	}
	return out.String()
}

// styled writes letters of a mathematical alphabet; others stay.
func styled(s string, letters map[rune]rune) string {
	return strings.Map(func(r rune) rune {
		if l, ok := letters[r]; ok {
			return l
		}
		return r
	}, s)
}
