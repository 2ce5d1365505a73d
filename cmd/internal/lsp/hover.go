package lsp

import (
	"context"
	"fmt"
	"strings"

	"kartei/decks"
	"kartei/decks/check"
	"kartei/decks/syntax"
)

// mostShown is how many cards of a template a hover shows.
const mostShown = 6

// hover tells what stands at a place: a problem's rule, a source's citation, or
// the cards of a fact as they will be asked.
func (s *Server) hover(ctx context.Context, d *document, p placeParams) (any, error) {
	offset := d.text.offset(p.Position)
	var parts []string
	if c := d.citationAt(offset); c != nil {
		if e := d.source(c.name); e != nil {
			parts = append(parts, "**"+escape(e.Name)+"** "+escape(e.Value.Text))
		}
	}
	parts = append(parts, d.rulesAt(offset)...)
	span := syntax.Span{Start: offset, End: offset}
	if cards, at := d.cardsAt(offset); len(cards) > 0 {
		span = at
		parts = append(parts, s.describe(ctx, d, cards))
	}
	if len(parts) == 0 {
		return nil, nil
	}
	at := d.text.textRange(span.Start, span.End)
	return hover{markup{"markdown", strings.Join(parts, "\n\n---\n\n")}, &at}, nil
}

// rulesAt explains the rules that speak of a place.
func (d *document) rulesAt(offset int) (parts []string) {
	for _, f := range d.own {
		if rule, ok := check.Find(f.Rule); ok && f.Start <= offset && offset <= max(f.End, f.Start+1) {
			parts = append(parts, "**"+f.Rule+"** "+escape(rule.Title)+"\n\n"+strings.TrimSpace(rule.Text))
		}
	}
	return parts
}

// cardsAt returns the cards of the fact, template or row at a place.
func (d *document) cardsAt(offset int) ([]cardOf, syntax.Span) {
	if fact := d.file.FactAt(offset); fact != nil {
		return d.parts[fact], fact.Span
	}
	table := d.tableAt(offset)
	if table == nil {
		return nil, syntax.Span{}
	}
	for i := range table.Rows {
		row := &table.Rows[i]
		if offset < row.Start || offset > row.End {
			continue
		}
		var cards []cardOf
		for _, template := range table.Templates {
			for _, c := range d.parts[template] {
				if c.row == row {
					cards = append(cards, c)
				}
			}
		}
		return cards, row.Span
	}
	return nil, syntax.Span{}
}

// describe shows cards as they will be asked, and how the learner stands with them.
func (s *Server) describe(ctx context.Context, d *document, cards []cardOf) string {
	standing := s.standing(ctx, d)
	var b strings.Builder
	for i, c := range cards {
		if i == mostShown {
			fmt.Fprintf(&b, "… and %d more", len(cards)-i)
			break
		}
		fmt.Fprintf(&b, "**%s**\n\n%s\n", quoted(c.card.Prompt), quoted(answerOf(c.card)))
		if text := standing.of(c.card).Text; text != "" {
			fmt.Fprintf(&b, "\n*%s*\n", escape(text))
		}
		b.WriteString("\n")
	}
	return strings.TrimSpace(b.String())
}

// answerOf is what a learner has to say, in one text.
func answerOf(c *decks.Card) string {
	switch c.Kind {
	case decks.Choice:
		var lines []string
		for _, o := range c.Options {
			mark := "[ ] "
			if o.Right {
				mark = "[x] "
			}
			lines = append(lines, "- "+mark+o.Text)
		}
		return strings.Join(lines, "\n")
	case decks.Set, decks.Sequence:
		var lines []string
		for i, item := range c.Items {
			mark := "- "
			if c.Kind == decks.Sequence {
				mark = fmt.Sprintf("%d. ", i+1)
			}
			lines = append(lines, mark+item)
		}
		return strings.Join(lines, "\n")
	}
	return c.Answer
}

// quoted keeps a text of a deck, which is Markdown, from ending the bold around
// it: only its line breaks matter here.
func quoted(text string) string { return strings.ReplaceAll(strings.TrimSpace(text), "**", "") }

// escape keeps a plain text from being read as Markdown.
func escape(text string) string {
	return strings.NewReplacer(`\`, `\\`, "*", `\*`, "_", `\_`, "`", "\\`", "<", `\<`, "[", `\[`, "]",
		`\]`).Replace(text)
}
