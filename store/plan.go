package store

import (
	"fmt"
	"slices"
	"strings"

	"kartei/decks"
	"kartei/decks/plural"
	"kartei/store/journal"
)

// A Plan is what applying a compile changes, or would change.
type Plan struct {
	Decks     []DeckPlan
	Conflicts []Conflict // decks that stay as another root has them; see Compiled.StillExists

	Outdated []Outdated // decks of which another text stands; see Compiled.TakeOver

	Moved []Moved // histories that followed their text to a deck that was compiled before

	// What an author may not have meant: nobody is stopped by it, but a compile that
	// somebody asked for asks about it, and one that nobody asked for does none of it.
	Doubts []Doubt
	Shrunk []Shrunk

	Left    []Left       // decks that an unattended compile left as they were
	Changes []CardChange // if [Compiled.Names]: by deck, in the order of the decks
}

// Clear reports whether nothing in the plan needs anybody's word.
func (p *Plan) Clear() bool { return len(p.Doubts)+len(p.Shrunk) == 0 }

// unasked returns the decks that somebody would have to be asked about.
func (p *Plan) unasked() (left []Left) {
	add := func(one Left) {
		if !slices.ContainsFunc(left, func(l Left) bool { return l.Deck == one.Deck }) {
			left = append(left, one)
		}
	}
	for _, d := range p.Doubts {
		add(Left{Deck: d.Name, Why: Ambiguous})
	}
	for _, s := range p.Shrunk {
		add(Left{s.Deck, Shrinking, s.Retired, s.Of})
	}
	return left
}

// reunited says that a card which is gone is another that says the same.
func (p *Plan) reunited(r reunion) {
	at := slices.IndexFunc(p.Moved, func(m Moved) bool { return m.From == r.from.name && m.To == r.to.name })
	if at < 0 {
		at = len(p.Moved)
		p.Moved = append(p.Moved, Moved{From: r.from.name, To: r.to.name})
	}
	p.Moved[at].Cards++
	for i := range p.Decks {
		if d := &p.Decks[i]; d.Name == r.from.name && d.Retired > 0 {
			d.Retired--
		}
	}
	for i := range p.Changes {
		if c := &p.Changes[i]; c.Card == r.from.card {
			c.Fate, c.Deck, c.Card, c.Now = IsFollowed, r.to.name, r.to.card, c.Was
			c.WasFact, c.WasDeck, c.Fact = r.from.key, r.from.deckID, r.to.key
		}
	}
}

// Moved histories went to cards that say the same in another deck, which was
// compiled before the deck that they are gone from.
type Moved struct {
	From, To string // names of the decks
	Cards    int
}

// String is the move's line for people.
func (m Moved) String() string {
	return fmt.Sprintf("%s: the history of %s came along from %s", m.To, plural.Count(m.Cards, "card"), m.From)
}

// A Conflict deck was compiled, but another root holds it.
type Conflict struct{ Deck, Root string }

// A Doubt is an id that stands over another text than it did, of which neither the
// question nor the answer can be recognised, while somebody had learned the card.
// The history follows the text.
type Doubt struct {
	Deck     string // permanent identity
	Name     string // of the deck
	Key      string // the id
	Was, Now Text   // under it
	To       string // the id, or the key, where the old text is now; empty: nowhere, it is retired
	ToDeck   string // permanent identity of its deck, where that is another
	Answers  int    // that the learner gave to the old text
}

// Choice is the word of somebody who was asked about the doubt.
func (d *Doubt) Choice(follow journal.Follow) Choice { return Choice{d.Deck, d.Key, follow} }

func doubtOf(d decks.Doubt, answers int) Doubt {
	doubt := Doubt{Deck: d.Deck, Name: d.Name, Key: d.Key, Answers: answers,
		Was: Text{d.Was.Cards[0].Prompt, d.Was.Cards[0].Answer}, Now: textOf(&d.Now.Cards[0])}
	if d.To != nil {
		doubt.To = d.To.Key
		if d.ToDeck != d.Deck {
			doubt.ToDeck = d.ToDeck
		}
	}
	return doubt
}

// A Shrunk deck loses more than a tenth of its cards at once, and the learner had
// answered some of these.
type Shrunk struct {
	Deck    string // name
	Retired int
	Of      int // cards before
	Learned int // of the retired
}

func shrunk(deck string, retired, of, learned int) []Shrunk {
	if learned == 0 || retired*10 <= of {
		return nil
	}
	return []Shrunk{{deck, retired, of, learned}}
}

// A Left deck stays as it was, because nobody was there to be asked.
type Left struct {
	Deck string // name
	Why  Reason

	Retired, Of int // of a deck that would shrink: how many of how many cards would go
}

// Reason is why a deck was left.
type Reason string

// The reasons: ids stand over other texts, or much of the deck is gone.
const (
	Ambiguous Reason = "ambiguous"
	Shrinking Reason = "shrinking"
)

// Text is what a card asks and what it wants to hear.
type Text struct{ Prompt, Answer string }

func textOf(c *decks.Card) Text { return Text{c.Prompt, c.AnswerText()} }

// Fate is what a compile makes of a card.
type Fate string

// The fates. A card that is edited or returned may have followed its text, too.
const (
	IsNew      Fate = "new"
	IsEdited   Fate = "edited"   // says something else
	IsFollowed Fate = "followed" // the same, under another id or in another deck
	IsRetired  Fate = "retired"
	IsReturned Fate = "returned" // was retired
)

// A CardChange is what happens to one card.
type CardChange struct {
	Fate     Fate
	Deck     string // name
	Card     string // decks.Card.ID
	Fact     string // its key
	File     string
	Line     int
	Was, Now Text   // Was is empty of a new card, Now of a retired one
	WasFact  string // the key that it had, if that was another
	WasDeck  string // permanent identity of the deck in which it had it, if that was another
	Answers  int    // that the learner gave it
}

// A DeckPlan counts facts and cards as they are after the compile, and cards by
// what happened to them.
type DeckPlan struct {
	Name      string
	Facts     int
	Cards     int
	New       int // never seen before
	Edited    int // say something else now; history kept
	Followed  int // say the same under another id, or came from another deck; history kept
	Retired   int // gone from the files; history kept
	Returned  int // back again, with their history
	Unchanged int

	From []string // names of other decks that restored cards were retired from, sorted
}

// String is the plan's line for people, such as
//
//	nato-en: 243 facts, 412 cards: 3 new, 2 edited (history kept), 1 retired, 406 unchanged
func (p DeckPlan) String() string {
	var changes []string
	add := func(n int, what string) {
		if n > 0 {
			changes = append(changes, fmt.Sprintf("%d %s", n, what))
		}
	}
	add(p.New, "new")
	add(p.Edited, "edited (history kept)")
	add(p.Followed, "followed (history kept)")
	add(p.Retired, "retired")
	if len(p.From) == 0 {
		add(p.Returned, "restored")
	} else {
		add(p.Returned, "restored (from "+strings.Join(p.From, ", ")+")")
	}
	add(p.Unchanged, "unchanged")
	if len(changes) == 0 {
		changes = []string{"nothing in it"}
	}
	return fmt.Sprintf("%s: %s, %s: %s", p.Name, plural.Count(p.Facts, "fact"), plural.Count(p.Cards, "card"),
		strings.Join(changes, ", "))
}
