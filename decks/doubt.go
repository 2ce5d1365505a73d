package decks

import (
	"cmp"
	"maps"
	"slices"
)

// A KeyMove says that a fact has another key in its deck now. Moves of one
// matching happen at once. A fact that is gone makes room for the one that has
// its key now, and is kept under a key that no fact has.
type KeyMove struct {
	Deck     string // its id
	From, To string
}

// A Doubt is an id under which another text stands now: neither the question nor
// the answer can be recognised. The history followed the text, to where it stands
// now, or into retirement; or the id, if the author wants it so.
type Doubt struct {
	Deck string // the id of the deck
	Name string // and its name
	Key  string // the id of the fact
	Was  *OldFact
	Now  *Fact

	WasText, NowText string // hashes: see [Fact.Text]
	To               *Fact  // what Was is now; nil: it is gone
	ToDeck           string // the id of the deck of To
	Aside            string // the key of Was if it is gone
	ByID             bool   // the history stayed with the id
}

// followIDs pairs facts with those that had their names, where the author says so.
func (m *matcher) followIDs(byID func(deck, key, was, now string) bool) {
	if byID == nil {
		return
	}
	former := map[string]map[string]*oldEntry{}
	for _, old := range m.old {
		for _, o := range old {
			if o.FormerKey != "" {
				if former[o.FormerDeck] == nil {
					former[o.FormerDeck] = map[string]*oldEntry{}
				}
				former[o.FormerDeck][o.FormerKey] = o
			}
		}
	}
	for _, id := range m.deckIDs {
		byKey := byKey(m.old[id])
		maps.Copy(byKey, former[id])
		for _, n := range m.new[id] {
			o := byKey[n.Key]
			if n.Written && o != nil && len(o.cards) > 0 && (o.text != n.text || o.FormerKey != "") &&
				byID(id, n.Key, o.textHash(), n.textHash()) {
				n.pair(o)
				n.byID = true
			}
		}
	}
}

// followTexts pairs facts with those that have the text which their histories were
// learned with, where the author takes back that these stayed with their ids.
func (m *matcher) followTexts() {
	var old []*oldEntry
	for _, id := range m.deckIDs {
		old = append(old, slices.DeleteFunc(free(m.old[id]), func(o *oldEntry) bool { return o.FormerText == "" })...)
	}
	if len(old) > 0 {
		pairExact(old, m.waiting())
	}
}

// unchanged pairs the facts that have their old name and text.
func (m *matcher) unchanged() {
	for _, id := range m.deckIDs {
		byKey := byKey(m.old[id])
		for _, n := range m.new[id] {
			if o := byKey[n.Key]; n.Written && n.old == nil && o != nil && !o.taken && o.text == n.text {
				n.pair(o)
			}
		}
	}
}

// akin reports whether a fact can be recognised in another: no id is needed then.
func (m *matcher) akin(o *oldEntry, n *newEntry) bool {
	same := false
	sidesOf(o.cards, func(s side) { same = same || hasSide(n.cards, s) })
	return same || m.search(n.deck.ID).recognises(o, n)
}

// keyMoves lists the facts that have another key in their deck, and the aliases
// of the cards of those that only make room.
func (m *matcher) keyMoves() (moves []KeyMove, aside []Alias) {
	for _, id := range m.deckIDs {
		holder := make(map[string]*newEntry, len(m.new[id]))
		now := map[*oldEntry]string{}
		for _, n := range m.new[id] {
			holder[n.Key] = n
			if n.old != nil && n.old.Deck == id && n.old.Key != n.Key {
				now[n.old] = n.Key
			}
		}
		for _, o := range m.old[id] {
			n := holder[o.Key]
			to, moved := now[o]
			switch {
			case moved:
				moves = append(moves, KeyMove{id, o.Key, to})
			case n != nil && n.old != o:
				to = m.spareKey(id, o, holder)
				moves = append(moves, KeyMove{id, o.Key, to})
				if !o.taken {
					aside = append(aside, o.asideAt(to)...)
				}
			}
		}
	}
	slices.SortFunc(moves, func(a, b KeyMove) int { return cmp.Or(cmp.Compare(a.Deck, b.Deck), cmp.Compare(a.From, b.From)) })
	return moves, aside
}

// spareKey makes a key for a fact whose own another has: it tells of both.
func (m *matcher) spareKey(deck string, o *oldEntry, holder map[string]*newEntry) string {
	base := "~" + o.Key + "~" + o.textHash()[:12]
	for key := base; ; key += "+" {
		taken := slices.ContainsFunc(m.old[deck], func(other *oldEntry) bool { return other.Key == key })
		if holder[key] == nil && !taken {
			return key
		}
	}
}

// asideAt returns the cards of the fact, but for those that have been put aside
// before, the names that they have under another key.
func (f *OldFact) asideAt(key string) (aliases []Alias) {
	for _, c := range f.Cards {
		if f.plain(c) {
			aliases = append(aliases, Alias{c.ID, CardID(f.Deck, key, c.Name)})
		}
	}
	return aliases
}

// doubts lists the ids under which another text stands.
func (m *matcher) doubts(moves []KeyMove) (all []Doubt) {
	aside := map[[2]string]string{}
	for _, k := range moves {
		aside[[2]string{k.Deck, k.From}] = k.To
	}
	to := map[*oldEntry]*newEntry{}
	for _, id := range m.deckIDs {
		for _, n := range m.new[id] {
			if n.old != nil {
				to[n.old] = n
			}
		}
	}
	for _, id := range m.deckIDs {
		byKey := byKey(m.old[id])
		for _, n := range m.new[id] {
			o := byKey[n.Key]
			if n.byID {
				if m.akin(n.old, n) {
					continue
				}
				all = append(all, Doubt{Deck: id, Name: n.deck.Name, Key: n.Key, Was: n.old.OldFact, Now: n.Fact,
					WasText: n.old.textHash(), NowText: n.textHash(), ByID: true})
				continue
			}
			if !n.named() || o == nil || o == n.old || o.Retired || o.text == n.text {
				continue
			}
			d := Doubt{Deck: id, Name: n.deck.Name, Key: n.Key, Was: o.OldFact, Now: n.Fact, WasText: o.textHash(),
				NowText: n.textHash(), Aside: aside[[2]string{id, n.Key}]}
			if t := to[o]; t != nil {
				d.To, d.ToDeck = t.Fact, t.deck.ID
			}
			all = append(all, d)
		}
	}
	return all
}
