package check

import (
	"fmt"
	"strings"

	"kartei/decks"
	"kartei/decks/syntax"
)

var askedElsewhere = Rule{
	Name:     "asked-elsewhere",
	Title:    "another deck of the folder asks the same and wants the same, so learners answer it twice",
	Severity: decks.Warning,
	Text: `
The same question with the same answer stands in a file of another deck. A learner of both is asked
twice, and a mend in one of the files does not reach the other. Keep it where it belongs. Within one
deck near-duplicate looks after this.`,
}

// elsewhere reports the cards that another deck has, too: those of the later one.
func elsewhere(all []*decks.Traced) (found []place) {
	type seat struct {
		deck *decks.Traced
		fact *decks.Fact
	}
	first := map[string]seat{}
	for _, d := range all {
		for i := range d.Deck.Facts {
			f := &d.Deck.Facts[i]
			c := &f.Cards[0]
			key := string(c.Kind) + "\x00" + strings.ToLower(c.Prompt) + "\x00" + strings.ToLower(c.AnswerText())
			switch other, known := first[key]; {
			case !known:
				first[key] = seat{d, f}
			case other.deck != d:
				origin := d.Origins[i][0]
				at := fmt.Sprintf("line %d of %s asks the same, in the deck %s", other.fact.Line, other.fact.File,
					other.deck.Deck.Name)
				problem := syntax.Problem{Span: locate(origin, c, atRow), Severity: askedElsewhere.Severity,
					Rule: askedElsewhere.Name, Message: at,
					Hint:  "keep it in one of the two",
					Other: &syntax.Place{File: other.fact.File, Line: other.fact.Line}}
				found = append(found, place{origin.File, problem})
			}
		}
	}
	return found
}
