package decks

import "slices"

// RetiredFacts returns facts of decks that take no part in a matching, if any
// of them may be one of the facts that nothing is known of.
type RetiredFacts func(unknown []*Fact) ([]OldFact, error)

// fetch pairs what still waits with retired facts of other decks. A deck that was there is
// no witness any more for what became of its facts, so that a text which several
// decks left behind is in doubt.
func (m *matcher) fetch(retired RetiredFacts) error {
	rest := m.waiting()
	if retired == nil || len(rest) == 0 {
		return nil
	}
	unknown := make([]*Fact, len(rest))
	for i, n := range rest {
		unknown[i] = n.Fact
	}
	facts, err := retired(unknown)
	if err != nil || len(facts) == 0 {
		return err
	}
	old := undoubted(oldEntries(facts), func(o *oldEntry) any { return o.text })
	pairExact(old, rest)
	left, rest := free(old), waiting(rest)
	for _, o := range left {
		o.read()
	}
	left = undoubted(left, func(o *oldEntry) any { return [2]string{o.question, o.answer} })
	if len(left) > 0 && len(rest) > 0 {
		newSearch(left, rest).pairSimilar(left, rest, true)
	}
	return nil
}

// undoubted returns the facts that share a trait with none of another deck.
func undoubted(old []*oldEntry, trait func(*oldEntry) any) []*oldEntry {
	deck, doubt := map[any]string{}, map[any]bool{}
	for _, o := range free(old) {
		t := trait(o)
		if other, known := deck[t]; known && other != o.Deck {
			doubt[t] = true
		}
		deck[t] = o.Deck
	}
	return slices.DeleteFunc(old, func(o *oldEntry) bool { return doubt[trait(o)] })
}
