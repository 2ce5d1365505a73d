package decks

import "strings"

// pairCards pairs the cards of one fact before and after an edit: the result
// gives, by index in old, the index in new.
//
// What asks and answers the same is one card, whatever its name; what was gone
// and has come back is taken up again. Deletions of a sentence follow their hidden
// words, since their numbers shift when another is put before them, then what is
// left around them. Then a card's name counts, if one side of it survives or both
// can be recognised; a card whose name is gone (a column got another header, a
// question became a term) is the one with the same answer. ByName says that names
// count whatever the texts are, sure that they do where texts do not tell.
func pairCards(old []OldCard, new []Card, byName, sure bool) map[int]int {
	p := cardPairs{old: old, new: new, to: map[int]int{}, taken: map[int]bool{}}
	whole := func(c OldCard) string { return c.Prompt + "\x00" + c.Answer }
	answer := func(c OldCard) string { return c.Answer }
	prompt := func(c OldCard) string { return c.Prompt }
	name := func(c OldCard) string { return c.Name }
	if byName {
		p.pair(name, nil)
		return p.to
	}
	p.pair(whole, nil)
	p.takeUp(whole)
	if len(new) > 0 && new[0].Kind == Cloze {
		p.pair(answer, nil)
		p.pair(prompt, nil)
	}
	if len(new) == 2 && new[0].Prompt == new[1].AnswerText() && new[1].Prompt == new[0].AnswerText() {
		p.pair(answer, nil) // whichever stands first: they may have been exchanged, and one reworded
		p.pair(prompt, nil)
	}
	unless := p.differs
	if sure {
		unless = nil
	}
	p.pair(name, unless)
	p.pair(answer, nil)
	p.takeUp(answer)
	return p.to
}

type cardPairs struct {
	old   []OldCard
	new   []Card
	to    map[int]int
	taken map[int]bool // by index in new
}

// asOld returns a new card as it will be known.
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

// differs reports whether two cards of one name are two cards: the words that an
// old deletion hid can be read in the new one's sentence, or neither the question
// nor the answer is what it was. The only card of a fact is what the fact is.
func (p *cardPairs) differs(j, i int) bool {
	o, c := &p.old[i], &p.new[j]
	answer := c.AnswerText()
	switch {
	case o.Answer == answer:
		return false
	case c.Kind == Cloze:
		return strings.Contains(c.Prompt, o.Answer)
	case o.Prompt == c.Prompt || len(p.new) == 1 && p.living() == 1:
		return false
	}
	return likeness(o.Prompt, c.Prompt)+likeness(o.Answer, answer) < 2*enoughOfCard
}

// living counts the old cards that were there.
func (p *cardPairs) living() (n int) {
	for i := range p.old {
		if !p.old[i].Gone {
			n++
		}
	}
	return n
}

// takeUp pairs the cards that were gone with new ones that have no other past:
// the first that has the same trait.
func (p *cardPairs) takeUp(trait func(OldCard) string) {
	for i := range p.old {
		if _, done := p.to[i]; done || !p.old[i].Gone {
			continue
		}
		for j := range p.new {
			if !p.taken[j] && trait(p.asOld(j)) == trait(p.old[i]) {
				p.to[i], p.taken[j] = j, true
				break
			}
		}
	}
}
