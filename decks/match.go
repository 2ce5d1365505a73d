package decks

import (
	"cmp"
	"crypto/sha256"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"kartei/decks/parallel"
	"kartei/decks/shorthash"
	"kartei/decks/syntax"
)

// An OldFact is what is kept of a fact that was compiled before. See [Remember].
type OldFact struct {
	Deck     string // the id of its deck
	Key      string
	Written  bool // as in [Fact]
	Cell     bool // as in [Fact]
	Position int  // in its deck, from 0
	Retired  bool // it was gone at the last compile
	Cards    []OldCard
	Origin   string // as in [Fact]

	// What a choice that is taken back moved: the deck and the id that the history
	// was under, or the [Fact.Text] that it was learned with. They may be empty.
	FormerDeck, FormerKey, FormerText string
}

// An OldCard is what is kept of a card to know it again.
type OldCard struct {
	ID     string
	Name   string
	Prompt string
	Answer string // see [Card.AnswerText]
	Text   string // of a sentence with deletions: see [Card.Text]
	Gone   bool   // it was gone at the last compile, though its fact was not
}

// Remember returns what [Match] needs to know a fact again later: the fact at the
// position in the deck with the id. A retired fact may have cards that were put
// aside before it went; the caller marks those of a fact that is not retired.
func Remember(deckID string, f *Fact, position int, retired bool) OldFact {
	old := OldFact{Deck: deckID, Key: f.Key, Written: f.Written, Cell: f.Cell || f.Written && !syntax.IsID(f.Key),
		Position: position, Retired: retired, Cards: oldCards(f)}
	inFileOrder(old.Cards)
	for i := range old.Cards {
		c := &old.Cards[i]
		if named := CardID(deckID, f.Key, c.Name); c.ID == "" {
			c.ID = named
		} else {
			c.Gone = retired && c.ID != named
		}
	}
	return old
}

// inFileOrder puts the directions of a term, and the deletions of a sentence, in the
// order in which the file has them: an exchange leaves them in another.
func inFileOrder(cards []OldCard) {
	ordered := func(c OldCard) bool {
		return c.Name == "forward" || c.Name == "reverse" || strings.HasPrefix(c.Name, "cloze-")
	}
	if slices.ContainsFunc(cards, func(c OldCard) bool { return !ordered(c) }) {
		return
	}
	slices.SortStableFunc(cards, func(a, b OldCard) int {
		return cmp.Or(cmp.Compare(len(a.Name), len(b.Name)), cmp.Compare(a.Name, b.Name))
	})
}

func oldCards(f *Fact) []OldCard {
	cards := make([]OldCard, len(f.Cards))
	for i := range f.Cards {
		c := &f.Cards[i]
		cards[i] = OldCard{ID: c.ID, Name: c.Name, Prompt: c.Prompt, Answer: c.AnswerText(), Text: c.Text}
	}
	return cards
}

// AnswerText returns what a card wants to hear as one text: the answer, the
// right options or the items, the last two parted by line ends.
func (c *Card) AnswerText() string {
	switch c.Kind {
	case Choice:
		var right []string
		for _, o := range c.Options {
			if o.Right {
				right = append(right, o.Text)
			}
		}
		return strings.Join(right, "\n")
	case Set, Sequence:
		return strings.Join(c.Items, "\n")
	}
	if c.Answer == "" {
		return strings.Join(c.Items, "\n")
	}
	return c.Answer
}

// An Alias says that a card took another name. Aliases of one matching happen
// at once: a name that one of them takes may be one that another gives up. A
// card may be gone and yet take a name, one that no card of the deck has: it
// makes room for another.
type Alias struct {
	From, To string // card ids
}

// Match gives every fact of the new decks its key and every card its id, so that an
// edit costs no history and none reaches a wrong card, and returns which cards took
// another name. It changes the decks in place.
//
// Old are the facts, also the retired ones, of the decks that take part: of
// those in new, and of those whose files are gone. Facts of a deck that is
// merely not compiled this time must not be among them, or its history would
// move to a copy.
//
// A history belongs to what was learned, so the whole text comes first: a fact
// is the old one with the same cards, whatever ids the two have, in its deck or
// another. Facts of one origin are one before all that, and facts of two are
// never one: an import knows what only looks the same. Then a fact with an id, or a row with its first cell, is the old one
// of that name if one side of it survives, or both are reworded but can be
// recognised (see survives). What is left is known by the same question, by the
// same answer where that is unmistakable, or by likeness and place: first within
// its deck, then, if the text is all but the same, in the others. What is in
// doubt is a new fact.
func Match(old []OldFact, new []*Deck) []Alias {
	m, _ := MatchWith(old, new, MatchOptions{}) // only a lookup fails
	return m.Aliases
}

// MatchOptions say how [MatchWith] goes about it.
type MatchOptions struct {
	// Retired, if not nil, is asked for facts that are still new when all else has
	// been tried: they may have been retired from another deck in an earlier
	// compile. They are known again as in the decks that take part, but for what is
	// in doubt because several of the retired decks had it.
	Retired RetiredFacts

	// ByID, if not nil, reports whether the author wants a history to stay with its
	// id, though the text under it is another now. Was and now are as in [Fact.Text].
	ByID func(deck, key, was, now string) bool
}

// A Matching is what [MatchWith] found.
type Matching struct {
	Aliases []Alias   // cards that take another name
	Keys    []KeyMove // facts that take another key within their deck
	Doubts  []Doubt   // facts whose id and text do not agree
}

// MatchWith is [Match] with options, and tells more.
func MatchWith(old []OldFact, new []*Deck, options MatchOptions) (Matching, error) {
	m := newMatcher(old, new)
	m.followIDs(options.ByID)
	m.followTexts()
	m.sameOrigin()
	m.unchanged()
	for _, id := range m.deckIDs {
		pairExact(free(m.old[id]), waiting(m.new[id]))
	}
	pairExact(m.vanished(), m.waiting())
	m.sameKey()
	m.sameKeyElsewhere()
	for _, id := range m.deckIDs {
		m.within(m.old[id], m.new[id])
	}
	m.across()
	if err := m.fetch(options.Retired); err != nil {
		return Matching{}, err
	}
	m.sameKeyAfterAll()
	m.giveKeys()
	keys, aside := m.keyMoves()
	return Matching{Aliases: m.aliases(aside), Keys: keys, Doubts: m.doubts(keys)}, nil
}

// An oldEntry is an old fact while it waits for a new one.
type oldEntry struct {
	*OldFact
	features
	taken bool
}

// A newEntry is a new fact while it waits for an old one.
type newEntry struct {
	*Fact
	features
	deck     *Deck
	position int
	old      *oldEntry
	byID     bool // paired by the author's will, whatever the texts say
	byOrigin bool // paired by where it comes from, likewise
	before   int  // position of the old fact of its nearest neighbour before it that has one
	after    int  // and of the one after it
}

// named reports whether the fact has an id, not only a text in its first cell.
func (e *oldEntry) named() bool { return e.Written && !e.Cell }
func (e *newEntry) named() bool { return e.Written && !e.Cell }

// A matcher pairs old and new facts. Entries are in the order of their decks.
type matcher struct {
	deckIDs []string
	old     map[string][]*oldEntry
	new     map[string][]*newEntry

	searches map[string]*search
}

func newMatcher(old []OldFact, new []*Deck) *matcher {
	m := &matcher{old: map[string][]*oldEntry{}, new: map[string][]*newEntry{}, searches: map[string]*search{}}
	for _, o := range oldEntries(old) {
		m.old[o.Deck] = append(m.old[o.Deck], o)
	}
	for _, list := range m.old {
		slices.SortStableFunc(list, func(a, b *oldEntry) int { return cmp.Compare(a.Position, b.Position) })
	}
	lists := make([][]*newEntry, len(new))
	parallel.Each(len(new), nil, func(i int) { lists[i] = newEntries(new[i]) })
	for i, d := range new {
		m.deckIDs = append(m.deckIDs, d.ID)
		m.new[d.ID] = append(m.new[d.ID], lists[i]...)
	}
	return m
}

func oldEntries(old []OldFact) []*oldEntry {
	entries, list := make([]oldEntry, len(old)), make([]*oldEntry, len(old))
	for i := range old {
		entries[i] = oldEntry{OldFact: &old[i], features: makeFeatures(old[i].Cards)}
		entries[i].learnedAs(old[i].FormerText)
		list[i] = &entries[i]
	}
	return list
}

func newEntries(d *Deck) []*newEntry {
	entries, list := make([]newEntry, len(d.Facts)), make([]*newEntry, len(d.Facts))
	for i := range d.Facts {
		f := &d.Facts[i]
		if !f.Written {
			f.Key = ""
		}
		entries[i] = newEntry{Fact: f, features: makeFeatures(oldCards(f)), deck: d, position: i}
		list[i] = &entries[i]
	}
	return list
}

func (e *newEntry) pair(o *oldEntry) {
	e.old, o.taken = o, true
}

// within pairs the facts of one deck.
func (m *matcher) within(old []*oldEntry, new []*newEntry) {
	if left, rest := free(old), waiting(new); len(left) > 0 && len(rest) > 0 {
		place(new)
		m.search(left[0].Deck).pairSimilar(left, rest, false)
	}
}

// search returns what is known of how common the words of a deck are.
func (m *matcher) search(deck string) *search {
	if m.searches[deck] == nil {
		m.searches[deck] = newSearch(m.old[deck], m.new[deck])
	}
	return m.searches[deck]
}

// across pairs what is left over in all decks: facts that moved.
func (m *matcher) across() {
	var old []*oldEntry
	for _, id := range sortedKeys(m.old) {
		old = append(old, free(m.old[id])...)
	}
	new := m.waiting()
	if len(old) == 0 || len(new) == 0 {
		return
	}
	pairExact(old, new)
	if left, rest := free(old), waiting(new); len(left) > 0 && len(rest) > 0 {
		newSearch(old, new).pairSimilar(left, rest, true)
	}
}

// vanished returns the living facts of all decks that wait.
func (m *matcher) vanished() (old []*oldEntry) {
	for _, id := range sortedKeys(m.old) {
		for _, o := range free(m.old[id]) {
			if !o.Retired {
				old = append(old, o)
			}
		}
	}
	return old
}

// place tells every new fact where its neighbours stood.
func place(new []*newEntry) {
	at := -1
	for _, n := range new {
		n.before = at
		if n.old != nil {
			at = n.old.Position
		}
	}
	at = math.MaxInt
	for _, n := range slices.Backward(new) {
		n.after = at
		if n.old != nil {
			at = n.old.Position
		}
	}
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// free returns the old facts that wait, but for those that have no card left: all
// of theirs went to other facts, or were put aside.
func free(old []*oldEntry) []*oldEntry {
	return slices.DeleteFunc(slices.Clone(old), func(o *oldEntry) bool { return o.taken || len(o.cards) == 0 })
}

// waiting returns the new facts of all decks that wait.
func (m *matcher) waiting() (new []*newEntry) {
	for _, id := range m.deckIDs {
		new = append(new, waiting(m.new[id])...)
	}
	return new
}

func waiting(new []*newEntry) []*newEntry {
	return slices.DeleteFunc(slices.Clone(new), func(n *newEntry) bool { return n.old != nil })
}

// pairExact pairs facts with the same text, in order, the living before the
// retired.
func pairExact(old []*oldEntry, new []*newEntry) {
	byText := make(map[[16]byte][]*oldEntry, len(old))
	for _, retired := range []bool{false, true} {
		for _, o := range old {
			if o.Retired == retired {
				byText[o.text] = append(byText[o.text], o)
			}
		}
	}
	for _, n := range new {
		same := byText[n.text]
		if i := slices.IndexFunc(same, func(o *oldEntry) bool { return !apart(o, n) }); i >= 0 {
			n.pair(same[i])
			byText[n.text] = slices.Delete(same, i, i+1)
		}
	}
}

// apart reports whether two facts come from two notes.
func apart(o *oldEntry, n *newEntry) bool {
	return o.Origin != "" && n.Origin != "" && o.Origin != n.Origin
}

// sameOrigin pairs the facts of which the same origin is known. Several facts may
// have one, such as those of a note that says something else for each of its
// deletions: then each goes to that of its id before any goes to another.
func (m *matcher) sameOrigin() {
	wanted := map[string][]*newEntry{}
	for _, n := range m.waiting() {
		if n.Origin != "" {
			wanted[n.Origin] = append(wanted[n.Origin], n)
		}
	}
	if len(wanted) == 0 {
		return
	}
	for _, pass := range []struct{ retired, sameKey bool }{{false, true}, {true, true}, {false, false}, {true, false}} {
		for _, id := range sortedKeys(m.old) {
			for _, o := range free(m.old[id]) {
				if o.Retired != pass.retired {
					continue
				}
				at := slices.IndexFunc(wanted[o.Origin], func(n *newEntry) bool {
					return n.old == nil && (!pass.sameKey || n.Key == o.Key)
				})
				if at >= 0 {
					n := wanted[o.Origin][at]
					n.pair(o)
					n.byOrigin = true
				}
			}
		}
	}
}

// giveKeys returns the facts without an id their keys: the old one, or a new one
// made of the text, so that two copies of a collection agree on it.
func (m *matcher) giveKeys() {
	for _, id := range m.deckIDs {
		taken := make(map[string]bool, len(m.old[id])+len(m.new[id]))
		for _, o := range m.old[id] {
			taken[o.Key] = true
		}
		for _, n := range m.new[id] {
			taken[n.Key] = true
		}
		counts := map[string]int{}
		for _, n := range m.new[id] {
			switch o := n.old; {
			case n.Written:
			case o != nil && o.Deck == id && !o.Written:
				n.Key = o.Key
			default:
				n.Key = freshKey(&n.features, taken, counts)
			}
			n.name(id)
		}
	}
}

// freshKey makes a key that no id and no other key is: "~" and a hash.
func freshKey(f *features, taken map[string]bool, counts map[string]int) string {
	base := "~" + shorthash.Encode(f.inOrder())[:12]
	for key := base; ; key = fmt.Sprintf("%s-%d", base, counts[base]) {
		if counts[base]++; !taken[key] {
			taken[key] = true
			return key
		}
	}
}

// aliases lists the cards that have another name now: those of paired facts, and
// those of facts whose key another has.
func (m *matcher) aliases(aside []Alias) []Alias {
	all := aside
	for _, id := range m.deckIDs {
		for _, n := range m.new[id] {
			if n.old == nil {
				continue
			}
			all = append(all, cardAliases(n)...)
		}
	}
	slices.SortFunc(all, func(a, b Alias) int { return cmp.Or(cmp.Compare(a.To, b.To), cmp.Compare(a.From, b.From)) })
	return all
}

// cardAliases lists the cards of one fact that have another name now. A deletion
// that is gone is put aside under a name that no card has: its number is free for
// another, with which its history must not be mixed. So is any card whose name
// another takes, or may take. It is taken up again when what it asked comes back.
func cardAliases(n *newEntry) []Alias {
	var all []Alias
	o := n.old
	paired := pairCards(o.Cards, n.Cards, n.byID, n.byOrigin)
	taken := map[string]bool{}
	for j := range n.Cards {
		taken[n.Cards[j].ID] = true
	}
	moved := o.Key != n.Key || o.Deck != n.deck.ID
	for i, c := range o.Cards {
		j, stays := paired[i]
		switch {
		case stays && c.ID != n.Cards[j].ID:
			all = append(all, Alias{c.ID, n.Cards[j].ID})
		case !stays && (taken[c.ID] || moved && o.plain(c) || !c.Gone && strings.HasPrefix(c.Name, "cloze-")):
			all = append(all, Alias{c.ID, o.aside(c)})
		}
	}
	return all
}

// plain reports whether a card has the name that its place gives it.
func (f *OldFact) plain(c OldCard) bool { return c.ID == CardID(f.Deck, f.Key, c.Name) }

// aside returns the name under which a card of the fact is put aside.
func (f *OldFact) aside(c OldCard) string {
	for n := 0; ; n++ {
		sum := hashTexts(c.Name, c.Prompt, c.Answer, strings.Repeat("+", n))
		id := CardID(f.Deck, f.Key, "~"+shorthash.Encode(sum[:]))
		if !slices.ContainsFunc(f.Cards, func(other OldCard) bool { return other.ID == id }) {
			return id
		}
	}
}

// hashTexts hashes texts so that no two lists of texts share a hash.
func hashTexts(texts ...string) (sum [16]byte) {
	all := make([]byte, 0, 1024)
	for _, t := range texts {
		all = append(append(strconv.AppendInt(all, int64(len(t)), 10), ':'), t...)
	}
	whole := sha256.Sum256(all)
	copy(sum[:], whole[:])
	return sum
}
