package orgmode

import (
	"net/url"
	"path"
	"strings"
	"unicode"
	"unicode/utf8"

	"kartei/decks/check"
	"kartei/decks/factfile"
	"kartei/decks/lazyregexp"
)

var (
	begin    = lazyregexp.New(`(?i)^[ \t]*#\+BEGIN_([A-Z]+)(?:[ \t]+(\S+))?.*$`)
	ending   = lazyregexp.New(`(?i)^[ \t]*#\+END_([A-Z]+)`)
	setting  = lazyregexp.New(`(?i)^[ \t]*#(?:\+[A-Z_]+(?:\[[^\]]*\])?:.*|[ \t].*)?$`)
	fixed    = lazyregexp.New(`^[ \t]*: ?(.*)$`)
	row      = lazyregexp.New(`^[ \t]*\|`)
	bulletIn = lazyregexp.New(`^([ \t]*)([-+]|\d+[.)]|[A-Za-z][.)])[ \t]+(.*)$`)
	termIn   = lazyregexp.New(`^(.+?)[ \t]+::(?:[ \t]+(.*))?$`)
	rule     = lazyregexp.New(`^[ \t]*-{5,}[ \t]*$`)
)

// text writes lines of Org as Markdown.
func text(lines []string) string {
	w := &writer{lines: dedent(lines)}
	for w.at < len(w.lines) {
		w.line()
	}
	w.flush()
	return strings.TrimSpace(strings.Join(w.out, "\n"))
}

// A writer writes blocks of Org as Markdown.
type writer struct {
	lines []string
	at    int
	prose []string // lines of a paragraph, or of an item of a list
	out   []string
}

func (w *writer) line() {
	line := w.lines[w.at]
	w.at++
	switch m := begin.FindStringSubmatch(line); {
	case m != nil:
		w.flush()
		w.block(strings.ToUpper(m[1]), m[2])
	case setting.MatchString(line) && strings.TrimSpace(line) != "":
	case row.MatchString(line):
		w.flush()
		w.code("", w.while(line, row.MatchString, strings.TrimSpace))
	case fixed.MatchString(line):
		w.flush()
		w.code("", w.while(line, fixed.MatchString, func(l string) string { return fixed.FindStringSubmatch(l)[1] }))
	case strings.TrimSpace(line) == "":
		w.flush()
		w.out = append(w.out, "")
	case rule.MatchString(line):
		w.flush()
		w.out = append(w.out, "---")
	case bulletIn.MatchString(line):
		w.flush()
		w.prose = []string{line}
	default:
		w.prose = append(w.prose, line)
	}
}

// while takes the lines that go on as the last one.
func (w *writer) while(first string, is func(string) bool, as func(string) string) []string {
	taken := []string{as(first)}
	for ; w.at < len(w.lines) && is(w.lines[w.at]); w.at++ {
		taken = append(taken, as(w.lines[w.at]))
	}
	return taken
}

// flush writes a paragraph or an item, whose signs may reach over its lines.
func (w *writer) flush() {
	if len(w.prose) == 0 {
		return
	}
	lead := ""
	if m := bulletIn.FindStringSubmatch(w.prose[0]); m != nil {
		mark := m[2]
		if strings.ContainsAny(mark[:1], "-+") {
			mark = "-"
		} else if mark[0] >= '0' && mark[0] <= '9' {
			mark = strings.TrimRight(mark, ".)") + "."
		}
		lead, w.prose[0] = m[1]+mark+" ", m[3]
		if t := termIn.FindStringSubmatch(m[3]); t != nil && mark == "-" {
			lead, w.prose[0] = lead+"**"+inline(t[1])+"**: ", t[2]
		}
	}
	for i, line := range w.prose {
		w.prose[i] = strings.TrimSpace(line)
	}
	indent := strings.Repeat(" ", len(lead)-len(strings.TrimLeft(lead, " \t")))
	if lead != "" {
		indent += "  "
	}
	w.out = append(w.out, lead+strings.ReplaceAll(inline(strings.Join(w.prose, "\n")), "\n", "\n"+indent))
	w.prose = nil
}

// block writes what stands between "#+BEGIN_" and "#+END_".
func (w *writer) block(kind, language string) {
	var inner []string
	for w.at < len(w.lines) {
		line := w.lines[w.at]
		w.at++
		if m := ending.FindStringSubmatch(line); m != nil && strings.EqualFold(m[1], kind) {
			break
		}
		inner = append(inner, line)
	}
	switch kind {
	case "SRC":
		w.code(language, unescaped(dedent(inner)))
	case "EXAMPLE":
		w.code("", unescaped(dedent(inner)))
	case "COMMENT":
	case "QUOTE":
		for line := range strings.SplitSeq(text(inner), "\n") {
			w.out = append(w.out, strings.TrimRight("> "+line, " "))
		}
	case "EXPORT":
		w.code(language, dedent(inner))
	default:
		w.out = append(w.out, text(inner))
	}
}

// unescaped takes the commas away that keep lines of code from being headings.
func unescaped(lines []string) []string {
	for i, line := range lines {
		trimmed := strings.TrimLeft(line, " \t")
		if strings.HasPrefix(trimmed, ",*") || strings.HasPrefix(trimmed, ",#+") || strings.HasPrefix(trimmed, ",,") {
			lines[i] = strings.Replace(line, ",", "", 1)
		}
	}
	return lines
}

func (w *writer) code(language string, lines []string) {
	mark := "```"
	for strings.Contains(strings.Join(lines, "\n"), mark) {
		mark += "`"
	}
	w.out = append(append(append(w.out, mark+language), lines...), mark)
}

// dedent takes the space away that all lines begin with.
func dedent(lines []string) []string {
	least := -1
	for _, line := range lines {
		if n := len(line) - len(strings.TrimLeft(line, " \t")); strings.TrimSpace(line) != "" && (least < 0 || n < least) {
			least = n
		}
	}
	out := make([]string, len(lines))
	for i, line := range lines {
		out[i] = strings.TrimRight(line[min(max(least, 0), len(line)):], " \t")
	}
	return out
}

var (
	linkIn     = lazyregexp.New(`^\[\[([^\[\]\n]+)\](?:\[([^\[\]\n]+)\])?\]`)
	latex      = lazyregexp.New(`^(?:\\\((.+?)\\\)|\\\[((?s:.+?))\\\])`)
	dollars    = lazyregexp.New(`^(?:\$\$[^$]+\$\$|\$[^$\s](?:[^$\n]*\n?[^$\n]*[^$\s])?\$)`)
	bareURL    = lazyregexp.New(`^https?://[^\s<>\[\]]+[^\s<>\[\].,;:!?)"']`)
	lineBreak  = lazyregexp.New(`^\\\\[ \t]*(?:(\n)|$)`)
	footnote   = lazyregexp.New(`^\[fn:[^\]\n]*\]`)
	mathBlock  = lazyregexp.New(`^\\begin\{(equation|align|gather|displaymath)(\*?)\}((?s:.+?))\\end\{(?:equation|align|gather|displaymath)\*?\}`)
	markBefore = " \t\n-–—('\"{[|" + gapOpen + gapShut
	markAfter  = " \t\n-–—.,;:!?'\")}[]|…" + gapOpen + gapShut
)

// inline writes the signs within a text of Org as Markdown.
func inline(s string) string {
	var out, plain strings.Builder
	say := func(markdown string) {
		words := plain.String()
		bare := strings.TrimRight(words, " ") // Literal leaves out what ends a line, and here none ends
		out.WriteString(factfile.Literal(bare) + words[len(bare):])
		plain.Reset()
		out.WriteString(markdown)
	}
	for i := 0; i < len(s); {
		markdown, n := object(s, i)
		if n == 0 {
			plain.WriteByte(s[i])
			i++
			continue
		}
		say(markdown)
		i += n
	}
	say("")
	return out.String()
}

// longestFormula bounds a formula, in bytes.
const longestFormula = 2000

// object writes what begins at a place, and says how long it is; 0: plain text.
func object(s string, i int) (markdown string, n int) {
	rest := s[i:]
	switch s[i] {
	case '[':
		if m := linkIn.FindStringSubmatch(rest); m != nil {
			return link(m[1], m[2]), len(m[0])
		}
		return "", len(footnote.FindString(rest))
	case '\\':
		if m := lineBreak.FindStringSubmatch(rest); m != nil {
			return strings.Repeat("\\\n", len(m[1])), len(m[0])
		}
		rest := rest[:min(len(rest), longestFormula)]
		if !strings.Contains(rest, `\)`) && !strings.Contains(rest, `\]`) && !strings.Contains(rest, `\end{`) {
			return "", 0
		}
		if m := latex.FindStringSubmatch(rest); m != nil {
			if m[2] != "" {
				return "$$" + strings.TrimSpace(m[2]) + "$$", len(m[0])
			}
			return "$" + strings.TrimSpace(m[1]) + "$", len(m[0])
		}
		if m := mathBlock.FindStringSubmatch(rest); m != nil {
			body := strings.TrimSpace(m[3])
			if m[1] == "align" {
				body = `\begin{aligned}` + body + `\end{aligned}`
			}
			return "$$" + body + "$$", len(m[0])
		}
	case '$':
		if m := dollars.FindString(rest); m != "" {
			return m, len(m)
		}
	case 'h':
		if m := bareURL.FindString(rest); m != "" && (i == 0 || !isWord(s[:i])) {
			return "<" + m + ">", len(m)
		}
	case '*', '/', '_', '=', '~', '+':
		return emphasis(s, i)
	}
	return "", 0
}

func isWord(before string) bool {
	r, _ := utf8.DecodeLastRuneInString(before)
	return unicode.IsLetter(r) || unicode.IsDigit(r)
}

// longestMarked bounds a marked text, in bytes: what is not closed is searched for no
// longer.
const longestMarked = 1000

// emphasis reads marked text by Org's rules: a space or a sign before and behind it,
// none inside, and at most one line break.
func emphasis(s string, i int) (markdown string, n int) {
	if i > 0 {
		if r, _ := utf8.DecodeLastRuneInString(s[:i]); !strings.ContainsRune(markBefore, r) {
			return "", 0
		}
	}
	mark := s[i]
	breaks := 0
	for j := i + 1; j < min(len(s), i+longestMarked); j++ {
		if s[j] == '\n' {
			if breaks++; breaks > 1 {
				return "", 0
			}
		}
		if s[j] != mark || j == i+1 || strings.ContainsRune(" \t\n", rune(s[j-1])) {
			continue
		}
		if after, _ := utf8.DecodeRuneInString(s[j+1:]); j+1 < len(s) && !strings.ContainsRune(markAfter, after) {
			continue
		}
		inner := s[i+1 : j]
		if strings.ContainsRune(" \t\n", rune(inner[0])) {
			return "", 0
		}
		return marked(mark, inner), j + 1 - i
	}
	return "", 0
}

func marked(mark byte, inner string) string {
	switch mark {
	case '*':
		return "**" + inline(inner) + "**"
	case '/', '_':
		return "*" + inline(inner) + "*"
	case '=', '~':
		ticks := "`"
		for strings.Contains(inner, ticks) {
			ticks += "`"
		}
		if len(ticks) > 1 {
			return ticks + " " + inner + " " + ticks
		}
		return "`" + strings.ReplaceAll(inner, "\n", " ") + "`"
	}
	return inline(inner)
}

// link writes a link, or the picture that it shows.
func link(target, words string) string {
	name := strings.TrimPrefix(target, "file:")
	address := target
	if !strings.Contains(target, ":") || name != target {
		address = (&url.URL{Path: strings.TrimPrefix(name, "./")}).EscapedPath()
		if words == "" && check.IsImage(name) {
			return "![](" + address + ")"
		}
	}
	switch {
	case strings.HasPrefix(target, "http:"), strings.HasPrefix(target, "https:"):
		if words == "" {
			return "<" + target + ">"
		}
		return "[" + inline(words) + "](" + target + ")"
	case name != target && isSound(name):
		return "[" + factfile.Literal(path.Base(name)) + "](" + address + ")"
	case words != "":
		return inline(words)
	}
	return factfile.Literal(path.Base(name))
}

func isSound(name string) bool {
	switch strings.ToLower(path.Ext(name)) {
	case ".mp3", ".ogg", ".oga", ".opus", ".wav", ".m4a", ".flac":
		return true
	}
	return false
}
