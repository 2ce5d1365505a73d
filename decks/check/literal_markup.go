package check

import (
	"strings"

	"kartei/decks"
	"kartei/decks/lazyregexp"
	"kartei/decks/syntax"
)

var literalMarkup = Rule{
	Name:     "literal-markup",
	Title:    "what other programs would draw is shown to the learner as it is typed",
	Severity: decks.Warning,
	Text: `
Values are Markdown: emphasis, lists, code, links, pictures and $mathematics$. HTML, footnotes, the
pictures of wikis, tables and the mathematics of \[ \] are not part of it, two spaces at the end of a
line break nothing, and in code and formulas braces are braces. The alternatives of Accept have "|"
between them; commas belong to one.`,
	Bad: `
Q: What is <b>H</b> in chemistry?
A: Hydrogen`,
	Good: `
Q: What is **H** in chemistry?
A: Hydrogen`,
	file: func(s *examined) {
		for _, b := range s.file.Blocks {
			switch b := b.(type) {
			case *syntax.Fact:
				for i := range b.Fields {
					s.markupOfField(b, &b.Fields[i])
				}
			case *syntax.Table:
				for i := range b.Rows {
					for j := range b.Rows[i].Cells {
						if len(b.Templates) > 0 {
							s.markup(b.Rows[i].Cells[j], false)
						}
					}
				}
			}
		}
	},
}

// markupOfField looks at the texts of a field.
func (s *examined) markupOfField(fact *syntax.Fact, f *syntax.Field) {
	switch f.Key {
	case syntax.Source, syntax.Evidence, syntax.AsOf, syntax.Tags, syntax.ID, syntax.Type, syntax.Tolerance,
		syntax.Draft:
		return
	case syntax.Accept:
		if text := f.Value.Text; !strings.Contains(text, "|") && strings.ContainsAny(text, ",;") &&
			!strings.ContainsAny(fact.Text(syntax.Answer)+fact.Text(syntax.Definition), ",;") {
			s.report(f.Value.Span, "this is one answer with a comma or a semicolon in it", `write "|" between answers`)
		}
		return
	}
	s.markup(f.Value, f.Key == syntax.Cloze)
	for i := range f.Items {
		s.markup(f.Items[i].Value, false)
	}
}

// markups are what is looked for between code and mathematics.
var markups = []struct {
	sign          string // that stands in it
	pattern       *lazyregexp.Regexp
	message, hint string
}{
	{"<", lazyregexp.New(`(?i)</?(?:b|i|u|em|strong|br|p|div|span|sub|sup|font|ul|ol|li|img|hr|center|small|big|table|tr|td|th|h[1-6])(?:\s[^<>]*)?/?>`), "HTML is shown as it stands", "write Markdown: **bold**, *emphasis*, a list or a new line"},
	{"[^", lazyregexp.New(`\[\^[^\]\s]+\]`), "the mark of a footnote is shown as it stands",
		"write what it says under Note"},
	{"[[", lazyregexp.New(`!\[\[[^\]\n]+\]\]`), "a picture of a wiki is not shown",
		"write ![what it shows](picture.png)"},
	{`\[`, lazyregexp.New(`\\\[[^\n]+?\\\]`), `mathematics between \[ and \] is shown as it stands`,
		"write it between dollar signs: $$x^2$$"},
	{"--", lazyregexp.New(`(?m)^ *\|?(?: *:?-{2,}:? *\|)+(?: *:?-{2,}:? *)?$`),
		"a table in a text is shown as lines of bars",
		"write a list, or make facts of its rows: a table with templates below it"},
}

// markup looks at one text, and names each kind of markup once.
func (s *examined) markup(v syntax.Value, cloze bool) {
	if source := s.file.Slice(v.Span); strings.Contains(source, "  \n") {
		at := v.Start + strings.Index(source, "  \n")
		s.report(syntax.Span{Start: at, End: at + 2}, "two spaces at the end of a line break nothing",
			"write a list, or indent a paragraph of its own by two spaces")
	}
	if !strings.ContainsAny(v.Text, "<[\\|{") {
		return
	}
	said := make([]bool, len(markups))
	gap := false
	for piece := range syntax.Pieces(v.Text) {
		text := v.Text[piece.Start:piece.End]
		if cloze && !gap && (piece.Kind == syntax.Code || piece.Kind == syntax.Math) && strings.Contains(text, "{{") &&
			strings.Contains(text, "}}") {
			gap = true
			s.report(v.Range(piece.Start, piece.End), "braces in code and in formulas hide nothing",
				"put the whole of it between {{ and }}, or ask for it with Q and A")
		}
		if piece.Kind != syntax.Words {
			continue
		}
		for i, m := range markups {
			if said[i] || !strings.Contains(text, m.sign) {
				continue
			}
			if at := m.pattern.FindStringIndex(text); at != nil {
				said[i] = true
				s.report(v.Range(piece.Start+at[0], piece.Start+at[1]), m.message, m.hint)
			}
		}
	}
}
