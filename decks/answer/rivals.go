package answer

import (
	"slices"
	"unicode"

	"kartei/decks"
	"kartei/decks/spelling"
)

// Rivals collects, among the answers of other cards, those that could be taken
// for a card's own: where a slip or a fold leads from one to the other.
type Rivals struct {
	Texts []string // Markdown, each once
	own   []*text
	lang  string
	known map[string]bool
}

// NewRivals begins with what the card's author calls wrong.
func NewRivals(c *decks.Card, lang string) *Rivals {
	r := &Rivals{lang: lang, known: map[string]bool{}}
	for _, own := range append([]string{c.Answer}, c.Accept...) {
		a := newAnswer(own, lang)
		a.folds = map[folding]string{}
		r.own, r.known[a.tidy] = append(r.own, &a), true
	}
	for _, o := range c.Options {
		if read := newAnswer(o.Text, lang); !o.Right && read.tidy != "" {
			r.keep(o.Text, &read)
		}
	}
	return r
}

// keep takes an answer in that is not there yet.
func (r *Rivals) keep(source string, read *text) bool {
	if r.known[read.tidy] {
		return false
	}
	r.Texts, r.known[read.tidy] = append(r.Texts, source), true
	return true
}

// Add keeps the answer of another card if it is a rival, and reports whether it did.
func (r *Rivals) Add(answer string) bool {
	if answer == "" || len(answer) > MaxLength {
		return false
	}
	other := newAnswer(answer, r.lang)
	other.folds = map[folding]string{}
	n := letterCount(other.tidy)
	for _, own := range r.own {
		if m := letterCount(own.tidy); abs(n-m) > 2*mostSlips+max(n, m)/2 {
			continue // no fold makes so many letters of so few
		}
		if apart(own, &other) || meet(Accents, own, &other) {
			return r.keep(answer, &other)
		}
	}
	return false
}

func letterCount(s string) int {
	n := 0
	for _, r := range s {
		if unicode.IsLetter(r) {
			n++
		}
	}
	return n
}

// apart reports whether two answers are but so far apart that a slip or two on
// either side lead to each other.
func apart(a, b *text) bool {
	p := newPair(a, b)
	x, y := []rune(a.foldedBy(Accents, p, 0)), []rune(b.foldedBy(Accents, p, 0))
	reach := 0
	switch n := min(len(x), len(y)); {
	case n >= 9:
		reach = 2 * mostSlips
	case n >= 4:
		reach = mostSlips
	}
	return spelling.Distance(x, y, reach, 1) <= reach
}

// Sort puts them in an order that does not depend on that in which they came.
func (r *Rivals) Sort() { slices.Sort(r.Texts) }
