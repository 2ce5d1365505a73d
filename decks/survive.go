package decks

import (
	"slices"
	"strings"
	"unicode"

	"kartei/decks/wordset"
)

// A keyPair is an old fact and the new one that has its name, with another text.
type keyPair struct {
	old *oldEntry
	new *newEntry
}

// sameKey pairs the facts whose name stands in the file with those that had it, if
// they can be recognised. What a name says is not what was learned: ids are
// renumbered, and rows are written over.
func (m *matcher) sameKey() {
	for _, id := range m.deckIDs {
		if pairs := m.keyPairs(id); len(pairs) > 0 {
			m.search(id).pairNamed(pairs, m.old[id], m.new[id])
		}
	}
}

// sameKeyElsewhere does so for facts that went to another deck, as when a deck is
// divided: with an id that no other fact has that waits, or none of such decks.
func (m *matcher) sameKeyElsewhere() {
	pairs := m.movedPairs()
	for _, id := range sortedKeys(pairs) {
		var new []*newEntry
		seen := map[string]bool{}
		for _, p := range pairs[id] {
			if to := p.new.deck.ID; !seen[to] {
				seen[to] = true
				new = append(new, m.new[to]...)
			}
		}
		newSearch(m.old[id], new).pairNamed(pairs[id], m.old[id], new)
	}
}

// movedPairs returns the facts with ids that wait, with those of other decks that had
// the ids and wait, too, by the decks that they left.
func (m *matcher) movedPairs() map[string][]keyPair {
	gone := map[string][]*oldEntry{}
	for _, o := range m.vanished() {
		if o.named() {
			gone[o.Key] = append(gone[o.Key], o)
		}
	}
	came := map[*oldEntry][]*newEntry{}
	for _, n := range m.waiting() {
		if o := theOneOf(gone[n.Key], n); n.named() && o != nil {
			came[o] = append(came[o], n)
		}
	}
	pairs := map[string][]keyPair{}
	for _, key := range sortedKeys(gone) {
		for _, o := range gone[key] {
			if to := came[o]; len(to) == 1 {
				pairs[o.Deck] = append(pairs[o.Deck], keyPair{o, to[0]})
			}
		}
	}
	return pairs
}

// theOneOf returns the only one of some old facts of other decks that may be the new
// one; of several, that of the deck around its own, or of one below it.
func theOneOf(old []*oldEntry, n *newEntry) (one *oldEntry) {
	near, all := []*oldEntry{}, []*oldEntry{}
	for _, o := range old {
		if o.Deck == n.deck.ID || apart(o, n) {
			continue
		}
		all = append(all, o)
		if strings.HasPrefix(n.deck.ID, o.Deck+"/") || strings.HasPrefix(o.Deck, n.deck.ID+"/") {
			near = append(near, o)
		}
	}
	switch {
	case len(near) == 1:
		return near[0]
	case len(all) == 1:
		return all[0]
	}
	return nil
}

// pairNamed pairs those of some pairs that can be recognised.
func (s *search) pairNamed(pairs []keyPair, old []*oldEntry, new []*newEntry) {
	w := newWitness(pairs, old, new)
	var doubtful []keyPair
	for _, p := range pairs {
		switch {
		case w.claimed(p):
			s.deferred[candidate{old: p.old, new: p.new}] = true
		case w.survives(p):
			p.new.pair(p.old)
		default:
			doubtful = append(doubtful, p)
		}
	}
	for _, p := range doubtful {
		if s.recognises(p.old, p.new) {
			p.new.pair(p.old)
		}
	}
}

// sameKeyAfterAll pairs facts with those that had their names, where something had
// pointed elsewhere and nothing came of it.
func (m *matcher) sameKeyAfterAll() {
	for _, id := range m.deckIDs {
		pairs := m.keyPairs(id)
		if len(pairs) == 0 {
			continue
		}
		w := newWitness(pairs, m.old[id], m.new[id])
		for _, p := range pairs {
			if w.survives(p) && !m.search(id).lost[candidate{old: p.old, new: p.new}] {
				p.new.pair(p.old)
			}
		}
	}
}

// keyPairs returns the facts of a deck that wait, with those that had their names
// and wait, too.
func (m *matcher) keyPairs(deck string) (pairs []keyPair) {
	rest := waiting(m.new[deck])
	if len(rest) == 0 {
		return nil
	}
	byKey := byKey(free(m.old[deck]))
	for _, n := range rest {
		if o := byKey[n.Key]; n.Written && o != nil && !apart(o, n) {
			pairs = append(pairs, keyPair{o, n})
		}
	}
	return pairs
}

func byKey(old []*oldEntry) map[string]*oldEntry {
	byKey := make(map[string]*oldEntry, len(old))
	for _, o := range old {
		byKey[o.Key] = o
	}
	return byKey
}

// A side is what one side of a card says: the question or the answer.
type side struct {
	answer bool
	text   string
}

// sidesOf calls yield for each side of the cards.
func sidesOf(cards []OldCard, yield func(side)) {
	for i := range cards {
		yield(side{false, cards[i].Prompt})
		yield(side{true, cards[i].Answer})
	}
}

// A witness knows how many facts of a deck say what one of some pairs does. What
// one fact alone says cannot be mistaken.
type witness struct {
	old, new map[side]tally
}

// A tally counts the facts that have a side, and remembers the last of them.
type tally struct{ facts, last int }

func newWitness(pairs []keyPair, old []*oldEntry, new []*newEntry) *witness {
	w := &witness{old: map[side]tally{}, new: map[side]tally{}}
	for _, p := range pairs {
		note := func(s side) { w.old[s], w.new[s] = tally{0, -1}, tally{0, -1} }
		sidesOf(p.old.cards, note)
		sidesOf(p.new.cards, note)
	}
	for i, o := range old {
		if !o.Retired || slices.ContainsFunc(pairs, func(p keyPair) bool { return p.old == o }) {
			count(w.old, o.cards, i)
		}
	}
	for i, n := range new {
		count(w.new, n.cards, i)
	}
	return w
}

func count(all map[side]tally, cards []OldCard, fact int) {
	sidesOf(cards, func(s side) {
		if t, asked := all[s]; asked && t.last != fact {
			all[s] = tally{t.facts + 1, fact}
		}
	})
}

// alone reports whether a side belongs to one fact before and to one now, and says
// enough to be known by.
func (w *witness) alone(s side) bool {
	return w.old[s].facts == 1 && w.new[s].facts == 1 && telling(s.text)
}

// survives reports whether one side of a fact is as it was and cannot be mistaken:
// a question, an answer, or the first cell of a row in one of them.
func (w *witness) survives(p keyPair) bool {
	same := false
	sidesOf(p.old.cards, func(s side) { same = same || w.alone(s) && hasSide(p.new.cards, s) })
	return same || p.cell()
}

// cell reports whether the name of the pair is a first cell that its cards say: it is
// a part of what was learned. A running number, or another name that no card says,
// is not.
func (p keyPair) cell() bool {
	return p.old.Cell && p.new.Cell && telling(p.new.Key) && says(p.old.cards, p.new.Key) &&
		says(p.new.cards, p.new.Key)
}

func hasSide(cards []OldCard, s side) bool {
	return slices.ContainsFunc(cards, func(c OldCard) bool { return !s.answer && c.Prompt == s.text || s.answer && c.Answer == s.text })
}

// says reports whether a card has a text in its question or answer.
func says(cards []OldCard, text string) bool {
	return slices.ContainsFunc(cards, func(c OldCard) bool { return strings.Contains(c.Prompt, text) || strings.Contains(c.Answer, text) })
}

// claimed reports whether a side of a fact speaks against its name: it stands in
// another fact now, or stood in another one before. So it is when a homonym is made
// clear: "bank | Bank" becomes "bank (money) | Bank", and "bank (river) | Ufer"
// becomes "bank | Ufer". A row whose first cell is its name, and is said by its cards,
// is claimed only if none of its other cells stays.
func (w *witness) claimed(p keyPair) bool {
	cell := p.cell()
	stays, left, came := false, false, false
	one := func(s side, key string) bool {
		return !(cell && strings.Contains(s.text, key)) && w.old[s].facts == 1 && w.new[s].facts == 1
	}
	sidesOf(p.old.cards, func(s side) {
		if one(s, p.old.Key) {
			stays = stays || hasSide(p.new.cards, s)
			left = left || !hasSide(p.new.cards, s)
		}
	})
	sidesOf(p.new.cards, func(s side) { came = came || one(s, p.new.Key) && !hasSide(p.old.cards, s) })
	return !(cell && stays) && (left || came)
}

// common are answers that say nothing of their questions.
var common = wordset.New(`yes no true false right wrong both none neither all never always ja nein wahr falsch richtig beide
		keine keiner oui non vrai faux sí si sì verdadero falso vero sim não verdadeiro tak nie prawda fałsz да нет верно неверно
		はい いいえ 是 否 对 错 예 아니요 نعم لا כן לא`)

// telling reports whether a text says enough to be known by: no plain yes or no, no
// single letter, no number that counts things.
func telling(text string) bool {
	var words strings.Builder
	plainWords(&words, text)
	plain := strings.TrimPrefix(words.String(), " ")
	letters, digits := 0, 0
	for _, r := range plain {
		switch {
		case unicode.IsDigit(r):
			digits++
		case r >= 0x2e80: // a sign of Chinese or Japanese is a word
			letters += 2
		case r != ' ':
			letters++
		}
	}
	if letters == 0 && digits == 0 {
		return len(text) > 2 // a picture, or a formula of signs
	}
	return !common.Has(plain) && (letters > 1 || digits > 2 || letters+digits > 2)
}

// long reports whether a text of plain words says so much that nobody writes it twice
// by chance.
func long(plain string) bool {
	words := justWords(plain)
	return strings.Count(words, " ") >= 3 && len(words) > 14
}
