package stats

import (
	"cmp"
	"slices"
	"strings"
)

// A Confusion is a wrong answer that was given.
type Confusion struct {
	Text  string
	Times int
}

// Confusions count the wrong answers to each card. The zero value is empty.
type Confusions struct {
	all map[string]map[string]*Confusion // by card and text in small letters
}

// Add takes wrong answers to a card; such that differ in capitals are one.
func (c *Confusions) Add(card string, wrong ...string) {
	for _, text := range wrong {
		if c.all == nil {
			c.all = map[string]map[string]*Confusion{}
		}
		if c.all[card] == nil {
			c.all[card] = map[string]*Confusion{}
		}
		key := strings.ToLower(text)
		if c.all[card][key] == nil {
			c.all[card][key] = &Confusion{Text: text}
		}
		c.all[card][key].Times++
	}
}

// Of returns the wrong answers to a card, the most frequent first.
func (c *Confusions) Of(card string) []Confusion {
	var all []Confusion
	for _, one := range c.all[card] {
		all = append(all, *one)
	}
	slices.SortFunc(all, func(a, b Confusion) int {
		return cmp.Or(cmp.Compare(b.Times, a.Times), strings.Compare(a.Text, b.Text))
	})
	return all
}

// Cards are those that have any, sorted.
func (c *Confusions) Cards() []string {
	var all []string
	for card := range c.all {
		all = append(all, card)
	}
	slices.Sort(all)
	return all
}
