package anki

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"html"
	"iter"
	"path"
	"slices"
	"strconv"
	"strings"

	"kartei/decks"
	"kartei/decks/lazyregexp"
)

// A note is one note of Anki: what is asked, what is answered, and what is
// said with the answer, as HTML.
type note struct {
	guid   string
	cloze  bool
	front  string   // cloze: the text with its deletions
	hint   string   // shown on request, before the answer; may be empty
	back   string   // cloze: empty
	extra  string   // shown after the answer; may be empty
	source string   // where the fact is from; may be empty
	typed  bool     // the author insists on typing
	tags   []string // as Anki writes them

	cards []noteCard
}

// A noteCard is a card of a note: its number within the note and its Kartei card.
type noteCard struct {
	ordinal int // from 0
	card    *decks.Card
}

// A noteMaker makes notes of a deck's facts.
type noteMaker struct {
	deck    *decks.Deck
	media   *mediaNames
	sources map[string]string
}

func newNoteMaker(deck *decks.Deck) *noteMaker {
	w := &noteMaker{
		deck:    deck,
		media:   &mediaNames{deck: deck.ID, names: map[string]string{}},
		sources: map[string]string{},
	}
	for _, s := range deck.Sources {
		w.sources[s.Name] = s.Text
	}
	return w
}

// A factNotes is a fact with its notes, and what kept others of its cards out.
type factNotes struct {
	fact    *decks.Fact
	notes   []*note
	refused error
}

// all makes the notes of facts. The media of the maker are complete when the range
// ends.
func (w *noteMaker) all(facts iter.Seq2[*decks.Fact, error]) iter.Seq2[factNotes, error] {
	return func(yield func(factNotes, error) bool) {
		for fact, err := range facts {
			if err != nil {
				yield(factNotes{}, err)
				return
			}
			notes, refused := w.notes(fact)
			if !yield(factNotes{fact, notes, refused}, nil) {
				return
			}
		}
	}
}

// notes makes the notes of a fact: one for each of its clozes, one for every
// other card. A card that Anki could not show is an error of its own; the
// others are returned all the same.
func (w *noteMaker) notes(fact *decks.Fact) ([]*note, error) {
	var notes []*note
	var problems []error
	clozes := map[string]*note{}
	p := page{media: w.media, dir: path.Dir(fact.File)}
	for i := range fact.Cards {
		card := &fact.Cards[i]
		if card.Kind != decks.Cloze {
			n, err := w.basic(p, card)
			if err != nil {
				problems = append(problems, err)
				continue
			}
			notes = append(notes, n)
			continue
		}
		name := clozeName(card)
		n := clozes[name]
		if n == nil {
			n = w.cloze(p, fact, card, name)
			clozes[name] = n
		}
		if err := n.add(card); err != nil {
			problems = append(problems, err)
			continue
		}
		if len(n.cards) == 1 {
			notes = append(notes, n)
		}
	}
	return notes, errors.Join(problems...)
}

func (w *noteMaker) basic(p page, card *decks.Card) (*note, error) {
	n := w.start(p, card)
	n.guid = card.ID
	n.cards = []noteCard{{card: card}}
	n.front = p.html(card.Prompt)
	switch card.Kind {
	case decks.Choice:
		question, answer := choice(p, card)
		n.front, n.back = n.front+question, answer
	case decks.Set:
		n.back = items(p, "ul", card.Items)
	case decks.Sequence:
		n.front += items(p, "ul", shuffled(card.ID, card.Items))
		n.back = items(p, "ol", card.Items)
	default:
		n.back = p.html(card.Answer)
		n.typed = card.Type == decks.AnswerTyped
	}
	if blank(n.front) {
		return nil, fmt.Errorf("card %s: Anki refuses a note whose first field is empty", card.Name)
	}
	return n, nil
}

// cloze starts the note of a fact's deletions, which are cards of one note.
func (w *noteMaker) cloze(p page, fact *decks.Fact, card *decks.Card, name string) *note {
	n := w.start(p, card)
	n.cloze = true
	n.guid = GUID(w.deck.ID, fact.Key, card)
	var numbers []int
	for _, c := range fact.Cards {
		if c.Kind == decks.Cloze && clozeName(&c) == name {
			numbers = append(numbers, c.Number)
		}
	}
	n.front = p.cloze(card.Text, numbers)
	return n
}

// GUID is the guid of the note by which a card goes to Anki: the card's own id, or
// for a deletion one that all of its sentence have.
func GUID(deckID, fact string, card *decks.Card) string {
	if card.Kind != decks.Cloze {
		return card.ID
	}
	return decks.CardID(deckID, fact, clozeName(card)+"\x00note")
}

// clozeName is the name of a card without its deletion: of "cloze-2", "cloze".
func clozeName(card *decks.Card) string {
	return strings.TrimSuffix(card.Name, "-"+strconv.Itoa(card.Number))
}

// maxDeletion is the highest number that Anki makes a card for.
const maxDeletion = 500

// add gives the note the card of one of its deletions. Anki makes its cards from
// the text alone, and an error card where the text has no deletion.
func (n *note) add(card *decks.Card) error {
	if card.Number < 1 || card.Number > maxDeletion {
		return fmt.Errorf("card %s: Anki numbers deletions from 1 to %d", card.Name, maxDeletion)
	}
	if !hasDeletion(n.front, strconv.Itoa(card.Number)) {
		return fmt.Errorf("card %s: the sentence has no deletion %d", card.Name, card.Number)
	}
	n.cards = append(n.cards, noteCard{ordinal: card.Number - 1, card: card})
	return nil
}

var severalNumbers = lazyregexp.New(`\{\{c(\d+(?:,\d+)+)::`)

// hasDeletion reports whether a field has a deletion of a number.
func hasDeletion(field, number string) bool {
	if strings.Contains(field, "{{c"+number+"::") {
		return true
	}
	for _, m := range severalNumbers.FindAllStringSubmatch(field, -1) {
		if slices.Contains(strings.Split(m[1], ","), number) {
			return true
		}
	}
	return false
}

// start makes what every kind of note has.
func (w *noteMaker) start(p page, card *decks.Card) *note {
	n := &note{}
	if card.Hint != "" {
		n.hint = p.html(card.Hint)
	}
	n.extra = extra(p, card)
	n.source = w.source(card)
	for _, t := range card.Tags {
		if t = tag(t); t != "" && !slices.Contains(n.tags, t) {
			n.tags = append(n.tags, t)
		}
	}
	return n
}

// extra is what is said after the answer: other answers that are right, the
// author's misconceptions, the note.
func extra(p page, card *decks.Card) string {
	var parts []string
	if len(card.Accept) > 0 {
		accept := make([]string, len(card.Accept))
		for i, a := range card.Accept {
			accept[i] = p.html(a)
		}
		parts = append(parts, "= "+strings.Join(accept, "; "))
	}
	if card.Kind != decks.Choice {
		for _, o := range card.Options {
			parts = append(parts, "≠ "+reason(p, o))
		}
	}
	if card.Note != "" {
		parts = append(parts, p.html(card.Note))
	}
	return strings.Join(parts, "<br>")
}

// source is the citation that a card's source names, with its locator, and the
// day to which the fact holds.
func (w *noteMaker) source(card *decks.Card) string {
	text := clean(card.Source)
	name, locator, _ := strings.Cut(text, " ")
	if citation, ok := w.sources[name]; ok {
		text = citation
		if locator = strings.TrimSpace(locator); locator != "" {
			text += ", " + locator
		}
	}
	if card.AsOf != "" {
		text = strings.TrimSpace(text + " (" + card.AsOf + ")")
	}
	return seal(escape(strings.Join(strings.Fields(clean(text)), " ")))
}

// choice writes the options under the question and the right ones, under the
// same letters, in the answer, with the reasons that go with the others. The
// order is fixed, for Anki does not shuffle, but not the author's, who tends to
// write the right answer first.
func choice(p page, card *decks.Card) (question, answer string) {
	order := make([]int, len(card.Options))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return strings.Compare(lot(card.ID, card.Options[a].Text), lot(card.ID, card.Options[b].Text))
	})
	var all, right, why strings.Builder
	for i, o := range order {
		option := card.Options[o]
		fmt.Fprintf(&all, "<li>%s</li>", p.html(option.Text))
		switch {
		case option.Right:
			fmt.Fprintf(&right, `<li value="%d"><b>%s</b></li>`, i+1, reason(p, option))
		case option.Why != "":
			fmt.Fprintf(&why, `<li value="%d">%s</li>`, i+1, reason(p, option))
		}
	}
	const lettered = `<ol type="A">%s</ol>`
	return fmt.Sprintf(lettered, all.String()), fmt.Sprintf(lettered, right.String()+why.String())
}

func reason(p page, option decks.Option) string {
	if option.Why == "" {
		return p.html(option.Text)
	}
	return p.html(option.Text) + " – " + p.html(option.Why)
}

func items(p page, list string, items []string) string {
	var b strings.Builder
	for _, item := range items {
		fmt.Fprintf(&b, "<li>%s</li>", p.html(item))
	}
	return "<" + list + ">" + b.String() + "</" + list + ">"
}

// shuffled puts items in an order that depends on them and the card alone, so
// that no export changes it, and that is not the right one.
func shuffled(id string, items []string) []string {
	lots := slices.Clone(items)
	slices.SortStableFunc(lots, func(a, b string) int { return strings.Compare(lot(id, a), lot(id, b)) })
	if slices.Equal(lots, items) {
		slices.Reverse(lots)
	}
	return lots
}

func lot(id, text string) string {
	sum := sha256.Sum256([]byte(id + "\x00" + text))
	return string(sum[:])
}

var anyTag = lazyregexp.New(`<[^>]*>`)

// blank says that Anki would see nothing in a field: it looks past tags, but
// not past pictures and sound.
func blank(field string) bool {
	if strings.Contains(field, "<img ") || strings.Contains(field, "[sound:") {
		return false
	}
	return strings.TrimSpace(html.UnescapeString(anyTag.ReplaceAllString(field, ""))) == ""
}
