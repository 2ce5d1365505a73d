package reading

import (
	"slices"
	"strings"

	"kartei/decks"
	"kartei/decks/syntax"
)

// Sentence is a cloze card's sentence with everything in it; what the card hides is
// emphasised, or what any card of its fact does. Braces that an author made literal
// may read like those of a deletion: where they do, the answer stands alone.
func Sentence(c *decks.Card, any bool) string {
	var sentence strings.Builder
	var answers []string
	from := 0
	for _, d := range syntax.Deletions(c.Text) {
		if !d.Written {
			continue
		}
		answer := c.Text[d.Answer.Start:d.Answer.End]
		sentence.WriteString(c.Text[from:d.Start])
		from = d.End
		if d.Has(c.Number) && !slices.Contains(answers, answer) {
			answers = append(answers, answer)
		}
		if any || d.Has(c.Number) {
			answer = "**" + answer + "**"
		}
		sentence.WriteString(answer)
	}
	if strings.Join(answers, ", ") != c.Answer {
		return c.Answer
	}
	return sentence.String() + c.Text[from:]
}
