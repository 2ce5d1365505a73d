package html

import (
	"strconv"
	"strings"

	"kartei/decks/lazyregexp"
)

// A macro of LaTeX is a name for a text with places for arguments, "#1".
type macro struct {
	arguments int
	body      string
}

// Limits of macros, which stand in for each other.
const (
	maxMacros   = 500
	maxBody     = 1 << 10 // bytes
	maxExpanded = 8 << 10 // bytes of a formula
	maxSteps    = 1000    // macros that are replaced in a formula
)

// definition is how a macro begins: its command and its name.
var definition = lazyregexp.New(`\\(newcommand|renewcommand|providecommand|DeclareMathOperator|def|gdef)\*?\s*\{?\s*\\([A-Za-z]+)\s*\}?`)

// expand takes the definitions of macros out of a formula, and writes what they stand
// for in the place of those that it has: no program here knows them. What defines
// something in another way stays.
func (w *writer) expand(formula string) string {
	if strings.Contains(formula, `\`) && definition.MatchString(formula) {
		formula = w.define(formula)
	}
	if len(w.macros) == 0 || !strings.Contains(formula, `\`) {
		return formula
	}
	before := formula
	for step := 0; step < maxSteps; step++ {
		at, name := w.nextMacro(formula)
		if at < 0 {
			return formula
		}
		m := w.macros[name]
		arguments, rest, ok := takeArguments(formula[at+1+len(name):], m.arguments)
		if !ok {
			return before
		}
		body := m.body
		for i, a := range arguments {
			body = strings.ReplaceAll(body, "#"+strconv.Itoa(i+1), a)
		}
		if isLetter(body, len(body)-1) && isLetter(rest, 0) {
			body += " "
		}
		if formula = formula[:at] + body + rest; len(formula) > maxExpanded {
			return before
		}
	}
	return before // it stands for itself
}

// define remembers the macros that a formula defines, and leaves the rest of it.
func (w *writer) define(formula string) string {
	var out strings.Builder
	for {
		at := definition.FindStringSubmatchIndex(formula)
		if at == nil {
			break
		}
		command, name := formula[at[2]:at[3]], formula[at[4]:at[5]]
		m, rest, ok := readMacro(command, formula[at[1]:])
		if !ok || len(w.macros) >= maxMacros {
			out.WriteString(formula[:at[1]])
			formula = formula[at[1]:]
			continue
		}
		if w.macros == nil {
			w.Converter.macros = map[string]macro{}
		}
		if _, known := w.macros[name]; !known {
			w.lost("LaTeX definition, whose text stands in its places", `\`+name)
		}
		w.macros[name] = m
		out.WriteString(formula[:at[0]])
		formula = rest
	}
	out.WriteString(formula)
	return out.String()
}

// readMacro reads what follows the name: "[1]{body}", or "#1#2{body}".
func readMacro(command, text string) (m macro, rest string, ok bool) {
	text = strings.TrimLeft(text, " ")
	if command == "def" || command == "gdef" {
		for strings.HasPrefix(text, "#"+strconv.Itoa(m.arguments+1)) && m.arguments < 9 {
			m.arguments, text = m.arguments+1, text[2:]
		}
	} else if len(text) > 2 && text[0] == '[' && '0' <= text[1] && text[1] <= '9' && text[2] == ']' {
		m.arguments, text = int(text[1]-'0'), text[3:]
	}
	if text = strings.TrimLeft(text, " "); !strings.HasPrefix(text, "{") {
		return m, "", false // a default for the first argument, or none of these forms
	}
	body, rest, ok := takeArguments(text, 1)
	if !ok || len(body[0]) > maxBody {
		return m, "", false
	}
	if m.body = body[0]; command == "DeclareMathOperator" {
		m.body = `\operatorname{` + m.body + `}`
	}
	return m, rest, true
}

// nextMacro is where the first macro stands that is known.
func (w *writer) nextMacro(formula string) (at int, name string) {
	for i := 0; i < len(formula); i++ {
		if formula[i] != '\\' {
			continue
		}
		end := i + 1
		for isLetter(formula, end) {
			end++
		}
		if end == i+1 { // "\\" is a sign of its own
			i++
			continue
		}
		if _, known := w.macros[formula[i+1:end]]; known {
			return i, formula[i+1 : end]
		}
		i = end - 1
	}
	return -1, ""
}

func isLetter(text string, i int) bool {
	return i >= 0 && i < len(text) && ('a' <= text[i] && text[i] <= 'z' || 'A' <= text[i] && text[i] <= 'Z')
}

// takeArguments takes groups in braces, or single signs, off the beginning of a text.
func takeArguments(text string, count int) (arguments []string, rest string, ok bool) {
	for range count {
		if text = strings.TrimLeft(text, " "); text == "" {
			return nil, "", false
		}
		end := 1
		switch {
		case text[0] == '{':
			if end = closing(text[:min(len(text), maxExpanded)]); end < 0 {
				return nil, "", false
			}
			arguments, text = append(arguments, text[1:end]), text[end+1:]
			continue
		case text[0] == '\\':
			for end = 1; isLetter(text, end); end++ {
			}
			end = min(max(end, 2), len(text))
		default:
			for end < len(text) && text[end]&0xC0 == 0x80 {
				end++
			}
		}
		arguments, text = append(arguments, text[:end]), text[end:]
	}
	return arguments, text, true
}

// closing is where the brace at the beginning of a text is closed; below 0 where it is not.
func closing(text string) int {
	depth := 0
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case '{':
			depth++
		case '}':
			if depth--; depth == 0 {
				return i
			}
		}
	}
	return -1
}

// environment is a document of LaTeX that is one environment, as far as it shows.
var environment = lazyregexp.New(`(?s)^\s*\\begin\{([a-z]{1,20}\*?)\}(.*)\\end\{([a-z]{1,20}\*?)\}\s*$`)

// document is the formula that a document of LaTeX shows, which is all that is shown of
// it here; of others the name of the environment is told.
func (w *writer) document(text string) (formula string, display bool) {
	text = strings.TrimSpace(text)
	inner := strings.Trim(text, "$")
	if inner != text && !strings.Contains(inner, "$") {
		return inner, strings.HasPrefix(text, "$$")
	}
	if at := environment.FindStringSubmatch(text); at != nil && at[1] == at[3] {
		switch at[1] {
		case "math":
			return at[2], false
		case "displaymath", "equation", "equation*":
			return at[2], true
		case "align", "align*", "eqnarray", "eqnarray*", "gather", "gather*", "multline", "multline*":
			return text, true
		}
		w.lost("LaTeX environment", at[1])
		return inner, false
	}
	w.lost("LaTeX", "[latex]"+text+"[/latex]")
	return inner, false
}
