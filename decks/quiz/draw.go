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
	Version   string // of the test: "A"
	Questions int    // at most so many; 0 means 20
	Seed      Seed
	Kinds     []Kind // that may be used; empty means all
	Wrong     int    // wrong answers that a choice offers, at most; 0 means 3, never fewer than 2
	Time      time.Duration

	// Keep reports whether a card may be asked; nil keeps all. Cards that are not
	// asked still lend their answers to others as wrong ones.
	Keep func(*decks.Deck, *decks.Fact, *decks.Card) bool

	// Parts make a blueprint, in place of Questions: so many questions of each. A
	// fact that one part asks no other does.
	Parts []Part

	// Picture reads a picture of a card, by its address in the text; nil leaves
	// cards with pictures out.
	Picture func(deck *decks.Deck, fact *decks.Fact, address string) ([]byte, error)

	// LeftOut is told of a card that was drawn and that no question could be
	// made of, and why; it may be nil.
	LeftOut func(card *decks.Card, place, why string)

	// Confused are answers that learners gave wrongly to a card (by its id),
	// the most frequent first.
	Confused map[string][]string
}

// A Part is a line of a blueprint.
type Part struct {
	Name      string // as a Shortage calls it
	Questions int
	Kinds     []Kind                                           // in place of those of the options; empty: those
	Section   string                                           // of a question, as a form has it; empty: any
	Keep      func(*decks.Deck, *decks.Fact, *decks.Card) bool // nil: all
}

// A Shortage is a part that has fewer cards than questions.
type Shortage struct {
	Part     string
	Made, Of int
}

// ErrNothing is the error of a draw from cards that no question can be made of.
var ErrNothing = errors.New("no card here can be asked in a quiz")

// maxTyped is the length of an answer that is typed unless the author says
// otherwise, in words.
const maxTyped = 4

// Draw makes a form. It asks each fact at most once, and every card is as
// likely as another; the order of decks and facts in memory does not matter.
func Draw(from []*decks.Deck, o Options) (*Form, error) {
	form, _, err := DrawParts(from, o)
	return form, err
}

// DrawParts is [Draw], and tells which parts came out short.
func DrawParts(from []*decks.Deck, o Options) (*Form, []Shortage, error) {
	if err := o.complete(); err != nil {
		return nil, nil, err
	}
	form := &Form{Title: o.Title, Version: o.Version, Seed: o.Seed, Time: o.Time.Truncate(time.Second), Keyed: true}
	d := drawing{Options: &o, asked: map[*decks.Fact]bool{}, gallery: &gallery{}}
	from = slices.SortedFunc(slices.Values(from), func(a, b *decks.Deck) int { return strings.Compare(a.Name, b.Name) })
	var lots []lot
	for _, deck := range from {
		form.Decks = append(form.Decks, edition(deck))
		lots = append(lots, o.lots(deck, below(deck, from))...)
	}
	slices.SortFunc(lots, func(a, b lot) int {
		return cmp.Or(cmp.Compare(a.order, b.order), strings.Compare(a.card.ID, b.card.ID))
	})
	made := make([][]Question, len(o.Parts))
	for _, i := range d.scarceFirst(lots) {
		made[i] = d.part(&o.Parts[i], lots)
	}
	var short []Shortage
	for i, part := range o.Parts {
		form.Questions = append(form.Questions, made[i]...)
		if n := len(made[i]); n < part.Questions {
			short = append(short, Shortage{part.Name, n, part.Questions})
		}
	}
	if len(form.Questions) == 0 {
		return nil, short, ErrNothing
	}
	form.Pictures = d.gallery.pictures
	return form, short, nil
}

// complete fills in what was left open. Without a blueprint there is one part.
func (o *Options) complete() error {
	if len(o.Parts) == 0 {
		o.Parts = []Part{{Questions: cmp.Or(o.Questions, 20)}}
	}
	total := 0
	for _, p := range o.Parts {
		if p.Questions < 1 {
			return fmt.Errorf("a part has 1 or more questions, not %d", p.Questions)
		}
		total += min(p.Questions, MaxQuestions+1)
	}
	if total > MaxQuestions {
		return fmt.Errorf("a form has 1 to %d questions, not %d", MaxQuestions, total)
	}
	if o.Version != "" && !IsVersion(o.Version) {
		return fmt.Errorf("a version of a test is a capital letter, not %q", o.Version)
	}
	o.Wrong = max(cmp.Or(o.Wrong, 3), 2)
	if o.Wrong >= MaxOptions {
		return fmt.Errorf("a choice has at most %d options", MaxOptions)
	}
	return nil
}

// A drawing is a form that is being drawn.
type drawing struct {
	*Options
	asked   map[*decks.Fact]bool
	gallery *gallery
}

// takes reports whether a card may be asked in a part.
func (d *drawing) takes(part *Part, l *lot) bool {
	return (part.Section == "" || part.Section == l.section) &&
		(part.Keep == nil || part.Keep(l.deck, l.fact, l.card)) && (d.Keep == nil || d.Keep(l.deck, l.fact, l.card))
}

// scarceFirst orders the parts by how many cards each has to spare: one with
// many leaves those of the others alone.
func (d *drawing) scarceFirst(lots []lot) []int {
	order, spare := make([]int, len(d.Parts)), make([]int, len(d.Parts))
	for i := range d.Parts {
		order[i], spare[i] = i, -d.Parts[i].Questions
		for j := range lots {
			if len(d.Parts) > 1 && d.takes(&d.Parts[i], &lots[j]) {
				spare[i]++
			}
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(spare[a], spare[b]) })
	return order
}

// part makes the questions of a part.
func (d *drawing) part(part *Part, lots []lot) (made []Question) {
	for i := range lots {
		l := &lots[i]
		switch {
		case len(made) == part.Questions:
			return made
		case d.asked[l.fact] || !d.takes(part, l):
			continue
		}
		q, err := d.question(l, part.Kinds)
		if err != nil {
			if d.LeftOut != nil && !errors.Is(err, errRecall) && !errors.Is(err, errNoKind) { // which were wished for
				d.LeftOut(l.card, l.place(), err.Error())
			}
			continue
		}
		made = append(made, q)
		d.asked[l.fact] = true
	}
	return made
}

// question makes a question of a card, with its pictures.
func (d *drawing) question(l *lot, kinds []Kind) (Question, error) {
	o := *d.Options
	if len(kinds) > 0 {
		o.Kinds = kinds
	}
	q, err := l.question(&o)
	if err != nil {
		return q, err
	}
	if d.Picture != nil {
		d.gallery.read = func(address string) ([]byte, error) { return d.Picture(l.deck, l.fact, address) }
	}
	return q, q.carryPictures(d.gallery)
}

func edition(d *decks.Deck) Edition {
	var b strings.Builder
	for i := range d.Facts {
		for _, c := range d.Facts[i].Cards {
			b.WriteString(c.ID + " " + c.ItemHash() + "\n")
		}
	}
	return Edition{d.Name, digest(b.String())}
}

// below returns a deck and those below it.
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
			lots = append(lots, lot{diceFor(o.Seed, "draw", identity(card)).next(), deck, fact, card, section, pools,
				near})
		}
	}
	return lots
}

// identity is a card's id; a card that was never compiled into a collection
// has none yet.
func identity(c *decks.Card) string { return cmp.Or(c.ID, c.ItemHash()) }

// commonSection counts the headings that stand above every fact: a deck's
// title is not a section of it.
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

func (l *lot) place() string { return fmt.Sprintf("%s:%d", l.fact.File, l.fact.Line) }

// Why a card cannot be asked.
var (
	errRecall  = errors.New("its answer is to be recalled, not typed or chosen")
	errFew     = errors.New("its answer cannot be typed, and there are no two wrong answers to choose from")
	errNoKind  = errors.New("it cannot be asked in one of the kinds that were named")
	errUntyped = errors.New("one of its parts cannot be typed")
	errParts   = fmt.Errorf("it has more than %d parts", MaxOptions)
)

// question asks the card in one of the ways that it and the options allow.
func (l *lot) question(o *Options) (Question, error) {
	q := Question{
		Card:    identity(l.card),
		Section: l.section,
		Place:   l.place(),
		Lang:    l.deck.Lang,
		Prompt:  l.card.Prompt,
		Key:     Key{Note: l.card.Note, Source: l.card.Source},
	}
	kinds, err := l.kinds()
	kinds = slices.DeleteFunc(kinds, func(k Kind) bool { return len(o.Kinds) > 0 && !slices.Contains(o.Kinds, k) })
	if err == nil && len(kinds) == 0 {
		err = errNoKind
	}
	for _, kind := range shuffled(diceFor(o.Seed, "kind", q.Card), kinds) {
		q.Kind = kind
		if l.fill(&q, o) {
			q.tidy()
			return q, nil
		}
		err = errFew
	}
	return q, err
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

// kinds are the ways in which the card may be asked; the error says why there
// is none. What nobody can type is never asked to be typed.
func (l *lot) kinds() ([]Kind, error) {
	switch c := l.card; {
	case c.Kind == decks.Choice:
		return []Kind{Choice}, nil
	case c.Kind == decks.Set && slices.ContainsFunc(c.Items, func(s string) bool { return !answer.OneWay(s) }):
		return nil, errUntyped
	case (c.Kind == decks.Set || c.Kind == decks.Sequence) && len(c.Items) > MaxOptions:
		return nil, errParts
	case c.Kind == decks.Set:
		return []Kind{Set}, nil
	case c.Kind == decks.Sequence:
		return []Kind{Sequence}, nil
	case c.Type == decks.AnswerRecall:
		return nil, errRecall
	case c.Type == decks.AnswerTyped && answer.OneWay(c.Answer):
		return []Kind{Typed}, nil
	case c.Type == decks.AnswerChoice || !l.mayType():
		return []Kind{Choice}, nil
	}
	return []Kind{Choice, Typed}, nil
}

func (l *lot) mayType() bool {
	switch {
	case l.deck.Typed == decks.TypeNever, !answer.OneWay(l.card.Answer), l.card.Type == decks.AnswerTyped:
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
	order = shuffled(d, order) // the right order, too, may come: who knows that it never does, knows something
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
