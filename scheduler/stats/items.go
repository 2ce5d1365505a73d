package stats

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"kartei/scheduler"
	"kartei/scheduler/fsrs"
)

// An Answer is one of a learner's answers to a card.
type Answer struct {
	Card    string
	Day     scheduler.Day
	Right   bool
	Options int      // that were offered; 0 if the answer was not picked from a list
	Wrong   []string // what was given instead of the right answer; empty if that is not known
}

// An Item is what a log says of one card.
type Item struct {
	Card       string
	Known      bool        // at the first answer
	Answers    int         // one a day: within it the answer was just seen
	Missed     int         // of them
	Difficulty float64     // logits above the learner's ability; at 0 a first answer is right half of the time
	Confused   []Confusion // the most frequent first

	memory fsrs.State // of an average card that was known each time
	last   scheduler.Day
}

// Items are the cards of a log.
type Items struct {
	confusions Confusions

	all     map[string]*Item
	model   fsrs.Model
	ability float64 // of the learner, in logits
	answers int
}

// NewItems begins with an empty log.
func NewItems() *Items {
	model, err := fsrs.New(fsrs.FSRS6, fsrs.Defaults(fsrs.FSRS6))
	if err != nil {
		panic(err) // its own parameters
	}
	return &Items{all: map[string]*Item{}, model: model}
}

// Add takes the next answer, in the order of the log.
func (s *Items) Add(a Answer) {
	item := s.all[a.Card]
	if item == nil {
		item = &Item{Card: a.Card, Known: a.Right, last: a.Day}
		s.all[a.Card] = item
	}
	s.confusions.Add(a.Card, a.Wrong...)
	days := float64(a.Day - item.last)
	if item.Answers > 0 && days <= 0 {
		return
	}
	s.rate(item, &a, days)
	item.memory = s.model.Step(item.memory, fsrs.Good, days)
	item.last = a.Day
}

// rate moves the card's difficulty and the learner's ability.
func (s *Items) rate(item *Item, a *Answer, days float64) {
	recall := 0.0 // of an average card, in logits; a first answer has none
	if item.Answers > 0 {
		recall = logit(s.model.Recall(item.memory, days))
	}
	expected := 1 / (1 + math.Exp(item.Difficulty-s.ability-recall))
	if a.Options > 1 {
		guess := 1 / float64(a.Options)
		expected = guess + (1-guess)*expected
	}
	surprise := -expected
	if a.Right {
		surprise++
	}
	item.Difficulty -= surprise * step(item.Answers)
	s.ability += surprise * step(s.answers)
	item.Answers++
	s.answers++
	if !a.Right {
		item.Missed++
	}
}

// step is how far the next answer moves a rating that n answers have moved; see
// the package's comment.
func step(n int) float64 { return 1 / (1 + 0.15*float64(n)) }

// logit is the log of the odds; certainty has a bound.
func logit(p float64) float64 {
	p = min(max(p, 0.02), 0.98)
	return math.Log(p / (1 - p))
}

// Hardest returns the cards, the most difficult first.
func (s *Items) Hardest() []Item {
	all := make([]Item, 0, len(s.all))
	for _, item := range s.all {
		one := *item
		one.Difficulty -= s.ability
		one.Confused = s.confusions.Of(item.Card)
		all = append(all, one)
	}
	slices.SortFunc(all, func(a, b Item) int {
		return cmp.Or(cmp.Compare(b.Difficulty, a.Difficulty), strings.Compare(a.Card, b.Card))
	})
	return all
}

// A Share is a part of a whole, with a 95 % interval (Wilson 1927).
type Share struct {
	Part, Of  int
	Low, High float64 // 0 to 1
}

// FirstExposure is how many of the cards were known at the first answer.
func FirstExposure(items []Item) Share {
	known := 0
	for i := range items {
		if items[i].Known {
			known++
		}
	}
	return ShareOf(known, len(items))
}

// ShareOf is a part of a whole with its interval; of nothing it is all zero.
func ShareOf(part, of int) Share {
	s := Share{Part: part, Of: of}
	if of == 0 {
		return s
	}
	const z = 1.959963984540054
	n, p := float64(of), float64(part)/float64(of)
	middle, half := p+z*z/(2*n), z*math.Sqrt(p*(1-p)/n+z*z/(4*n*n))
	s.Low, s.High = max(0, (middle-half)/(1+z*z/n)), min(1, (middle+half)/(1+z*z/n))
	return s
}
