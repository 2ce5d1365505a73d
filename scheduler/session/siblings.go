package session

import "kartei/scheduler"

// Cards of one fact keep a day apart, as far as the options ask for it. A kind
// that keeps apart is kept away by siblings of its own kind, of those that are
// planned before it (cards in their steps, then reviews, then new cards), and of
// later ones if these keep apart, too. For a later kind that does not was counted
// beside it this morning, and may by chance have been asked before it.

// A kind is what a card is at its first answer of a day.
type kind uint8

const (
	steps kind = iota
	reviews
	newCards
	anyKind // cards to cram, which keep nobody away
)

func kindOf(st scheduler.State) kind {
	switch st {
	case scheduler.New:
		return newCards
	case scheduler.Review:
		return reviews
	}
	return steps
}

// siblings are the cards that a day asks, by fact and kind: the only one, or
// several.
type siblings map[factKind]string

type factKind struct {
	fact int64
	kind kind
}

const several = ""

func (s siblings) add(fact int64, k kind, card string) {
	key := factKind{fact, k}
	if other, there := s[key]; there && other != card {
		card = several
	}
	s[key] = card
}

// keepAway reports whether another card of the fact keeps one of a kind away;
// apart says of each kind whether it keeps apart.
func (s siblings) keepAway(fact int64, k kind, card string, apart [3]bool) bool {
	if !apart[k] {
		return false
	}
	for other := steps; other <= newCards; other++ {
		if id, there := s[factKind{fact, other}]; there && id != card && (other <= k || apart[other]) {
			return true
		}
	}
	return false
}
