package moodle

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"kartei/decks"
	"kartei/decks/factfile"
	"kartei/decks/foreign"
	"kartei/decks/lazyregexp"
	"kartei/decks/plural"
	"kartei/decks/syntax"
)

// Essays asks for essays without an answer, too.
var Essays = foreign.Flag{Name: "essays", Switch: true,
	Help: "take essays, too: questions without an answer to compare"}

// A Bank makes a deck of questions.
type Bank struct {
	options foreign.ReadOptions
	deck    *decks.Deck
	media   *media
	names   []string       // of the facts, as ids; empty without one
	named   map[string]int // how many have a name
	left    []foreign.Left
	said    map[string]*saying
	counted map[string]*tally
	order   []string // of counted
}

// A saying is a text said after answers, which many questions may share.
type saying struct {
	line  int
	facts []int // whose notes it is for
}

// A tally counts what is left out of many questions in one way.
type tally struct{ line, count int }

// NewBank returns a bank without questions.
func NewBank(o foreign.ReadOptions) *Bank {
	return &Bank{options: o, deck: &decks.Deck{}, media: newMedia(o.Media), named: map[string]int{},
		said: map[string]*saying{}, counted: map[string]*tally{}}
}

// Leave names what is left out, wholly or in part, and the words that are lost.
func (b *Bank) Leave(line int, part bool, text string, err error) {
	b.left = append(b.left, foreign.Left{File: b.options.File, Line: line, Err: err, Part: part, Text: text})
}

// count names once what many questions lose.
func (b *Bank) count(line int, what string) {
	if b.counted[what] == nil {
		b.counted[what] = &tally{line: line}
		b.order = append(b.order, what)
	}
	b.counted[what].count++
}

var (
	errEmpty       = errors.New("this question asks nothing")
	errDescription = errors.New("a description asks nothing")
	errEssay       = errors.New("an essay without general feedback has no answer to learn " +
		"(--essays takes it all the same)")
	errNoAnswer = errors.New("no answer earns the full mark")
	errFew      = errors.New("a choice needs two answers at least")
	errPairs    = errors.New("a matching needs two pairs at least")
	errTooMany  = fmt.Errorf("a matching of more than %d pairs", maxPairs)
)

// Add makes a fact of a question, or names it.
func (b *Bank) Add(q *Question) error {
	r := &textReader{media: b.media}
	c, err := b.card(q, r)
	for _, l := range r.lost {
		reason := l.reason
		if l.text != "" && !strings.Contains(reason, l.text) {
			reason += ": " + shorten(l.text)
		}
		b.Leave(q.Line, true, l.text, errors.New(reason))
	}
	for _, beyond := range q.Beyond {
		b.Leave(q.Line, true, "", errors.New(beyond))
	}
	for _, common := range q.Common {
		b.count(q.Line, common)
	}
	if err != nil {
		b.Leave(q.Line, errors.Is(err, errDescription), words(q), err) // which is not a question that is lost
		return nil
	}
	if q.Points != 0 && q.Points != 1 {
		b.count(q.Line, "what the question is worth")
	}
	c.Name = "card"
	c.Tags = tagsOf(q.Tags)
	name := nameOf(q)
	if name == "" && c.Answer == ownWords {
		name = syntax.Slug(c.Prompt) // its answer tells it from no other
	}
	b.named[name]++
	b.names = append(b.names, name)
	section := make([]string, 0, len(q.Section))
	for _, s := range q.Section {
		if s = factfile.OneLine(s); s != "" {
			section = append(section, s)
		}
	}
	b.deck.Facts = append(b.deck.Facts, decks.Fact{File: b.options.File, Line: q.Line, Section: section,
		Cards: []decks.Card{c}})
	if len(b.deck.Facts) > factfile.MaxQuestions {
		return fmt.Errorf("%s: %w", b.options.File, factfile.ErrTooMany)
	}
	for _, t := range q.Said {
		if text := r.read(t); text != "" {
			if b.said[text] == nil {
				b.said[text] = &saying{line: q.Line}
			}
			b.said[text].facts = append(b.said[text].facts, len(b.deck.Facts)-1)
		}
	}
	return nil
}

// Sections are those of a category, such as "$course$/top/Geography/Capitals".
func Sections(path string) (all []string) {
	path = strings.ReplaceAll(path, "//", "\x00") // a slash in a name
	for part := range strings.SplitSeq(path, "/") {
		switch part = factfile.OneLine(strings.ReplaceAll(part, "\x00", "/")); part {
		case "", "top", "$course$", "$cat1$", "$module$", "$system$":
		default:
			all = append(all, part)
		}
	}
	return all
}

// words are the words of a question that is left out.
func words(q *Question) string {
	r := &textReader{media: newMedia("")}
	all := []string{r.read(q.Stem), r.read(q.General)}
	for _, a := range q.Answers {
		all = append(all, r.read(a.Text), r.read(a.Feedback))
	}
	for _, p := range q.Pairs {
		all = append(all, r.read(p.Left), r.read(p.Right))
	}
	return strings.TrimSpace(strings.Join(all, "\n"))
}

func shorten(text string) string {
	text = oneLine(text)
	if r := []rune(text); len(r) > 60 {
		return string(r[:60]) + "…"
	}
	return text
}

// tagsOf are tags as a deck may have them.
func tagsOf(tags []string) (all []string) {
	for _, t := range tags {
		t = strings.Join(strings.FieldsFunc(factfile.OneLine(t),
			func(r rune) bool { return r == ' ' || r == ',' || r == '[' || r == ']' || r == '|' }), "-")
		if t != "" && !slices.Contains(all, t) {
			all = append(all, t)
		}
	}
	slices.Sort(all)
	return all
}

// ordinal is a name that says where a question stands, and not which it is.
var ordinal = lazyregexp.New(`^(?:(?:q|question|questions|item|quiz|exercise|no|nr` +
	`|frage|aufgabe|pregunta|cuestion|pergunta|domanda|vraag|pytanie)-?)?[0-9]+$`)

// nameOf is an id of what a question is called in its bank: of its number there, or
// of its name; empty if neither tells it from others.
func nameOf(q *Question) string {
	if id := syntax.Slug(q.Number); id != "" {
		return id
	}
	name := q.Name
	if !syntax.IsID(name) {
		name = syntax.Slug(name)
	}
	if ordinal.MatchString(name) {
		return ""
	}
	return name
}

// giveKeys gives facts the names of their questions where no other has it: which
// of several came first may change.
func (b *Bank) giveKeys() {
	for i, name := range b.names {
		if name != "" && b.named[name] == 1 {
			b.deck.Facts[i].Key = name
		}
	}
}

// common is how many questions say the same when it is a phrase of the bank's and
// no remark on the question.
const common = 3

// giveSayings puts what is said after any answer into the notes.
func (b *Bank) giveSayings() {
	for text, s := range b.said {
		if len(s.facts) >= common {
			b.Leave(s.line, true, text, fmt.Errorf("what %s say after an answer: %s",
				plural.Count(len(s.facts), "question"), shorten(text)))
			continue
		}
		for _, i := range s.facts {
			addNote(&b.deck.Facts[i].Cards[0], text)
		}
	}
}

// addNote adds a text to what is said after the answer, once.
func addNote(c *decks.Card, text string) {
	switch {
	case text == "" || strings.Contains(c.Note, text):
	case c.Note == "":
		c.Note = text
	default:
		c.Note += "\n\n" + text
	}
}

// Reading returns the deck, without facts that would be errors of it, and all that
// was left out, by place.
func (b *Bank) Reading() (*foreign.Reading, error) {
	b.giveKeys()
	b.giveSayings()
	for _, what := range b.order {
		t := b.counted[what]
		b.Leave(t.line, true, "", fmt.Errorf("in %s: %s", plural.Count(t.count, "question"), what))
	}
	refused, err := factfile.Accept(b.deck, b.media.heads)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", b.options.File, err)
	}
	for _, r := range refused {
		c := &r.Fact.Cards[0]
		b.Leave(r.Fact.Line, false, strings.Join([]string{c.Prompt, c.AnswerText(), c.Note}, "\n"), r.Err)
	}
	foreign.SortLeft(b.left)
	return &foreign.Reading{Decks: []*decks.Deck{b.deck}, Media: b.media.all, Left: b.left}, nil
}
