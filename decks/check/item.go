package check

import (
	"kartei/decks"
	"kartei/decks/syntax"
)

// An item is a card under examination. Its texts are cut into words once, for
// all rules; the words are valid until the next card.
type item struct {
	lang   language
	traced *decks.Traced
	deck   *decks.Deck
	fact   *decks.Fact
	card   *decks.Card
	origin decks.Origin

	prompt, answer []word
	options        [][]word    // of card.Options
	cloze          []clozePart // of clozeText, which is card.Text of the last cloze; nil if it is too long
	clozeText      string
	topics         []uint32 // room for those of a view

	rule    *Rule
	images  *imageFiles // nil: images are not looked up
	against map[string]*Reference
	found   []place
}

// load makes a card the one under examination.
func (it *item) load(fact *decks.Fact, card *decks.Card, origin decks.Origin) {
	it.fact, it.card, it.origin = fact, card, origin
	it.prompt = words(it.prompt[:0], card.Prompt)
	it.answer = words(it.answer[:0], card.Answer)
	if card.Kind == decks.Cloze && card.Text != it.clozeText {
		it.cloze, it.clozeText = nil, card.Text
		if len(card.Text) <= longestCloze {
			it.cloze = clozeParts(card.Text)
		}
	}
	it.options = it.options[:0]
	for i, o := range card.Options {
		if i < cap(it.options) {
			it.options = it.options[:i+1] // with its old words, to be written over
		} else {
			it.options = append(it.options, nil)
		}
		it.options[i] = words(it.options[i][:0], o.Text)
	}
}

func (it *item) report(at spot, message, hint string) {
	it.found = append(it.found, found(it.rule, it.origin, it.card, at, message, hint))
}

func found(r *Rule, o decks.Origin, c *decks.Card, at spot, message, hint string) place {
	return place{o.File, syntax.Problem{Span: locate(o, c, at), Severity: r.Severity, Rule: r.Name, Message: message,
		Hint: hint}}
}

// choice reports whether the card offers authored options.
func (it *item) choice() bool { return it.card.Kind == decks.Choice }

// termOrDefinition reports whether the card is one side of a term with its
// definition: its prompt is a word to be known, not a sentence to be read.
func (it *item) termOrDefinition() bool {
	return isTerm(it.origin)
}

func isTerm(o decks.Origin) bool { return o.Fact.Fields[0].Key == syntax.Term }

// key is the index of the only right option, or -1.
func (it *item) key() int {
	key := -1
	for i, o := range it.card.Options {
		if !o.Right {
			continue
		}
		if key >= 0 {
			return -1
		}
		key = i
	}
	return key
}
