package anki

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"kartei/decks/lazy"
)

// A span is a stretch of one line of text with one look.
type span struct {
	text string
	look spanStyle
}

// A spanStyle is how a span is written; bold and italic may come together.
type spanStyle uint8

const (
	bold spanStyle = 1 << iota
	italic
	inCode
	verbatim // Markdown already: a formula, a link, a picture
)

// writeLine makes a line of Markdown of spans: white space is collapsed, and
// emphasis is left out where Markdown would not see it.
func writeLine(spans []span, escape func(text string) string) string {
	spans = tidySpans(spans)
	var out strings.Builder
	for i, s := range spans {
		switch {
		case s.look&verbatim != 0:
			out.WriteString(s.text)
		case s.look&inCode != 0:
			out.WriteString(codeSpan(s.text))
		case s.look&(bold|italic) != 0 && emphatic(spans, i):
			mark := map[spanStyle]string{bold: "**", italic: "*", bold | italic: "***"}[s.look&(bold|italic)]
			out.WriteString(mark + escape(s.text) + mark)
		default:
			out.WriteString(escape(s.text))
		}
	}
	return out.String()
}

// tidySpans collapses white space, takes it out of emphasis and joins
// neighbours of one look.
func tidySpans(spans []span) []span {
	var tidy []span
	space := true // at the beginning, or after a space
	add := func(text string, l spanStyle) {
		if text == "" {
			return
		}
		if n := len(tidy); n > 0 && tidy[n-1].look == l && l&verbatim == 0 {
			tidy[n-1].text += text
			return
		}
		tidy = append(tidy, span{text, l})
	}
	for _, s := range spans {
		if s.look&verbatim != 0 {
			add(s.text, verbatim)
			space = false
			continue
		}
		words := strings.FieldsFunc(s.text, isBlank)
		if len(words) == 0 {
			if s.text != "" && !space {
				add(" ", 0)
				space = true
			}
			continue
		}
		if first, _ := utf8.DecodeRuneInString(s.text); isBlank(first) && !space {
			add(" ", 0)
		}
		add(strings.Join(words, " "), s.look)
		space = false
		if last, _ := utf8.DecodeLastRuneInString(s.text); isBlank(last) {
			add(" ", 0)
			space = true
		}
	}
	if n := len(tidy); n > 0 && tidy[n-1].look == 0 {
		tidy[n-1].text = strings.TrimRight(tidy[n-1].text, " ")
	}
	return tidy
}

func isBlank(r rune) bool { return r == '\u00a0' || unicode.IsSpace(r) }

// emphatic says that Markdown would see stars around span i: not between
// letters and punctuation, and not beside another emphasis.
func emphatic(spans []span, i int) bool {
	first, _ := utf8.DecodeRuneInString(spans[i].text)
	last, _ := utf8.DecodeLastRuneInString(spans[i].text)
	if ambiguous(first) || ambiguous(last) {
		return false
	}
	if i > 0 {
		if spans[i-1].look&(bold|italic) != 0 {
			return false
		}
		before, _ := utf8.DecodeLastRuneInString(spans[i-1].text)
		if ambiguous(before) || punctuation(first) && !isBlank(before) && !punctuation(before) && spans[i-1].look == 0 {
			return false
		}
	}
	if i+1 < len(spans) {
		after, _ := utf8.DecodeRuneInString(spans[i+1].text)
		if ambiguous(after) || punctuation(last) && !isBlank(after) && !punctuation(after) && spans[i+1].look == 0 {
			return false
		}
	}
	return true
}

// ambiguous characters beside a star are read in more than one way.
func ambiguous(r rune) bool { return r == '*' || r == utf8.RuneError }

func punctuation(r rune) bool {
	return unicode.IsPunct(r) || unicode.IsSymbol(r)
}

// codeSpan puts code between more backquotes than it holds in a row.
func codeSpan(code string) string {
	fence := "`"
	for strings.Contains(code, fence) {
		fence += "`"
	}
	if strings.HasPrefix(code, "`") || strings.HasSuffix(code, "`") {
		code = " " + code + " "
	}
	return fence + code + fence
}

var (
	autolink   = lazy.Regexp(`^<[^ <>]{1,254}[:@]`)
	resolvable = lazy.Regexp(`^&(#[0-9]|#[xX][0-9a-fA-F]|[A-Za-z][A-Za-z0-9]*;)`)
)

// escapeWords keeps Markdown and the fact language from reading more into a
// text than its words, with as few backslashes as may be. Braces are literal
// where deletions are read.
func escapeWords(text string, deletions bool) string {
	if !strings.ContainsAny(text, "\\*_`[]<&${}") {
		return text
	}
	var out strings.Builder
	money := strings.Count(text, "$") < 2
	var before byte = ' '
	for i := 0; i < len(text); i++ {
		c := text[i]
		var after byte = ' '
		if i+1 < len(text) {
			after = text[i+1]
		}
		escape := false
		switch c {
		case '\\':
			if isPunctByte(after) {
				out.WriteString(`\\\`) // one for the fact language, two for Markdown
				escape = true
			}
		case '*':
			escape = before != ' ' || after != ' '
		case '_':
			escape = !endsInWord(text[:i]) || !beginsWithWord(text[i+1:])
		case '`', '[', ']':
			escape = true
		case '$':
			escape = !money
		case '<':
			escape = autolink().MatchString(text[i:])
		case '&':
			escape = resolvable().MatchString(text[i:])
		case '{', '}':
			escape = deletions
		}
		if escape && c != '\\' {
			out.WriteByte('\\')
		}
		out.WriteByte(c)
		before = c
	}
	return out.String()
}

func isPunctByte(c byte) bool {
	return '!' <= c && c <= '/' || ':' <= c && c <= '@' || '[' <= c && c <= '`' || '{' <= c && c <= '~'
}

func endsInWord(text string) bool {
	r, _ := utf8.DecodeLastRuneInString(text)
	return unicode.IsLetter(r) || unicode.IsDigit(r)
}

func beginsWithWord(text string) bool {
	r, _ := utf8.DecodeRuneInString(text)
	return unicode.IsLetter(r) || unicode.IsDigit(r)
}

var (
	lineMark   = lazy.Regexp(`^(?:(?:[-+*]|#{1,6})(?: |$)|>|-{3}|_{3}|\*{3}|~{3}|=+$|\|)`)
	lineNumber = lazy.Regexp(`^\d{1,9}[.)](?: |$)`)
)

// escapeLine keeps a line of several from beginning a list, a heading, a rule.
func escapeLine(line string) string {
	if lineMark().MatchString(line) {
		return `\` + line
	}
	if lineNumber().MatchString(line) {
		dot := strings.IndexAny(line, ".)")
		return line[:dot] + `\` + line[dot:]
	}
	return line
}
