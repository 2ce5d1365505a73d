package notebook

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"kartei/decks"
	"kartei/decks/lazyregexp"
	"kartei/decks/syntax"
)

// Question is a fact of a question and its answer, both Markdown. An answer that is
// a plain list is a set, or a sequence where it is numbered.
func Question(question, answer string) decks.Fact {
	c := decks.Card{Name: "card", Kind: decks.Recall, Prompt: question}
	if items, numbered := list(answer); len(items) > 1 {
		c.Kind, c.Items = decks.Set, items
		if numbered {
			c.Kind = decks.Sequence
		}
	} else {
		c.Answer = answer
	}
	return decks.Fact{Cards: []decks.Card{c}}
}

// Term is a fact of a term and its definition: two cards, one each way.
func Term(term, definition string) decks.Fact {
	return decks.Fact{Cards: []decks.Card{
		{Name: "forward", Kind: decks.Recall, Prompt: term, Answer: definition},
		{Name: "reverse", Kind: decks.Recall, Prompt: definition, Answer: term},
	}}
}

// What begins an item of a list. What is indented belongs to the item above it.
var (
	bullet   = lazyregexp.New(`^[-*+] +(\S.*)$`)
	numbered = lazyregexp.New(`^[0-9]{1,9}[.)] +(\S.*)$`)
)

// list reads a text that is nothing but a list without a second level.
func list(text string) (items []string, ordered bool) {
	mark := bullet
	lines := strings.Split(strings.TrimSpace(text), "\n")
	if ordered = numbered.MatchString(lines[0]); ordered {
		mark = numbered
	}
	for _, line := range lines {
		if strings.TrimSpace(line) == "" {
			continue
		}
		m := mark.FindStringSubmatch(line)
		if m == nil || strings.HasPrefix(m[1], "[") && len(m[1]) > 2 && m[1][2] == ']' { // a box to be ticked
			return nil, false
		}
		items = append(items, strings.TrimSpace(m[1]))
	}
	return items, ordered
}

// maxGaps is how many gaps a sentence may have: deletions have numbers up to this.
const maxGaps = 999

// A Piece is a part of a sentence: plain, or hidden by one of its cards.
type Piece struct {
	Text   string
	Number int // from 1; 0: it is plain
	Hint   string
}

// Sentence adds a fact of a sentence with gaps, and returns where the card of each
// number stands. A gap within a formula or code cannot be marked there: then each
// number becomes a question of its own, with "…" for the gap. Without a gap
// nothing is added, and nothing is returned for one that is too long.
func (p *Page) Sentence(line int, pieces ...Piece) map[int]Place {
	var text strings.Builder
	var numbers []int
	for _, piece := range pieces {
		if piece.Number == 0 {
			text.WriteString(piece.Text)
			continue
		}
		numbers = append(numbers, piece.Number)
		fmt.Fprintf(&text, "{{%d::%s", piece.Number, piece.Text)
		if piece.Hint != "" {
			text.WriteString("::" + piece.Hint)
		}
		text.WriteString("}}")
	}
	places := map[int]Place{}
	switch {
	case len(numbers) == 0:
		return places
	case text.Len() > maxText || len(numbers) > maxGaps:
		p.Add(Question(strings.Repeat("…", maxText), "…"), line)
		return places
	}
	p.spent += int64(text.Len() * len(numbers))
	if whole := text.String(); holds(whole, pieces) {
		f := decks.Fact{}
		for _, n := range numbers {
			if _, ok := places[n]; !ok {
				name := "cloze-" + strconv.Itoa(n)
				f.Cards = append(f.Cards, decks.Card{Name: name, Kind: decks.Cloze, Text: whole, Number: n})
				places[n] = Place{Card: name}
			}
		}
		at := p.Add(f, line)
		for n := range places {
			places[n] = Place{at, places[n].Card}
		}
		return places
	}
	p.asked++
	for _, n := range numbers {
		if _, ok := places[n]; !ok {
			question, answer := gapAsQuestion(pieces, n)
			places[n] = Place{p.Add(Question(question, answer), line), "card"}
		}
	}
	return places
}

// holds reports whether a sentence has the gaps of its pieces and no other.
func holds(sentence string, pieces []Piece) bool {
	gaps := slices.DeleteFunc(syntax.Deletions(sentence), func(d syntax.Deletion) bool { return !d.Written })
	for _, p := range pieces {
		switch {
		case p.Number == 0:
		case len(gaps) == 0 || gaps[0].Number != p.Number || sentence[gaps[0].Answer.Start:gaps[0].Answer.End] != p.Text:
			return false
		default:
			gaps = gaps[1:]
		}
	}
	return len(gaps) == 0
}

// gapAsQuestion asks for one number of a sentence that has gaps in formulas or code.
func gapAsQuestion(pieces []Piece, number int) (question, answer string) {
	var asked strings.Builder
	var answers []string
	for _, piece := range pieces {
		if piece.Number != number {
			asked.WriteString(piece.Text)
			continue
		}
		math, code := within(asked.String())
		gap, said := "[…]", piece.Text
		switch {
		case math:
			gap, said = `[\ldots]`, "$"+piece.Text+"$"
		case code:
			gap, said = "…", "`"+piece.Text+"`"
		}
		asked.WriteString(gap)
		answers = append(answers, said)
	}
	return asked.String(), strings.Join(answers, ", ")
}

// within reports whether what follows a text stands in a formula or in code.
func within(before string) (math, code bool) {
	for i := 0; i < len(before); i++ {
		switch before[i] {
		case '\\':
			i++
		case '$':
			if !code {
				math = !math
				if i+1 < len(before) && before[i+1] == '$' {
					i++
				}
			}
		case '`':
			code = !code && !math
		}
	}
	return math, code
}
