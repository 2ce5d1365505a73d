package answer

import (
	"slices"

	"kartei/decks"
)

// Rivals collects, among the answers of other cards, those that could be taken
// for a card's own: where a slip or a fold leads from one to the other.
type Rivals struct {
	Texts []string
	own   []shape
	lang  string
	known map[string]bool
}

// A shape is what is left of an answer by the most lenient fold.
type shape struct {
	tidy    string
	letters []rune
}

// NewRivals begins with what the card's author calls wrong.
func NewRivals(c *decks.Card, lang string) *Rivals {
	r := &Rivals{lang: lang, known: map[string]bool{}}
	for _, own := range append([]string{c.Answer}, c.Accept...) {
		s := r.shape(own)
		r.own, r.known[s.tidy] = append(r.own, s), true
	}
	for _, o := range c.Options {
		if !o.Right && o.Text != "" && !r.known[tidy(o.Text)] {
			r.Texts, r.known[tidy(o.Text)] = append(r.Texts, o.Text), true
		}
	}
	return r
}

func (r *Rivals) shape(answer string) shape {
	a := newAnswer(answer, r.lang)
	return shape{a.tidy, []rune(a.folded(Accents, pair{}))}
}

// reach is how far an answer may be from others that a slip or two on either
// side lead to each other.
func reach(letters []rune) int {
	switch n := len(letters); {
	case n < 4:
		return 0
	case n < 9:
		return mostSlips
	}
	return 2 * mostSlips
}

// Sort puts them in an order that does not depend on that in which they came.
func (r *Rivals) Sort() { slices.Sort(r.Texts) }

// Add keeps the answer of another card if it is a rival, and tells whether it did.
func (r *Rivals) Add(answer string) bool {
	if answer == "" || len(answer) > MaxLength {
		return false
	}
	other := r.shape(answer)
	if r.known[other.tidy] {
		return false
	}
	for _, own := range r.own {
		if far := reach(own.letters); distance(own.letters, other.letters, far, 1) <= far {
			r.Texts, r.known[other.tidy] = append(r.Texts, answer), true
			return true
		}
	}
	return false
}
