package check

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"kartei/decks"
)

// Of 219 capitals nine in ten have two words at
// most, and the longest prose field of that deck has 24. German writes in one
// word what English writes in two, so it is the words that count; the length in
// characters only catches text of at least eight of them.
const (
	longWords     = 12
	longRunes     = 80
	longProse     = 8
	veryLongWords = 25
)

var longAnswer = Rule{
	Name:     "long-answer",
	Title:    "a long answer is recalled in part, graded by mood and forgotten as a whole",
	Severity: decks.Warning,
	Text: `
The less a card asks for, the better it is remembered, and the surer its grade: who recalls three
parts of five cannot say whether that was right. Answers of more than twelve words, or of more than
eighty characters, are flagged. Keep the point and move the rest to a Note, make a list of it, or
split the fact. (Wozniak, Twenty rules of formulating knowledge, rule 4.)

Quotations to be known by heart, code and formulas are left alone.`,
	Bad: `
Q: What does Article 5 of the North Atlantic Treaty say?
A: That an armed attack against one or more members in Europe or North America shall be considered an attack against them all`,
	Good: `
Q: What is an armed attack on one member, by Article 5 of the North Atlantic Treaty?
A: An attack against all
Note: It holds for attacks in Europe and North America.`,
	card: func(it *item) {
		c := it.card
		if c.Kind != decks.Recall && c.Kind != decks.Cloze {
			return
		}
		n := 0
		for _, w := range it.answer {
			if !w.is(mentioned) {
				n++
			}
		}
		runes := utf8.RuneCountInString(c.Answer)
		switch {
		case strings.Contains(c.Answer, "```") || n <= len(it.answer)/2 ||
			n <= veryLongWords && it.listed() >= listParts:
			return // code, a quotation, or a list, which is a rule of its own
		case n > veryLongWords:
			it.report(atAnswer, "the answer has "+saidWords(n)+": nobody recalls it whole",
				"split the fact, or keep the point and move the rest to a Note")
		case n > longWords:
			it.report(atAnswer, "the answer has "+saidWords(n), "keep the point and move the rest to a Note")
		case n >= longProse && runes > longRunes:
			it.report(atAnswer, fmt.Sprintf("the answer has %d characters", runes),
				"keep the point and move the rest to a Note")
		}
	},
}
