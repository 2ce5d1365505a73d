package check

import (
	"fmt"
	"strings"

	"kartei/decks"
)

// Three parts make a list; more than five are more
// than anyone recalls without a plan.
const (
	listParts     = 3
	longListParts = 5
	partWords     = 4 // words of a part; longer ones are clauses of a sentence
)

var listAsAnswer = Rule{
	Name:     "list-as-answer",
	Title:    "a list hidden in one answer is graded all or nothing, and forgotten item by item",
	Severity: decks.Warning,
	Text: `
"North Atlantic, Central Europe and the Mediterranean" is three answers. Written as a list ("- " on
each line after "A:") it becomes a set that learners tick off item by item, and a number before each
makes it a sequence. If any one of the words will do, write one and put the others under Accept.
(Wozniak, Twenty rules of formulating knowledge, rules 9 and 10.)

Commas in places (Austin, Texas, USA), formulas, code, quotations and in a noun's adjectives do not
make a list.`,
	Bad: `
Q: Which colours has the flag of Germany?
A: black, red and gold`,
	Good: `
Q: Which colours has the flag of Germany?
A:
- black
- red
- gold`,
	card: func(it *item) {
		if it.card.Kind != decks.Recall || len(it.answer) < listParts {
			return
		}
		n := it.listed()
		switch {
		case n > longListParts:
			it.report(atAnswer, fmt.Sprintf("this answer is a list of %d: more than anyone recalls at once", n),
				"write it as a list, one \"- \" a line, or split it into several facts")
		case n >= listParts:
			it.report(atAnswer, fmt.Sprintf("this answer is a list of %d", n),
				"write it as a list, one \"- \" a line; if any one will do, put the others under Accept")
		}
	},
	fix: fixMakeList,
}

// listed is the number of parts of the answer if it is a list, else 0.
func (it *item) listed() int {
	text := it.card.Answer
	if strings.ContainsAny(text[:it.answer[0].start], "([{") {
		return 0 // a tuple or an interval
	}
	parts, conjunction, semicolon := 1, false, false
	words := 0
	for i, w := range it.answer {
		if w.is(mentioned | strong) {
			return 0
		}
		if i == 0 {
			words = 1
			continue
		}
		between := text[it.answer[i-1].end:w.start]
		joined := listConjunctions.has(english|german, w.fold)
		switch {
		case strings.ContainsAny(between, ".!?:([—–-"):
			return 0 // sentences, asides, tuples
		case strings.ContainsAny(between, ",;\n•"):
			semicolon = semicolon || strings.ContainsAny(between, ";\n•")
			parts, words = parts+1, 0
		case joined && conjunction:
			return 0 // "rise and fall and …" is prose
		case joined && parts > 1:
			parts, words = parts+1, 0
		case joined:
			return 0 // "law and order, …": the pair comes first
		}
		if joined {
			conjunction = true
			continue
		}
		if words++; words > partWords || clauseWord(w.fold) {
			return 0
		}
	}
	if words == 0 || parts < listParts || !conjunction && !semicolon && it.oneThing() {
		return 0
	}
	return parts
}

var listConjunctions = newLexicon("and or &", "und oder sowie")

// clauseWord reports whether a word makes its part of the text a clause or an
// apposition, not an item of a list.
func clauseWord(w string) bool { return clauses.has(english|german, w) }

var clauses = newLexicon(
	"who which that because if when while but where whose since although so is are was were has have had than",
	"weil dass wenn wobei welche welcher welches aber sondern damit obwohl da ist sind war waren wird wurde hat haben als")

// oneThing reports whether an enumeration without a conjunction names one
// thing: a place within a place, or a noun with its adjectives.
func (it *item) oneThing() bool {
	last, first := it.answer[len(it.answer)-1], it.answer[0]
	if articles.has(english|german, first.fold) || len(it.prompt) == 0 {
		return true
	}
	if asksForPlace.has(english|german, it.prompt[0].fold) &&
		(last.shouted() || wholes.has(english|german, last.fold)) {
		return true
	}
	tail := 0 // words after the last comma
	for i := len(it.answer) - 1; i > 0 && !strings.Contains(it.card.Answer[it.answer[i-1].end:it.answer[i].start],
		","); i-- {
		tail++
	}
	return tail >= 1 && tail < len(it.answer)-2 && !first.capital() && last.capital() // "kleine, runde, grüne Frucht"
}

var (
	articles     = newLexicon("a an the", "ein eine einen der die das")
	asksForPlace = newLexicon("where in", "wo woher wohin in")
	wholes       = newLexicon("usa uk us germany france italy spain england scotland canada australia japan china india jr sr inc ltd",
		"deutschland österreich schweiz frankreich italien spanien bayern sachsen hessen")
)
