package html

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"kartei/decks/lazyregexp"
)

// A span is a stretch of one line of text with one look.
type span struct {
	text string
	look look
}

// A look is how a span is written; bold and italic may come together.
type look uint8

const (
	bold look = 1 << iota
	italic
	inCode
	verbatim // Markdown already: a formula, a link, a picture
	glued    // verbatim that keeps the space beside it as it is

	lookCount = 3 // of those that elements give
)

var looksOf = map[string]look{
	"b": bold, "strong": bold, "h1": bold, "h2": bold, "h3": bold, "h4": bold, "h5": bold, "h6": bold, "th": 0,
	"i": italic, "em": italic, "cite": italic, "dfn": italic, "var": italic, "u": italic, "ins": italic,
	"code": inCode, "tt": inCode, "kbd": inCode, "samp": inCode,
}

// look notes that an element begins or ends.
func (w *writer) look(n *node, by int) {
	l := looksOf[n.name]
	if len(n.attributes) > 0 {
		l |= n.styledLook()
		l &^= n.unstyledLook()
	}
	for i := range lookCount {
		if l&(1<<i) != 0 {
			w.looks[i] += by
		}
	}
}

func (w *writer) currentLook() (l look) {
	for i := range lookCount {
		if w.looks[i] > 0 {
			l |= 1 << i
		}
	}
	return l
}

// write adds words to the line, and what places in them stand for. Code that a
// deletion begins or ends in is not code.
func (w *writer) write(text string, l look) {
	for strings.ContainsAny(text, placeSigns) {
		at := placePattern.FindStringSubmatchIndex(text)
		if at == nil {
			break
		}
		w.words(text[:at[0]], l)
		if at[2] >= 0 {
			w.formula(text[at[2]:at[3]], text[at[1]:], l)
		} else if w.Sounds {
			w.sound(text[at[4]:at[5]])
		} else {
			w.words(text[at[0]:at[1]], l)
		}
		text = text[at[1]:]
	}
	w.words(text, l)
}

func (w *writer) words(text string, l look) {
	if text == "" {
		return
	}
	if l&inCode != 0 && w.marked(text) {
		w.lost("deletion within code", text)
		l &^= inCode
	}
	if l&inCode != 0 {
		l = inCode
	}
	w.spans = append(w.spans, span{text, l})
}

// marked reports whether marks of deletions are in a text.
func (w *writer) marked(text string) bool { return w.Deletions && strings.ContainsAny(text, marks) }

// writeLine makes a line of Markdown of spans: white space is collapsed, and
// emphasis is left out where Markdown would not see it.
func writeLine(spans []span, escape func(text string) string, lost func(kind, example string)) string {
	if len(spans) == 1 && spans[0].look == 0 { // as most are
		return escape(strings.Join(strings.FieldsFunc(spans[0].text, isBlank), " "))
	}
	spans = unpunctuated(tidySpans(spans), lost)
	var out strings.Builder
	for i, s := range spans {
		switch {
		case s.look&verbatim != 0:
			out.WriteString(s.text)
		case s.look&inCode != 0:
			out.WriteString(codeSpan(s.text))
		case s.look&(bold|italic) != 0:
			mark := emphasis(spans, i)
			if mark == "" {
				lost("bold or italic", s.text)
			}
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
	var run strings.Builder // the text of the last one
	space := true           // at the beginning, or after a space
	add := func(text string, l look) {
		if text == "" {
			return
		}
		if n := len(tidy); n == 0 || tidy[n-1].look != l || l&verbatim != 0 {
			if n > 0 {
				tidy[n-1].text = run.String()
				run = strings.Builder{}
			}
			tidy = append(tidy, span{look: l})
		}
		run.WriteString(text)
	}
	for _, s := range spans {
		if s.look&verbatim != 0 {
			add(s.text, s.look)
			space = space && s.look&glued != 0
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
	if n := len(tidy); n > 0 {
		tidy[n-1].text = run.String()
	}
	if n := len(tidy); n > 0 && tidy[n-1].look == 0 {
		if tidy[n-1].text = strings.TrimRight(tidy[n-1].text, " "); tidy[n-1].text == "" {
			tidy = tidy[:n-1]
		}
	}
	return tidy
}

// unpunctuated takes punctuation at the ends of emphasis out of it where letters
// follow at once: Markdown would not see the emphasis else ("**Note:**this").
func unpunctuated(spans []span, lost func(kind, example string)) []span {
	var out []span
	for i, s := range spans {
		if s.look&(bold|italic) == 0 || s.look&(verbatim|inCode) != 0 {
			out = append(out, s)
			continue
		}
		before, after := neighbours(spans, i)
		text, head, tail := s.text, "", ""
		if outside(before) {
			head = text[:len(text)-len(strings.TrimLeftFunc(text, punctuation))]
			text = text[len(head):]
		}
		if outside(after) {
			tail = text[len(strings.TrimRightFunc(text, punctuation)):]
			text = text[:len(text)-len(tail)]
		}
		trimmed := strings.TrimSpace(text)
		if trimmed != text { // a space stood between: "- a"
			at := strings.Index(text, trimmed)
			head, tail, text = head+text[:at], text[at+len(trimmed):]+tail, trimmed
		}
		if text == "" {
			lost("bold or italic", s.text)
		}
		for _, part := range []span{{head, 0}, {text, s.look}, {tail, 0}} {
			if part.text != "" {
				out = append(out, part)
			}
		}
	}
	return out
}

// neighbours are the characters beside a span; a space at the ends of the line.
func neighbours(spans []span, i int) (before, after rune) {
	before, after = ' ', ' '
	if i > 0 {
		before, _ = utf8.DecodeLastRuneInString(spans[i-1].text)
	}
	if i+1 < len(spans) {
		after, _ = utf8.DecodeRuneInString(spans[i+1].text)
	}
	return before, after
}

// outside reports whether emphasis whose end is punctuation is none beside r.
func outside(r rune) bool { return !isBlank(r) && !punctuation(r) }

// emphasis is the mark around span i; empty where Markdown would not see one: not
// between letters and punctuation, and not beside stars.
func emphasis(spans []span, i int) string {
	text := spans[i].text
	first, _ := utf8.DecodeRuneInString(text)
	last, _ := utf8.DecodeLastRuneInString(text)
	before, after := neighbours(spans, i)
	mark := map[look]string{bold: "**", italic: "*", bold | italic: "***"}[spans[i].look&(bold|italic)]
	if i > 0 && spans[i-1].look&(bold|italic) != 0 && spans[i-1].look&verbatim == 0 {
		mark, before = map[string]string{"**": "__", "*": "_"}[mark], '*'
		if word(after) {
			return "" // "_" within a word is a letter of it
		}
	}
	switch {
	case mark == "", text == "*", ambiguous(first), ambiguous(last), ambiguous(after),
		mark[0] == '*' && ambiguous(before), mark[0] == '_' && after == '_':
		return ""
	case punctuation(first) && outside(before), punctuation(last) && outside(after):
		return ""
	}
	return mark
}

// ambiguous characters beside a star are read in more than one way.
func ambiguous(r rune) bool {
	return r == '*' || r == '_' || r == utf8.RuneError || unicode.Is(unicode.M, r)
}

func punctuation(r rune) bool { return unicode.IsPunct(r) || unicode.IsSymbol(r) }

func word(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

var (
	autolink   = lazyregexp.New(`^<[^ <>]{1,254}[:@]`)
	resolvable = lazyregexp.New(`^&(#[0-9]|#[xX][0-9a-fA-F]|[A-Za-z][A-Za-z0-9]*;)`)
)

// escapeWords keeps Markdown from reading more into a text than its words, with as
// few backslashes as may be.
func escapeWords(text string, dollars, brackets bool) string {
	if !strings.ContainsAny(text, "\\*_`[]<&$") {
		return text
	}
	var out strings.Builder
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
			escape = i+1 == len(text) || isPunctByte(after)
		case '*':
			escape = before != ' ' || after != ' '
		case '_':
			escape = !endsInWord(text[:i]) || !beginsWithWord(text[i+1:])
		case '`':
			escape = true
		case '[', ']':
			escape = brackets || i == 0 || strings.HasPrefix(text[i:], "[^") || strings.HasPrefix(text[i:], "[[") ||
				len(text) > i+2 && c == '[' && text[i+2] == ']' && strings.IndexByte(" xX", text[i+1]) >= 0
		case '$':
			escape = dollars
		case '<':
			escape = autolink.MatchString(text[i:])
		case '&':
			escape = resolvable.MatchString(text[i:])
		}
		if escape {
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
	return word(r)
}

func beginsWithWord(text string) bool {
	r, _ := utf8.DecodeRuneInString(text)
	return word(r)
}

var (
	lineMark   = lazyregexp.New("^(?:(?:[-+*]|#{1,6})(?: |$)|>|(?:- ?){3,}$|(?:_ ?){3,}$|~{3}|=+$|\\|)")
	lineNumber = lazyregexp.New(`^\d{1,9}[.)](?: |$)`)
)

// escapeLine keeps a line of several from beginning a list, a heading, a rule.
func escapeLine(line string) string {
	if lineMark.MatchString(line) {
		return `\` + line
	}
	if lineNumber.MatchString(line) {
		dot := strings.IndexAny(line, ".)")
		return line[:dot] + `\` + line[dot:]
	}
	return line
}
