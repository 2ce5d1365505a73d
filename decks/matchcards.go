package decks

// pairCards pairs the cards of one fact before and after an edit: the result
// gives, by index in old, the index in new.
//
// Deletions of a sentence follow their hidden words, since their numbers shift
// when another is put before them. Else a card's name counts; a card whose name
// is gone (a column got another header, a question became a term) is the one
// with the same question and answer, then the one with the same answer.
func pairCards(old []OldCard, new []Card) map[int]int {
	p := cardPairs{old: old, new: new, to: map[int]int{}, taken: map[int]bool{}}
	if len(new) > 0 && new[0].Kind == Cloze {
		p.pair(func(c OldCard) string { return c.Answer }, func(c *Card) string { return c.AnswerText() })
	}
	p.pair(func(c OldCard) string { return c.Name }, func(c *Card) string { return c.Name })
	p.pair(func(c OldCard) string { return c.Prompt + "\x00" + c.Answer }, func(c *Card) string { return c.Prompt + "\x00" + c.AnswerText() })
	p.pair(func(c OldCard) string { return c.Answer }, func(c *Card) string { return c.AnswerText() })
	return p.to
}

type cardPairs struct {
	old   []OldCard
	new   []Card
	to    map[int]int
	taken map[int]bool // by index in new
}

// pair pairs the cards that are left and alone in having a trait.
func (p *cardPairs) pair(oldTrait func(OldCard) string, newTrait func(*Card) string) {
	const several = -1
	byTrait := map[string]int{}
	for j := range p.new {
		if !p.taken[j] {
			trait := newTrait(&p.new[j])
			if _, again := byTrait[trait]; again {
				byTrait[trait] = several
			} else {
				byTrait[trait] = j
			}
		}
	}
	count := map[string]int{}
	for i := range p.old {
		if _, done := p.to[i]; !done {
			count[oldTrait(p.old[i])]++
		}
	}
	for i := range p.old {
		if _, done := p.to[i]; done {
			continue
		}
		trait := oldTrait(p.old[i])
		if j, ok := byTrait[trait]; ok && j != several && count[trait] == 1 {
			p.to[i], p.taken[j] = j, true
		}
	}
}
