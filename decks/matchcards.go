package decks

import "strings"

// pairCards pairs the cards of one fact before and after an edit: the result
// gives, by index in old, the index in new.
//
// Deletions of a sentence follow their hidden words, since their numbers shift
// when another is put before them, then what is left around them. Else a card's
// name counts; a card whose name is gone (a column got another header, a
// question became a term) is the one with the same question and answer, then the
// one with the same answer. Last, what was gone before and has come back is
// taken up again.
func pairCards(old []OldCard, new []Card) map[int]int {
	p := cardPairs{old: old, new: new, to: map[int]int{}, taken: map[int]bool{}}
	whole := func(c OldCard) string { return c.Prompt + "\x00" + c.Answer }
	answer := func(c OldCard) string { return c.Answer }
	if len(new) > 0 && new[0].Kind == Cloze {
		p.pair(answer, nil)
		p.pair(func(c OldCard) string { return c.Prompt }, nil)
	}
	p.pair(func(c OldCard) string { return c.Name }, p.reveals)
	p.pair(whole, nil)
	p.pair(answer, nil)
	p.takeUp(whole)
	p.takeUp(answer)
	return p.to
}

type cardPairs struct {
	old   []OldCard
	new   []Card
	to    map[int]int
	taken map[int]bool // by index in new
}

// asOld gives a new card as it will be known.
func (p *cardPairs) asOld(j int) OldCard {
	c := &p.new[j]
	return OldCard{Name: c.Name, Prompt: c.Prompt, Answer: c.AnswerText()}
}

// pair pairs the cards that are left and alone in having a trait, but for those
// of which unless, if there is one, says that they are not one card.
func (p *cardPairs) pair(trait func(OldCard) string, unless func(j, i int) bool) {
	const several = -1
	byTrait := map[string]int{}
	for j := range p.new {
		if !p.taken[j] {
			trait := trait(p.asOld(j))
			if _, again := byTrait[trait]; again {
				byTrait[trait] = several
			} else {
				byTrait[trait] = j
			}
		}
	}
	count := map[string]int{}
	p.left(func(i int) { count[trait(p.old[i])]++ })
	p.left(func(i int) {
		trait := trait(p.old[i])
		if j, ok := byTrait[trait]; ok && j != several && count[trait] == 1 && (unless == nil || !unless(j, i)) {
			p.to[i], p.taken[j] = j, true
		}
	})
}

// left calls do for every old card that was there and is not paired yet.
func (p *cardPairs) left(do func(i int)) {
	for i := range p.old {
		if _, done := p.to[i]; !done && !p.old[i].Gone {
			do(i)
		}
	}
}

// reveals tells whether the words that an old deletion hid can be read in the
// new one's sentence: then it is another deletion, whatever its number.
func (p *cardPairs) reveals(j, i int) bool {
	c, hidden := &p.new[j], p.old[i].Answer
	return c.Kind == Cloze && hidden != c.AnswerText() && strings.Contains(c.Prompt, hidden)
}

// takeUp pairs the cards that were gone with new ones that have no other past:
// the first that has the same trait. What is no deletion is known by its name.
func (p *cardPairs) takeUp(trait func(OldCard) string) {
	for i := range p.old {
		if _, done := p.to[i]; done || !p.old[i].Gone {
			continue
		}
		for j := range p.new {
			c := p.asOld(j)
			if !p.taken[j] && (trait(c) == trait(p.old[i]) || p.new[j].Kind != Cloze && c.Name == p.old[i].Name) {
				p.to[i], p.taken[j] = j, true
				break
			}
		}
	}
}
