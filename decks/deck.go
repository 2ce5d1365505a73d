package decks

import (
	"strings"

	"kartei/decks/shorthash"
)

// A Deck is what the files that name one deck compile to.
type Deck struct {
	Name    string     // as in the header, with "/" for sub-decks: "geo/capitals"
	ID      string     // permanent identity, by default the first Name
	Title   string     // for people; empty means Name
	Author  string     // as written
	License string     // of the cards, as written
	Lang    string     // BCP 47; empty means unknown
	Tags    []string   // of the headers of its files, sorted; each file's apply to its facts
	Sources []Citation // citations that facts refer to by name
	Order   Order      // in which new cards appear
	Typed   Typing     // which answers may be typed
	NoQuiz  bool       // no quiz asks it
	Strict  bool       // of typed answers only capitals, spaces and typographic signs are forgiven
	Files   []string   // the deck's files in path order, slash-separated, relative to the compiled folder
	Facts   []Fact     // in authored order, over all files

	Passages []Passage // what stands between the facts, over all files
	Cut      bool      // there are more passages, beyond [MaxProse]
}

// A Citation is a citation with a short name: `source fes: Dembinski and …`.
type Citation struct {
	Name string `json:"name"`
	Text string `json:"text"`
}

// Order is the order in which new cards of a deck appear.
type Order string

// The orders in which new cards come.
const (
	Authored Order = "authored"
	Random   Order = "random"
)

// Typing says which answers of a deck may be typed.
type Typing string

// Which answers are typed. TypeShort, the default, lets answers
// of up to four words be typed when the learner asks for typing.
const (
	TypeNever  Typing = "never"
	TypeShort  Typing = "short"
	TypeAlways Typing = "always"
)

// A Fact is one idea in a deck file and the cards that ask for it.
type Fact struct {
	Key     string   // identity within the deck: the written id, else assigned by [Match]
	Written bool     // the key stands in the file (Id, a row's id, a row's first cell)
	Cell    bool     // the key is a row's first cell: text, which an author may reword
	File    string   // slash-separated, relative to the compiled folder
	Line    int      // 1-based, of the fact's first line (for a row: of the row)
	Section []string // the headings above it, outermost first
	Cards   []Card   // at least one

	// What the fact is known by where it comes from, whatever it says, such as a note
	// of Anki's; empty where that is not known. An import gives it, for [Match].
	Origin string `json:",omitempty"`

	// When what it says was last written anew, in Unix seconds; 0 where that is not
	// known. A collection gives it.
	Changed int64 `json:",omitempty"`
}

// A Card is one question with its answer: a fact asked in one way.
//
// Texts are Markdown in the subset of package markdown, NFC, with "\n" for
// line ends, escapes of the fact language already taken out.
type Card struct {
	ID        string // see [CardID]
	Name      string // of the card within its fact: "card", "forward", "reverse", "cloze-1", or a template's name
	Kind      Kind
	Prompt    string     // for a cloze: the sentence with this card's deletions as "[…]" or "[hint]"
	Answer    string     // recall and cloze: what to recall; else empty
	Items     []string   // set and sequence: the parts, in authored order
	Options   []Option   // choice: as authored; other kinds: the authored misconceptions (`Not`), all wrong
	Pool      string     // cards of a deck with one pool are each other's plausible wrong answers; may be empty
	Text      string     // cloze: the whole sentence with every deletion as "{{1::answer::hint}}"
	Number    int        // cloze: the deletion number that this card hides
	Accept    []string   // further answers that count as right when typed
	Tolerance *Tolerance // numeric answers; nil means exact
	Type      AnswerType // where the author insists
	Hint      string     // shown before the answer, on request
	Note      string     // shown after the answer
	Source    string     // as written: "fes 10"
	Evidence  string     // the token that proves the fact in its source
	AsOf      string     // the date to which a time-bound fact holds
	Tags      []string   // of the deck, the fact and the row; sorted, unique
	Hash      string     // of all that is asked and answered; see [Card.ItemHash]
}

// An Option is one answer that a choice offers.
type Option struct {
	Text  string `json:"text"`
	Right bool   `json:"right,omitempty"`
	Why   string `json:"why,omitempty"` // said when it is chosen
}

// A Tolerance is how far a typed number may be from the answer.
type Tolerance struct {
	Amount  float64 `json:"amount"`
	Percent bool    `json:"percent,omitempty"` // Amount is per cent of the answer
}

// Kind is the way in which a card asks.
type Kind string

// The kinds of cards. A recall or cloze card may also be typed or
// offered as a choice; that is the session's decision, not the card's kind.
const (
	Recall   Kind = "recall"
	Choice   Kind = "choice"
	Set      Kind = "set"
	Sequence Kind = "sequence"
	Cloze    Kind = "cloze"
)

// Kinds are all kinds of cards.
var Kinds = []Kind{Recall, Choice, Set, Sequence, Cloze}

// AnswerType is an author's insistence on how a card is answered; empty means none.
type AnswerType string

// The values of the key Type.
const (
	AnswerTyped  AnswerType = "typed"
	AnswerChoice AnswerType = "choice"
	AnswerRecall AnswerType = "recall"
)

// CardID names a card by deck, fact and card name, never by its text: an edit
// costs a learner nothing. The parts are separated by NUL,
// which none of them can hold, so no two triples share a name.
func CardID(deckID, factKey, cardName string) string {
	return shorthash.Of([]byte(deckID+"\x00"+factKey+"\x00"+cardName), 20)
}

// IsCardID reports whether a text may be what [CardID] makes.
func IsCardID(s string) bool {
	return len(s) == 20 && strings.Trim(s, shorthash.Digits) == ""
}

// ItemHash is a short hash of what the card asks and answers. It changes when
// a learner would have to be told that the answer changed, or a result file
// would no longer be about the same item.
func (c *Card) ItemHash() string {
	text := make([]byte, 0, 512)
	part := func(s string) { text = append(append(text, s...), 0) }
	for _, s := range []string{string(c.Kind), c.Prompt, c.Answer, strings.Join(c.Items, "\x01")} {
		part(s)
	}
	for _, o := range c.Options {
		part(o.Text)
		if o.Right {
			part("right")
		}
	}
	return shorthash.Of(text, 16)
}
