package quiz

import (
	"cmp"
	"slices"

	"kartei/decks"
)

// Deck gives the questions of a form as facts, for programs that take those: a
// choice as its options, a sequence in its right order. The form must have its
// key. Excused questions are left out; the line of a fact is the number of its
// question.
func (f *Form) Deck() *decks.Deck {
	d := &decks.Deck{Name: cmp.Or(f.Title, "quiz"), Lang: f.Lang()}
	for i := range f.Questions {
		q := &f.Questions[i]
		if q.Key.Excused {
			continue
		}
		file, line := "form.md", i+1
		d.Facts = append(d.Facts, decks.Fact{File: file, Line: line, Cards: []decks.Card{q.card()}})
	}
	return d
}

func (q *Question) card() decks.Card {
	c := decks.Card{ID: q.Card, Name: "card", Prompt: q.Prompt, Note: q.Key.Note, Source: q.Key.Source}
	switch q.Kind {
	case Typed:
		c.Kind, c.Type = decks.Recall, decks.AnswerTyped
		c.Answer, c.Accept, c.Tolerance = q.Key.Answer, q.Key.Accept, q.Key.Tolerance
	case Set:
		c.Kind, c.Items = decks.Set, q.Key.Parts
	case Sequence:
		c.Kind = decks.Sequence
		for _, option := range q.Key.Right {
			c.Items = append(c.Items, q.Options[option])
		}
	default:
		c.Kind = decks.Choice
		for o, text := range q.Options {
			option := decks.Option{Text: text, Right: slices.Contains(q.Key.Right, o)}
			if o < len(q.Key.Why) {
				option.Why = q.Key.Why[o]
			}
			c.Options = append(c.Options, option)
		}
	}
	return c
}
