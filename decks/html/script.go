package html

import (
	"strings"
	"unicode/utf8"

	"kartei/decks/lazyregexp"
	"kartei/decks/maths"
	"kartei/decks/wordset"
)

// ordinals are what stands raised behind numbers without meaning a power.
var ordinals = wordset.New("st nd rd th er re ère ème ers os as ® ™ TM")

// maxScripts is how deep indices and exponents nest.
const maxScripts = 2

// script writes an index or an exponent: in Unicode, else as a formula with what it
// belongs to, else behind a sign.
func (w *writer) script(n *node) {
	raised := n.name == "sup"
	if w.scripts >= maxScripts || n.has("br", "div", "p", "ul", "ol", "table", "pre", "img") {
		w.children(n)
		return
	}
	inner := writer{Converter: w.Converter, formulas: w.formulas, dollars: w.dollars, scripts: w.scripts + 1}
	if w.code == nil {
		inner.looks = w.looks
	}
	inner.children(n)
	inner.spans = tidySpans(inner.spans)
	w.formulas = inner.formulas
	if len(inner.lines) > 0 || inner.out.Len() > 0 { // it has lines
		w.scripts++
		w.children(n)
		w.scripts--
		return
	}
	if len(inner.spans) == 0 {
		return
	}
	if len(inner.spans) == 1 && inner.spans[0].look&verbatim == 0 {
		text := strings.TrimSpace(inner.spans[0].text)
		if written, ok := scripted(text, raised); ok {
			w.piece(written, inner.spans[0].look)
			return
		}
		if inner.spans[0].look == 0 && w.code == nil && w.formulaOf(text, raised) {
			return
		}
		if strings.HasPrefix(text, "[") { // a footnote
			w.piece(text, 0)
			return
		}
		if (strings.Contains(text, " ") || utf8.RuneCountInString(text) > 12) && !w.attached() { // small words, and no index
			w.piece(text, inner.spans[0].look)
			return
		}
	}
	w.lost("index or exponent", n.example())
	sign := "_("
	if raised {
		sign = "^("
	}
	w.piece(sign, 0)
	for _, s := range inner.spans {
		if s.look&verbatim != 0 && w.code == nil {
			w.spans = append(w.spans, s)
		} else {
			w.piece(s.text, s.look)
		}
	}
	w.piece(")", 0)
}

// piece writes words that places and marks stand in no more.
func (w *writer) piece(text string, l look) {
	if w.code != nil {
		w.code.WriteString(text)
		return
	}
	w.words(text, l)
}

// scripted writes a text raised or lowered, also where it is a deletion.
func scripted(text string, raised bool) (string, bool) {
	if ordinals.Has(text) && raised {
		return text, true
	}
	if !strings.ContainsAny(text, marks) {
		return maths.Script(text, raised)
	}
	var out strings.Builder
	ok, whole := true, true
	splits := 0
	for part := range pieces(text) {
		switch first, _ := utf8.DecodeRuneInString(part); {
		case first == DeletionOpen:
			splits = 1
		case first == DeletionSplit:
			splits++
		case first == DeletionClose:
			splits = 0
		case splits == 0 || splits == 2: // before it, or its answer
			part, whole = maths.Script(part, raised)
			ok = ok && whole
		}
		out.WriteString(part)
	}
	return out.String(), ok
}

// pieces are the marks of a text and what stands between them.
func pieces(text string) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		for text != "" {
			at := strings.IndexAny(text, marks)
			switch at {
			case 0:
				_, at = utf8.DecodeRuneInString(text)
			case -1:
				at = len(text)
			}
			if !yield(text[:at]) {
				return
			}
			text = text[at:]
		}
	}
}

var (
	simpleScript = lazyregexp.New(`^[A-Za-z0-9+=,.-]{1,12}$`)
	simpleBase   = lazyregexp.New(`[A-Za-z0-9]{1,8}$`)
)

// formulaOf makes a formula of a script and of the word before it.
func (w *writer) formulaOf(text string, raised bool) bool {
	last := len(w.spans) - 1
	if last < 0 || w.spans[last].look != 0 || !simpleScript.MatchString(text) {
		return false
	}
	at := simpleBase.FindStringIndex(w.spans[last].text)
	if at == nil || at[0] > 0 && !strings.HasSuffix(w.spans[last].text[:at[0]], " ") {
		return false
	}
	sign := "_{"
	if raised {
		sign = "^{"
	}
	base := w.spans[last].text[at[0]:]
	w.spans[last].text = w.spans[last].text[:at[0]]
	w.dollars = 2
	w.spans = append(w.spans, span{"$" + base + sign + text + "}$", verbatim})
	return true
}

// attached reports whether no space stands before what comes next.
func (w *writer) attached() bool {
	last := len(w.spans) - 1
	if last < 0 {
		return false
	}
	r, _ := utf8.DecodeLastRuneInString(w.spans[last].text)
	return !isBlank(r)
}

// ruby writes what stands above characters in brackets behind them.
func (w *writer) ruby(n *node) {
	for _, kid := range n.kids {
		switch {
		case kid.name == "rt" || kid.name == "rtc":
			if !kid.blank() {
				w.sign("（")
				w.children(kid)
				w.sign("）")
			}
		case kid.name == "rb":
			w.children(kid)
		case kid.name == "rp":
		case kid.name == "" && strings.TrimSpace(kid.text) == "" && kid.ends == nil:
		default:
			w.node(kid)
		}
	}
}
