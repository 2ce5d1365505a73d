package html

import (
	"strconv"
	"strings"

	"kartei/decks/lazyregexp"
)

// A place in the source stands for a formula, whose HTML is not markup.
const (
	placeOpen  = '\uFDD5'
	placeClose = '\uFDD6'
)

var (
	placeSigns   = string(placeOpen) + "["
	placePattern = lazyregexp.New(string(placeOpen) + "([0-9]+)" + string(placeClose) + `|\[sound:([^\]]+)\]`)
)

// A formula is mathematics, as Markdown and as its HTML was.
type formula struct{ text, source string }

// delimiters are what formulas stand between: those of MathJax, of Anki and of
// Moodle's TeX filter.
var delimiters = []struct {
	open, shut string
	display    bool
	latex      bool // a document of its own
}{
	{`\(`, `\)`, false, false},
	{`\[`, `\]`, true, false},
	{`$$`, `$$`, true, false},
	{`[$]`, `[/$]`, false, false},
	{`[$$]`, `[/$$]`, true, false},
	{`[latex]`, `[/latex]`, false, true},
	{`[tex]`, `[/tex]`, false, false},
	{`<tex>`, `</tex>`, false, false},
}

// takeFormulas replaces formulas by places, each looked for once: the time is
// that of reading the source.
func (w *writer) takeFormulas(source string) string {
	w.dollars = strings.Count(source, "$")
	if !strings.ContainsAny(source, `\[$<`) {
		return source
	}
	var missing [8]bool // no end of the kind follows
	var out strings.Builder
	from := 0
	for i := 0; i < len(source); i++ {
		if c := source[i]; c != '\\' && c != '[' && c != '$' && c != '<' {
			continue
		}
		for k, d := range delimiters {
			if missing[k] || !strings.HasPrefix(source[i:], d.open) {
				continue
			}
			start := i + len(d.open)
			end := strings.Index(source[start:], d.shut)
			if end < 0 {
				missing[k] = true
				continue
			}
			text := source[start : start+end]
			if d.open == "$$" && !within(text) {
				continue
			}
			out.WriteString(source[from:i])
			display := d.display
			if d.latex {
				text, display = w.document(text)
			}
			w.formulas = append(w.formulas, formula{w.formulaText(text, display), source[i : start+end+len(d.shut)]})
			out.WriteString(string(placeOpen) + strconv.Itoa(len(w.formulas)-1) + string(placeClose))
			from = start + end + len(d.shut)
			i = from - 1
			w.dollars = 2
			break
		}
	}
	out.WriteString(source[from:])
	return out.String()
}

// maxWithin is how long a formula between two dollars may be.
const maxWithin = 4 << 10

// within reports whether a text between two dollars may be a formula: it has words
// and ends in the paragraph where it began.
func within(text string) bool {
	return len(text) <= maxWithin && strings.TrimSpace(text) != "" && !strings.Contains(text, "<p") &&
		!strings.Contains(text, "</p") && !strings.Contains(text, "\n\n")
}

// formulaText writes a formula between dollars, or as code where it has some
// itself. A deletion within it, which the fact language does not see, becomes
// one of the whole formula.
func (w *writer) formulaText(source string, display bool) string {
	text := source
	if strings.ContainsAny(source, "<&") {
		var plain strings.Builder
		tokens(source, func(t token) bool {
			plain.WriteString(t.text)
			if t.kind == startToken && (t.name == "br" || t.name == "div" || t.name == "p") {
				plain.WriteByte(' ')
			}
			return true
		})
		text = plain.String()
	}
	before, after := "", ""
	if i := strings.IndexRune(text, DeletionOpen); i >= 0 {
		number, _, _ := strings.Cut(text[i+len(string(DeletionOpen)):], string(DeletionSplit))
		before, after = string(DeletionOpen)+number+string(DeletionSplit), string(DeletionClose)
		text = openPattern.ReplaceAllString(text, "")
		text = strings.NewReplacer(string(DeletionSplit), "", string(DeletionClose), "").Replace(text)
	}
	text = strings.Join(strings.FieldsFunc(w.expand(text), isBlank), " ")
	switch {
	case text == "":
		return ""
	case strings.Contains(text, "$"):
		return before + codeSpan(text) + after
	case display:
		return before + "$$" + text + "$$" + after
	}
	return before + "$" + text + "$" + after
}

var openPattern = lazyregexp.New(string(DeletionOpen) + "[0-9]+" + string(DeletionSplit))

// formula writes the formula of a place, before the text that follows.
func (w *writer) formula(place, after string, l look) {
	if l&inCode != 0 {
		w.words(w.bareFormula(place), l)
		return
	}
	number, err := strconv.Atoi(place)
	if err != nil || number >= len(w.formulas) {
		return
	}
	if last := len(w.spans) - 1; last >= 0 && strings.HasSuffix(w.spans[last].text, "$") {
		w.words(" ", 0)
	}
	w.spans = append(w.spans, span{w.formulas[number].text, verbatim})
	if after != "" && ('0' <= after[0] && after[0] <= '9' || after[0] == '$') {
		w.words(" ", 0) // a digit after a dollar makes it money
	}
}

// bareFormula is a formula where none is shown, in code: as it is written.
func (w *writer) bareFormula(place string) string {
	number, err := strconv.Atoi(place)
	if err != nil || number >= len(w.formulas) {
		return ""
	}
	return Words(w.formulas[number].source, 0)
}

// restore is a text with the formulas that it had.
func (w *writer) restore(text string) string {
	if !strings.ContainsRune(text, placeOpen) {
		return text
	}
	return placePattern.ReplaceAllStringFunc(text, func(place string) string {
		at := placePattern.FindStringSubmatch(place)
		if at[1] == "" {
			return place
		}
		return w.bareFormula(at[1])
	})
}

// mathML writes a formula of MathML by the TeX that it brings, or its words.
func (w *writer) mathML(n *node) {
	tex := n.attribute("alttext")
	if tex == "" {
		tex = annotation(n)
	}
	if tex == "" {
		w.lost("MathML", n.example())
		w.words(n.words(maxWithin), w.currentLook())
		return
	}
	w.tex(tex, n.attribute("display") == "block")
}

func (w *writer) tex(tex string, display bool) {
	w.formulas = append(w.formulas, formula{text: w.formulaText(strings.NewReplacer("<", "&lt;", "&",
		"&amp;").Replace(tex), display)})
	w.formula(strconv.Itoa(len(w.formulas)-1), "", 0)
}

func annotation(n *node) string {
	for _, kid := range n.kids {
		if kid.name == "annotation" && strings.Contains(kid.attribute("encoding"), "tex") {
			return strings.TrimSpace(kid.words(maxWithin))
		}
		if tex := annotation(kid); tex != "" {
			return tex
		}
	}
	return ""
}
