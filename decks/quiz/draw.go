package quiz

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"kartei/decks"
	"kartei/decks/answer"
)

// Options say what [Draw] draws. The zero value is 20 questions of every kind.
type Options struct {
	Title     string
	Questions int    // at most so many; 0 means 20
	Seed      uint64 //
	Kinds     []Kind // that may be used; empty means all
	Wrong     int    // wrong answers that a choice offers, at most; 0 means 3, never fewer than 2
	Time      time.Duration

	// Keep tells whether a card may be asked; nil keeps all. Cards that are not
	// asked still lend their answers to others as wrong ones.
	Keep func(*decks.Deck, *decks.Fact, *decks.Card) bool

	// Confused are answers that learners gave wrongly to a card (by its id),
	// the most frequent first.
	Confused map[string][]string
}

// ErrNothing is the error of a draw from cards that no question can be made of.
var ErrNothing = errors.New("no card here can be asked in a quiz")

// maxTyped is the length of an answer that is typed unless the author says
// otherwise, in words (LANGUAGE section 1).
const maxTyped = 4

// Draw makes a form. It asks each fact at most once, and every card is as
// likely as another; the order of decks and facts in memory does not matter.
func Draw(from []*decks.Deck, o Options) (*Form, error) {
	wanted := cmp.Or(o.Questions, 20)
	if wanted < 1 || wanted > MaxQuestions {
		return nil, fmt.Errorf("a form has 1 to %d questions, not %d", MaxQuestions, o.Questions)
	}
	o.Wrong = max(cmp.Or(o.Wrong, 3), 2)
	if o.Wrong >= MaxOptions {
		return nil, fmt.Errorf("a choice has at most %d options", MaxOptions)
	}
	form := &Form{Title: o.Title, Seed: o.Seed, Time: o.Time.Truncate(time.Second), Keyed: true}
	from = slices.SortedFunc(slices.Values(from), func(a, b *decks.Deck) int { return strings.Compare(a.Name, b.Name) })
	var lots []lot
	for _, deck := range from {
		form.Decks = append(form.Decks, version(deck))
		lots = append(lots, o.lots(deck, below(deck, from))...)
	}
	slices.SortFunc(lots, func(a, b lot) int {
		return cmp.Or(cmp.Compare(a.order, b.order), strings.Compare(a.card.ID, b.card.ID))
	})
	asked := map[*decks.Fact]bool{}
	for _, l := range lots {
		if len(form.Questions) == wanted {
			break
		}
		if asked[l.fact] {
			continue
		}
		if q, ok := l.question(&o); ok {
			form.Questions = append(form.Questions, q)
			asked[l.fact] = true
		}
	}
	if len(form.Questions) == 0 {
		return nil, ErrNothing
	}
	return form, nil
}

func version(d *decks.Deck) Version {
	var b strings.Builder
	for i := range d.Facts {
		for _, c := range d.Facts[i].Cards {
			b.WriteString(c.ID + " " + c.ItemHash() + "\n")
		}
	}
	return Version{d.Name, digest(b.String())}
}

// below gives a deck and those below it.
func below(deck *decks.Deck, from []*decks.Deck) []*decks.Deck {
	var all []*decks.Deck
	for _, d := range from {
		if d == deck || strings.HasPrefix(d.Name, deck.Name+"/") {
			all = append(all, d)
		}
	}
	return all
}

// A lot is a card that may be drawn.
type lot struct {
	order   uint64
	deck    *decks.Deck
	fact    *decks.Fact
	card    *decks.Card
	section string
	pools   *pools
	near    []*decks.Deck // where the answers of other cards are that it may be taken for
}

func (o *Options) lots(deck *decks.Deck, near []*decks.Deck) []lot {
	var lots []lot
	pools := newPools(deck, o.Seed)
	common := commonSection(deck.Facts)
	for i := range deck.Facts {
		fact := &deck.Facts[i]
		section := deck.Name
		if len(fact.Section) > common {
			section += ": " + fact.Section[common]
		}
		for j := range fact.Cards {
			card := &fact.Cards[j]
			if o.Keep == nil || o.Keep(deck, fact, card) {
				lots = append(lots, lot{diceFor(o.Seed, "draw", identity(card)).next(), deck, fact, card, section, pools, near})
			}
		}
	}
	return lots
}

// identity is a card's id; a card that was never compiled into a collection
// has none yet.
func identity(c *decks.Card) string { return cmp.Or(c.ID, c.ItemHash()) }

// commonSection counts the headings that stand above every fact: a deck's
// title is no section of it.
func commonSection(facts []decks.Fact) int {
	if len(facts) == 0 {
		return 0
	}
	n := len(facts[0].Section)
	for i := range facts {
		k := 0
		for k < min(n, len(facts[i].Section)) && facts[i].Section[k] == facts[0].Section[k] {
			k++
		}
		n = k
	}
	return n
}

// question asks the card in one of the ways that it and the options allow.
func (l *lot) question(o *Options) (Question, bool) {
	q := Question{
		Card:    identity(l.card),
		Section: l.section,
		Place:   fmt.Sprintf("%s:%d", l.fact.File, l.fact.Line),
		Lang:    l.deck.Lang,
		Prompt:  l.card.Prompt,
		Key:     Key{Note: l.card.Note, Source: l.card.Source},
	}
	for _, kind := range shuffled(diceFor(o.Seed, "kind", q.Card), l.kinds(o.Kinds)) {
		q.Kind = kind
		if l.fill(&q, o) {
			q.tidy()
			return q, true
		}
	}
	return q, false
}

// tidy makes every text what it will be after it was written and parsed.
func (q *Question) tidy() {
	for _, text := range []*string{&q.Prompt, &q.Section, &q.Key.Answer, &q.Key.Note, &q.Key.Source} {
		*text = tidy(*text)
	}
	for _, texts := range []*[]string{&q.Options, &q.Key.Why, &q.Key.Accept, &q.Key.Parts, &q.Key.Rivals} {
		*texts = slices.Clone(*texts)
		for i, text := range *texts {
			(*texts)[i] = tidy(text)
		}
	}
}

// kinds are the ways in which the card may be asked.
func (l *lot) kinds(allowed []Kind) []Kind {
	var kinds []Kind
	switch c := l.card; {
	case c.Kind == decks.Choice:
		kinds = []Kind{Choice}
	case c.Kind == decks.Set:
		kinds = []Kind{Set}
	case c.Kind == decks.Sequence:
		kinds = []Kind{Sequence}
	case c.Type == decks.AnswerRecall:
	case c.Type == decks.AnswerTyped:
		kinds = []Kind{Typed}
	case c.Type == decks.AnswerChoice || !l.mayType():
		kinds = []Kind{Choice}
	default:
		kinds = []Kind{Choice, Typed}
	}
	return slices.DeleteFunc(kinds, func(k Kind) bool { return len(allowed) > 0 && !slices.Contains(allowed, k) })
}

func (l *lot) mayType() bool {
	switch {
	case l.deck.Typed == decks.TypeNever, !answer.Typeable(l.card.Answer):
		return false
	case l.deck.Typed == decks.TypeAlways, answer.IsNumber(l.card.Answer, l.deck.Lang):
		return true
	}
	return len(strings.Fields(l.card.Answer)) <= maxTyped
}

// fill completes a question of its kind; false if the card lacks what it takes.
func (l *lot) fill(q *Question, o *Options) bool {
	d := diceFor(o.Seed, "order", q.Card)
	switch q.Kind {
	case Typed:
		q.Key.Answer, q.Key.Accept, q.Key.Tolerance = l.card.Answer, l.card.Accept, l.card.Tolerance
		q.Key.Rivals, q.Key.Strict = l.rivals(), l.deck.Strict
		return q.Key.Answer != ""
	case Set:
		q.Parts, q.Key.Parts, q.Key.Strict = len(l.card.Items), l.card.Items, l.deck.Strict
		return q.Parts > 0 && q.Parts <= MaxOptions
	case Sequence:
		return l.sequence(q, d)
	}
	return l.choice(q, d, o)
}

// maxRivals is how many answers of other cards a key keeps for a question.
const maxRivals = 50

// rivals are the answers of other cards that could be taken for the card's own,
// and those that its author calls wrong.
func (l *lot) rivals() []string {
	rivals := answer.NewRivals(l.card, l.deck.Lang)
	for _, deck := range l.near {
		for i := range deck.Facts {
			for j := range deck.Facts[i].Cards {
				if c := &deck.Facts[i].Cards[j]; c != l.card && len(rivals.Texts) < maxRivals {
					rivals.Add(c.Answer)
				}
			}
		}
	}
	rivals.Sort()
	return rivals.Texts
}

// sequence shows the items in another order than the right one.
func (l *lot) sequence(q *Question, d *dice) bool {
	n := len(l.card.Items)
	if n < 2 || n > MaxOptions {
		return false
	}
	order := make([]int, n)
	for i := range order {
		order[i] = i
	}
	order = shuffled(d, order)
	if slices.IsSorted(order) {
		order[0], order[1] = order[1], order[0]
	}
	q.Options, q.Key.Right = make([]string, n), make([]int, n)
	for at, item := range order {
		q.Options[at] = l.card.Items[item]
		q.Key.Right[item] = at
	}
	return true
}

// choice shows the options: numbers in their order, all else shuffled.
func (l *lot) choice(q *Question, d *dice, o *Options) bool {
	options := l.options(o)
	if len(options) < 2 || len(options) > MaxOptions {
		return false
	}
	if !sortNumbers(options, l.deck.Lang) {
		options = shuffled(d, options)
	}
	q.Options, q.Key.Right, q.Key.Why = nil, nil, nil
	for i, option := range options {
		q.Options = append(q.Options, option.Text)
		q.Key.Why = append(q.Key.Why, option.Why)
		if option.Right {
			q.Key.Right = append(q.Key.Right, i)
		}
	}
	if !slices.ContainsFunc(q.Key.Why, func(s string) bool { return s != "" }) {
		q.Key.Why = nil
	}
	q.Several = len(q.Key.Right) > 1
	return len(q.Key.Right) > 0
}

// options are the right answers and the wrong ones.
func (l *lot) options(o *Options) []decks.Option {
	if l.card.Kind == decks.Choice {
		return slices.Clone(l.card.Options)
	}
	wrong := l.pools.wrong(l.fact, l.card, o.Confused[l.card.ID], o.Wrong)
	if len(wrong) < 2 {
		return nil
	}
	return append(wrong, decks.Option{Text: l.card.Answer, Right: true})
}

// sortNumbers sorts options that are all numbers; an order of numbers that
// means nothing would only cost time.
func sortNumbers(options []decks.Option, lang string) bool {
	values := map[string]float64{}
	for _, o := range options {
		v, _, ok := answer.Value(o.Text, lang)
		if !ok {
			return false
		}
		values[o.Text] = v
	}
	slices.SortStableFunc(options, func(a, b decks.Option) int { return cmp.Compare(values[a.Text], values[b.Text]) })
	return true
}
