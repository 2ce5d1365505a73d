package factfile

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"kartei/decks"
	"kartei/decks/syntax"
)

// Write writes a deck's facts, one for each card (two cards named "forward" and
// "reverse" are one term, those of a sentence with gaps are one), with headings for their sections, in canonical form
// and with ids. Characters that a deck may not hold are left out, and a " -- "
// in an option becomes a dash, because there it would begin its reason. Every
// card must ask and answer something that is left of its texts by [Tidy].
func Write(w io.Writer, d *decks.Deck) error { return WriteWith(w, d, nil) }

// WriteWith is Write with a text in the fact language behind the facts: tables with
// their templates, which facts behind them could be taken for.
func WriteWith(w io.Writer, d *decks.Deck, body []byte) error {
	var out printer
	out.header(d)
	var section []string
	for i := range d.Facts {
		f := &d.Facts[i]
		if !slices.Equal(f.Section, section) {
			section = f.Section
			out.heading(section)
		}
		out.fact(f)
	}
	out.Write(body)
	text, err := syntax.FormatWithTextIDs([]byte(out.String()))
	if err != nil {
		return fmt.Errorf("write deck %s as notes: %w", d.Name, err)
	}
	_, err = w.Write(text)
	return err
}

func isSentence(f *decks.Fact) bool { return len(f.Cards) > 0 && f.Cards[0].Kind == decks.Cloze }

func isTerm(f *decks.Fact) bool {
	return len(f.Cards) == 2 && f.Cards[0].Name == "forward" && f.Cards[1].Name == "reverse"
}

// A printer writes facts.
type printer struct{ strings.Builder }

func (p *printer) header(d *decks.Deck) {
	p.WriteString("---\n")
	for _, entry := range []struct{ key, value string }{
		{"deck", d.Name}, {"title", d.Title}, {"author", d.Author}, {"license", d.License}, {"lang", d.Lang},
		{"tags", strings.Join(d.Tags, " ")},
	} {
		if value := OneLine(entry.value); value != "" {
			p.WriteString(entry.key + ": " + value + "\n")
		}
	}
	p.WriteString("---\n\n")
}

func (p *printer) heading(section []string) {
	for i, title := range section {
		if title = OneLine(title); title != "" {
			p.WriteString(strings.Repeat("#", min(i+2, 6)) + " " + title + "\n\n")
		}
	}
}

// fact writes a fact for each card, or one for both.
func (p *printer) fact(f *decks.Fact) {
	switch {
	case isTerm(f):
		p.term(f)
		return
	case isSentence(f):
		p.sentence(f)
		return
	}
	for i := range f.Cards {
		p.card(f, &f.Cards[i])
	}
}

func (p *printer) term(f *decks.Fact) {
	p.value("T", f.Cards[0].Prompt)
	p.value("D", f.Cards[0].Answer)
	p.rest(f, &f.Cards[0])
}

// sentence writes a sentence with its gaps. Numbers are written where gaps are not
// one for each card, in order.
func (p *printer) sentence(f *decks.Fact) {
	c := &f.Cards[0]
	gaps, inOrder := gapsOf(f), true
	for i, d := range gaps {
		inOrder = inOrder && d.Number == i+1 && len(d.More) == 0
	}
	var out strings.Builder
	from := 0
	for _, d := range gaps {
		out.WriteString(syntax.Quote(c.Text[from:d.Start], '{', '}') + "{{")
		if !inOrder {
			out.WriteString(d.Numbers() + "::")
		}
		out.WriteString(inGap(c.Text[d.Answer.Start:d.Answer.End]))
		if hint := c.Text[d.Hint.Start:d.Hint.End]; hint != "" {
			out.WriteString("::" + inGap(hint))
		}
		out.WriteString("}}")
		from = d.End
	}
	out.WriteString(syntax.Quote(c.Text[from:], '{', '}'))
	p.value("C", out.String())
	p.rest(f, c)
}

// gapsOf are the gaps of a sentence that cards of the fact ask for: other braces are
// the author's.
func gapsOf(f *decks.Fact) (gaps []syntax.Deletion) {
	for _, d := range syntax.Deletions(f.Cards[0].Text) {
		if d.Written && slices.ContainsFunc(f.Cards, func(c decks.Card) bool { return d.Has(c.Number) }) {
			gaps = append(gaps, d)
		}
	}
	return gaps
}

// inGap is a text within the braces of a gap.
func inGap(text string) string {
	if strings.Contains(text, "::") || strings.HasPrefix(text, ":") || strings.HasSuffix(text, ":") {
		return syntax.Quote(text, '{', '}', ':')
	}
	return syntax.Quote(text, '{', '}')
}

func (p *printer) card(f *decks.Fact, c *decks.Card) {
	p.value("Q", c.Prompt)
	switch c.Kind {
	case decks.Choice:
		for _, o := range c.Options {
			p.option(o)
		}
	case decks.Set, decks.Sequence:
		p.WriteString("A:\n")
		for i, item := range c.Items {
			mark := "- "
			if c.Kind == decks.Sequence {
				mark = strconv.Itoa(i+1) + ". "
			}
			p.item(mark, item)
		}
	default:
		p.value("A", c.Answer)
		for _, o := range c.Options {
			p.value("Not", reasoned(o))
		}
	}
	p.rest(f, c)
}

func (p *printer) option(o decks.Option) {
	mark := "- [ ] "
	if o.Right {
		mark = "- [x] "
	}
	p.item(mark, reasoned(o))
}

// rest writes the keys that every fact may have.
func (p *printer) rest(f *decks.Fact, c *decks.Card) {
	for _, a := range c.Accept {
		p.value("Accept", Escape(a, '|'))
	}
	p.value("Hint", c.Hint)
	p.value("Note", c.Note)
	p.value("Source", c.Source)
	p.value("Evidence", c.Evidence)
	p.value("As-of", c.AsOf)
	p.value("Tags", strings.Join(c.Tags, " "))
	p.value("Type", string(c.Type))
	if syntax.IsID(f.Key) && (len(f.Cards) == 1 || isTerm(f) || isSentence(f)) {
		p.value("Id", f.Key)
	}
	if c.Tolerance != nil {
		tolerance := "± " + strconv.FormatFloat(c.Tolerance.Amount, 'f', -1, 64)
		if c.Tolerance.Percent {
			tolerance += " %"
		}
		p.value("Tolerance", tolerance)
	}
	p.WriteByte('\n')
}

// reasoned is an option with what is said when it is chosen.
func reasoned(o decks.Option) string {
	if Tidy(o.Why) == "" {
		return dashes(Escape(o.Text))
	}
	text := dashes(Escape(lone(Tidy(o.Text))))
	if strings.HasSuffix(text, "```") || strings.HasSuffix(text, "~~~") {
		return text + "\n-- " + Escape(lone(Tidy(o.Why))) // a fence ends with its line
	}
	return text + " -- " + Escape(lone(Tidy(o.Why)))
}

// lone puts a backslash before signs that open no code and no formula in their
// text, but might with what follows it.
func lone(text string) string {
	var out strings.Builder
	for piece := range syntax.Pieces(text) {
		for i := piece.Start; i < piece.End; i++ {
			if piece.Kind == syntax.Words && (text[i] == '$' || text[i] == '`') &&
				(i == piece.Start || text[i-1] != '\\') {
				out.WriteByte('\\')
			}
			out.WriteByte(text[i])
		}
	}
	return out.String()
}

// value writes a key and its value, or nothing if it is empty.
func (p *printer) value(key, text string) {
	escaped := text
	if key != "Accept" && key != "Not" && key != "C" { // they are escaped already
		escaped = Escape(text)
	}
	if escaped = Tidy(escaped); escaped == "" {
		return
	}
	p.WriteString(key + ":")
	if strings.HasPrefix(escaped, "```") || strings.HasPrefix(escaped, "~~~") {
		p.WriteString("\n    ") // as far in as its other lines
	} else {
		p.WriteByte(' ')
	}
	p.indented(escaped)
}

// item writes an item of a list. One that begins with a bracket might be taken
// for an option.
func (p *printer) item(mark, text string) {
	if !strings.Contains(mark, "[") {
		text = Escape(text)
		if strings.HasPrefix(Tidy(text), "[") {
			text = `\` + Tidy(text)
		}
	}
	p.WriteString(mark)
	p.indented(Tidy(text))
}

// indented writes a text with its further lines four columns in, where no list
// begins and no key, heading or table either.
func (p *printer) indented(text string) {
	for i, line := range strings.Split(text, "\n") {
		if i > 0 && line != "" {
			p.WriteString("    ")
		}
		p.WriteString(line + "\n")
	}
}

// Escape is [syntax.Quote] of a text without what a deck may not hold.
func Escape(text string, others ...byte) string { return syntax.Quote(Tidy(text), others...) }

// dashes makes a dash of each "--" that stands by itself.
func dashes(text string) string {
	var out strings.Builder
	for piece := range syntax.Pieces(text) {
		for i := piece.Start; i < piece.End; i++ {
			if piece.Kind == syntax.Words && alone(text, i, "--") {
				out.WriteString("–")
				i++
				continue
			}
			out.WriteByte(text[i])
		}
	}
	return out.String()
}

// alone reports whether word stands at text[i:] with space, or an end, on either side.
func alone(text string, i int, word string) bool {
	space := func(j int) bool { return j < 0 || j >= len(text) || text[j] == ' ' || text[j] == '\n' }
	return strings.HasPrefix(text[i:], word) && space(i-1) && space(i+len(word))
}

// Tidy leaves out what a deck may not hold: controls, marks that reorder or
// hide text, more than eight accents on one letter, and empty lines beyond one.
func Tidy(text string) string {
	if isTidy(text) {
		return text
	}
	text = lineSigns.Replace(strings.ToValidUTF8(text, "\uFFFD"))
	marks := 0
	text = norm.NFC.String(strings.Map(func(r rune) rune {
		if unicode.In(r, unicode.Mn, unicode.Me) {
			if marks++; marks > 8 {
				return -1
			}
		} else {
			marks = 0
		}
		if forbidden(r) {
			return -1
		}
		return r
	}, text))
	lines := strings.Split(text, "\n")
	kept := lines[:0]
	for _, line := range lines {
		line = strings.TrimRight(line, " ")
		if line != "" || len(kept) > 0 && kept[len(kept)-1] != "" {
			kept = append(kept, line)
		}
	}
	return strings.TrimSpace(strings.Join(kept, "\n"))
}

var lineSigns = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u2028", "\n", "\u2029", "\n\n", "\t", "    ")

// isTidy reports whether a text is one line of printable ASCII, as most are.
func isTidy(text string) bool {
	for i := range len(text) {
		if text[i] < ' ' || text[i] > '~' {
			return false
		}
	}
	return !strings.HasPrefix(text, " ") && !strings.HasSuffix(text, " ")
}

func forbidden(r rune) bool {
	switch {
	case r < ' ' && r != '\n', r >= 0x7f && r < 0xa0:
		return true
	case r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069, r >= 0xe0000 && r <= 0xe007f:
		return true
	}
	return r == 0x200b || r == 0x2060 || r == 0xfeff || r == 0x180e || r == 0x3164 || r == 0xad
}

// OneLine is Tidy for what has no line ends: all space is one blank.
func OneLine(text string) string { return strings.Join(strings.Fields(Tidy(text)), " ") }
