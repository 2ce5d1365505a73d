package review

import (
	"slices"
	"strings"

	"kartei/decks"
	"kartei/decks/syntax"
)

// filled is a cloze card's sentence with everything in it; what the card had
// hidden is emphasised. Braces that an author made literal may read like those
// of a deletion: where they do, the answer stands alone.
func filled(c *decks.Card) string {
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
		if !d.Has(c.Number) {
			sentence.WriteString(answer)
			continue
		}
		sentence.WriteString("**" + answer + "**")
		if !slices.Contains(answers, answer) {
			answers = append(answers, answer)
		}
	}
	if strings.Join(answers, ", ") != c.Answer {
		return c.Answer
	}
	return sentence.String() + c.Text[from:]
}
