package check

import (
	"iter"
	"slices"
	"strconv"
	"strings"

	"kartei/decks"
	"kartei/decks/syntax"
)

// A survey looks at a deck as a whole.
type survey struct {
	deck  *decks.Deck
	views []view
	rule  *Rule
	found []place
}

// A view is a card as the rules about whole decks see it.
type view struct {
	fact   *decks.Fact
	card   *decks.Card
	origin decks.Origin
	topics []uint32 // hashes of the words of the prompt that are not glue; sorted, unique, none of more than mostTopics
	answer hash     // hash of the answer but for case, spaces and a closing full stop
}

// cards are the deck's cards in authored order.
func (s *survey) cards() iter.Seq[*view] {
	return func(yield func(*view) bool) {
		for i := range s.views {
			if !yield(&s.views[i]) {
				return
			}
		}
	}
}

func (s *survey) report(v *view, at spot, message, hint string) {
	s.found = append(s.found, found(s.rule, v.origin, v.card, at, message, hint))
}

// reportBeside is report of something that another view has to do with.
func (s *survey) reportBeside(v, other *view, at spot, message, hint string) {
	s.report(v, at, message, hint)
	s.found[len(s.found)-1].problem.Other = &syntax.Place{File: other.fact.File, Line: other.fact.Line}
}

// line says where the view's fact stands, as seen from another.
func (v *view) line(from *view) string {
	if v.fact.File == from.fact.File {
		return strconv.Itoa(v.fact.Line)
	}
	return strconv.Itoa(v.fact.Line) + " of " + v.fact.File
}

// glue are the words that hold a question together and may be exchanged
// without asking for something else.
var glue = newLexicon(
	"been being a an the of in on at for to is are was were be do does did which what who whom whose when where how called name named year that this it its by with has have",
	"bei an am auf aus worden der die das den dem des ein eine einen einem einer eines von vom in im ist sind war waren wird wurde wurden welche welcher welches welchen was wer wann wo wie heißt heißen genannt nennt man jahr jahre hat haben es zu zum zur")

// look makes the view of the card under examination.
func (it *item) look() view {
	v := view{fact: it.fact, card: it.card, origin: it.origin, answer: answerHash(it.card)}
	it.topics = it.topics[:0]
	for _, w := range it.prompt {
		if w.is(code|formula) || !glue.has(english|german, w.fold) {
			it.topics = append(it.topics, uint32(emptyHash.text(stem(w))))
		}
	}
	if len(it.topics) <= mostTopics {
		slices.Sort(it.topics)
		v.topics = slices.Clone(slices.Compact(it.topics))
	}
	return v
}

// stem cuts an ending of grammar off a longer word: Grundgesetzes, rivers.
func stem(w word) string {
	if w.is(code|formula) || len(w.fold) < 6 {
		return w.fold
	}
	for _, ending := range []string{"es", "en", "er", "em", "s", "e", "n"} {
		if s, ok := strings.CutSuffix(w.fold, ending); ok {
			return s
		}
	}
	return w.fold
}

// answerHash identifies what a card wants to hear, but for case, spaces and a
// closing full stop. A choice wants its right options.
func answerHash(c *decks.Card) hash {
	h := emptyHash.text(bare(c.Answer))
	for _, item := range c.Items {
		h = h.text(bare(item))
	}
	for _, o := range c.Options {
		if o.Right {
			h = h.text(bare(o.Text))
		}
	}
	return h
}

// bare is an answer in lower case, without its article.
func bare(s string) string {
	s = strings.ToLower(plain(s))
	if first, rest, ok := strings.Cut(s, " "); ok && articles.has(english|german, first) {
		return rest
	}
	return s
}

// sameAnswer reports whether an answer to one card would do for the other.
func sameAnswer(a, b *view) bool {
	return a.answer == b.answer || rightTexts(a.card)[plain(b.card.Answer)] && rightTexts(b.card)[plain(a.card.Answer)]
}

// A hash is FNV-1a, fed piece by piece without allocation.
type hash uint64

const emptyHash hash = 14695981039346656037

func (h hash) byte(c byte) hash { return (h ^ hash(c)) * 1099511628211 }

// text feeds a string and an end, so that "ab", "c" is not "a", "bc".
func (h hash) text(s string) hash {
	for i := range len(s) {
		h = h.byte(s[i])
	}
	return h.byte(0xff)
}

// spaced feeds a string in which every run of white space is one space.
func (h hash) spaced(s string) hash {
	space := true
	for i := range len(s) {
		switch c := s[i]; {
		case c != ' ' && c != '\n' && c != '\t':
			h, space = h.byte(c), false
		case !space:
			h, space = h.byte(' '), true
		}
	}
	return h.byte(0xff)
}

func (h hash) number(n int) hash {
	for range 4 {
		h = h.byte(byte(n))
		n >>= 8
	}
	return h
}
