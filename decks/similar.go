package decks

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"unicode"
)

// Limits that keep matching in proportion to the number of facts.
const (
	maxCandidates = 12   // old facts that are compared with one new fact, by each way to find them
	maxPosting    = 64   // facts that share a word; a commoner word finds nothing
	maxSample     = 2000 // facts from which it is learnt how common a trait is
	maxTraits     = 2000 // bytes of a text that are compared
)

// How alike two facts must be, from 0 to 1, to be one fact. The values are the
// middle of the range in which the test of random edits finds no wrong match
// and few missed ones.
const (
	enoughOfQuestion = 0.45 // the answer is the same, and the fact stands elsewhere
	enoughHere       = 0.30 // the answer is the same, at the same place
	enoughOfBoth     = 0.55 // of the question and of the answer
	enoughElsewhere  = 0.80 // of both, in another deck
	placeCounts      = 0.08
)

// features is what is compared of a fact.
type features struct {
	text               [16]byte // hash of all that is asked and answered, as written
	question, answer   string   // letters and digits only, lower case, words parted by spaces
	questions, answers traits   // made when first needed
}

func oldFeatures(f *OldFact) *features { return makeFeatures(f.Cards) }

func newFeatures(f *Fact) *features {
	cards := make([]OldCard, len(f.Cards))
	for i := range f.Cards {
		c := &f.Cards[i]
		cards[i] = OldCard{c.Name, c.Prompt, c.AnswerText()}
	}
	return makeFeatures(cards)
}

func makeFeatures(cards []OldCard) *features {
	texts := make([]string, 0, 2*len(cards))
	for _, c := range cards {
		texts = append(texts, c.Prompt, c.Answer)
	}
	f := &features{text: hashTexts(texts...)}
	if len(cards) == 2 && cards[1].Prompt == cards[0].Answer && cards[0].Prompt == cards[1].Answer {
		cards = cards[:1] // the other direction says nothing new
	}
	var question, answer strings.Builder
	for _, c := range cards {
		plainWords(&question, c.Prompt)
		plainWords(&answer, c.Answer)
	}
	f.question, f.answer = question.String(), answer.String()
	return f
}

// plainWords writes the words of a text, each with a space before it.
func plainWords(out *strings.Builder, text string) {
	gap := true
	for _, r := range text {
		if out.Len() > maxTraits {
			return
		}
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) {
			gap = true
			continue
		}
		if gap {
			out.WriteByte(' ')
			gap = false
		}
		out.WriteRune(unicode.ToLower(r))
	}
}

// traits counts the three-letter stretches of a text.
type traits map[string]int

func traitsOf(words string) traits {
	t := traits{}
	for word := range strings.FieldsSeq(words) {
		runes := []rune(" " + word + " ")
		for i := range len(runes) - 2 {
			t[string(runes[i:i+3])]++
		}
	}
	return t
}

func (f *features) compared() *features {
	if f.questions == nil {
		f.questions, f.answers = traitsOf(f.question), traitsOf(f.answer)
	}
	return f
}

// A search finds the old facts that a new one may have been.
type search struct {
	facts   int            // in the sample
	common  map[string]int // by trait: how many facts of the sample have it
	asked   map[string]int // by question: how many facts, old and new, ask it
	pending []candidate
}

func newSearch(old []*oldEntry, new []*newEntry) *search {
	s := &search{common: map[string]int{}, asked: map[string]int{}}
	step := (len(old)+len(new))/maxSample + 1
	for i := 0; i < len(old); i += step {
		s.learn(old[i].features)
	}
	for i := 0; i < len(new); i += step {
		s.learn(new[i].features)
	}
	for _, o := range old {
		if !o.Retired {
			s.asked["old"+o.question]++
		}
	}
	for _, n := range new {
		s.asked["new"+n.question]++
	}
	return s
}

func (s *search) learn(f *features) {
	s.facts++
	f.compared()
	for t := range f.questions {
		s.common[t]++
	}
	for t := range f.answers {
		if f.questions[t] == 0 {
			s.common[t]++
		}
	}
}

// alike compares two texts by their traits, the rare ones counting more: 1 if
// they have the same, 0 if they share none.
func (s *search) alike(a, b traits) float64 {
	var shared, all float64
	weigh := func(t string) float64 { return math.Log(1 + float64(s.facts+1)/float64(s.common[t]+1)) }
	for t, n := range a {
		w := weigh(t)
		all += w * float64(n)
		shared += 2 * w * float64(min(n, b[t]))
	}
	for t, n := range b {
		all += weigh(t) * float64(n)
	}
	if all == 0 {
		return 0
	}
	return shared / all
}

// A candidate is a pair that may be one fact.
type candidate struct {
	old   *oldEntry
	new   *newEntry
	score float64
}

// pairSimilar pairs the facts that are alike enough, the surest pairs first.
func (s *search) pairSimilar(old []*oldEntry, new []*newEntry, moved bool) {
	x := newIndex(old)
	for _, n := range new {
		if n.named() {
			continue // an id is never guessed
		}
		here := x.around(n, moved)
		for _, o := range x.candidates(n, here) {
			if o.named() {
				continue
			}
			if score := s.score(o, n, slices.Contains(here, o), moved); score > 0 {
				s.pending = append(s.pending, candidate{o, n, score})
			}
		}
	}
	slices.SortStableFunc(s.pending, func(a, b candidate) int { return cmp.Compare(b.score, a.score) })
	for _, c := range s.pending {
		if !c.old.taken && c.new.old == nil {
			c.new.pair(c.old)
		}
	}
	s.pending = nil
}

// score says how surely two facts are one; 0 if they are not.
func (s *search) score(o *oldEntry, n *newEntry, here, moved bool) float64 {
	o.compared()
	n.compared()
	question := s.alike(o.questions, n.questions)
	answer := s.alike(o.answers, n.answers)
	place := 0.0
	if here {
		place = placeCounts
	}
	sameQuestion := o.question == n.question && s.asked["old"+o.question] <= 1 && s.asked["new"+n.question] <= 1
	switch {
	case moved:
		if min(question, answer) < enoughElsewhere {
			return 0
		}
	case sameQuestion:
		return 2 + answer
	case o.answer == n.answer:
		if question < enoughHere || !here && question < enoughOfQuestion || o.Retired && question < enoughElsewhere {
			return 0
		}
		return 1 + question + place
	case o.Retired:
		return 0
	case min(question, answer) < enoughOfBoth:
		return 0
	}
	return (question+answer)/2 + place
}
