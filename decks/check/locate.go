package check

import (
	"slices"
	"strings"

	"kartei/decks"
	"kartei/decks/syntax"
)

// A spot is the part of a card that a finding points at.
type spot struct {
	part  part
	index int    // of the option, or of the column
	image string // its address
	word  string // to narrow the spot down to; empty means all of it
	nth   int    // which of the places at which the word stands in the text
}

type part uint8

const (
	inFact part = iota
	inQuestion
	inRow
	inAnswer
	inOption
	inImage
	inEvidence
	inSource
	inColumn
)

var (
	atFact     = spot{part: inFact}     // the fact as a whole
	atQuestion = spot{part: inQuestion} // the question as written, of a table the template's
	atRow      = spot{part: inRow}      // the question, of a table the row that fills it in
	atAnswer   = spot{part: inAnswer}   // the answer as written, of a table the row's cell
	atEvidence = spot{part: inEvidence} // the evidence as written, of a table the row's cell
	atSource   = spot{part: inSource}   // likewise the source
)

func atOption(i int) spot         { return spot{part: inOption, index: i} }
func atImage(address string) spot { return spot{part: inImage, image: address} }

// at narrows the spot down to a word of the text that stands there.
func (s spot) at(w word, text string) spot {
	s.word, s.nth = w.text, strings.Count(text[:w.start], w.text)
	return s
}

// locate finds a spot of a card in the file.
func locate(o decks.Origin, c *decks.Card, s spot) syntax.Span {
	span := locatePart(o, c, s)
	if s.word == "" {
		return span
	}
	text, from := o.File.Slice(span), 0
	for {
		i := strings.Index(text[from:], s.word)
		if i < 0 {
			return span // a column fills it in
		}
		if s.nth == 0 {
			return syntax.Span{Start: span.Start + from + i, End: span.Start + from + i + len(s.word)}
		}
		s.nth--
		from += i + len(s.word)
	}
}

func locatePart(o decks.Origin, c *decks.Card, s spot) syntax.Span {
	first := o.Fact.Fields[0]
	switch s.part {
	case inFact:
		if o.Row != nil {
			return rowStart(o.Row)
		}
		return first.Name()
	case inRow:
		if o.Row != nil {
			return rowStart(o.Row)
		}
	case inAnswer:
		return answerSpan(o, c)
	case inOption:
		return optionSpan(o, s.index)
	case inImage:
		return imageSpan(o, s.image)
	case inEvidence:
		return valueSpan(o, syntax.Evidence, syntax.RowEvidence)
	case inColumn:
		return o.Row.Cells[s.index].Span
	case inSource:
		return valueSpan(o, syntax.Source, syntax.RowSource)
	}
	if f := o.Fact.Get(syntax.Definition); f != nil && c.Name == "reverse" {
		return f.Value.Span
	}
	return first.Value.Span
}

// rowStart is the first cell of a row.
func rowStart(r *syntax.Row) syntax.Span {
	if len(r.Cells) > 0 {
		return r.Cells[0].Span
	}
	return r.Span
}

// answerSpan is the answer as written; in a table the cell that fills it in.
func answerSpan(o decks.Origin, c *decks.Card) syntax.Span {
	answer := o.Fact.Get(syntax.Answer)
	switch {
	case c.Name == "reverse":
		answer = o.Fact.Get(syntax.Term)
	case answer == nil:
		answer = o.Fact.Get(syntax.Definition)
	}
	if answer == nil {
		return o.Fact.Fields[0].Value.Span
	}
	if o.Row != nil {
		for i, column := range o.Table.Columns {
			if i < len(o.Row.Cells) && strings.Contains(answer.Value.Text, "{"+column.Name+"}") {
				return o.Row.Cells[i].Span
			}
		}
		return rowStart(o.Row)
	}
	return answer.Value.Span
}

// optionSpan is the option of that index: a line of the list, or a Not.
func optionSpan(o decks.Origin, index int) syntax.Span {
	if form, items := o.Fact.Items(); form == syntax.Options {
		if index < len(items) {
			return items[index].Value.Span
		}
		index -= len(items)
	}
	if o.Row != nil {
		return rowStart(o.Row)
	}
	for _, field := range o.Fact.Fields {
		if field.Key == syntax.Not {
			if index == 0 {
				return field.Value.Span
			}
			index--
		}
	}
	return o.Fact.Fields[0].Value.Span
}

// valueSpan is a value as written; in a table the row's cell.
func valueSpan(o decks.Origin, key syntax.Key, role syntax.Role) syntax.Span {
	if o.Row != nil {
		if i := o.Table.Role(role, ""); i >= 0 && o.Row.Cells[i].Text != "" {
			return o.Row.Cells[i].Span
		}
	}
	if f := o.Fact.Get(key); f != nil {
		return f.Value.Span
	}
	return o.Fact.Fields[0].Value.Span
}

// imageSpan is where the image's address stands, in the row or the fact.
func imageSpan(o decks.Origin, address string) syntax.Span {
	within := []syntax.Span{o.Fact.Span}
	if o.Row != nil {
		within = slices.Insert(within, 0, o.Row.Span)
	}
	for _, s := range within {
		if i := strings.Index(o.File.Text[s.Start:s.End], "]("+address); i >= 0 {
			from := s.Start + i + len("](")
			return syntax.Span{Start: from, End: from + len(address)}
		}
	}
	return o.Fact.Fields[0].Value.Span
}

// quote puts a text of the author between quotation marks, no more of it than
// fits into a message.
func quote(s string) string {
	const most = 40 // characters
	s = collapse(s)
	n := 0
	for i := range s {
		if n++; n > most {
			return "“" + s[:i] + "…”"
		}
	}
	return "“" + s + "”"
}
