package decks

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"kartei/decks/syntax"
)

// Limits of a deck, and what keeps a small file from growing into
// a large deck by its templates.
const (
	MaxCards    = syntax.MaxFacts // of a deck
	maxCardText = syntax.MaxLine  // bytes of one text of a card
	maxFileText = 64 << 20        // bytes that the templates of one file may write
)

// build makes the facts of a source.
func (s *inputFile) build() {
	b := &builder{inputFile: s, tags: headerTags(s.file)}
	tables := 0
	facts := 0
	for _, block := range s.file.Blocks {
		switch block := block.(type) {
		case *syntax.Fact:
			facts++
		case *syntax.Table:
			facts += len(block.Rows)
		}
	}
	facts = min(facts, MaxCards+1)
	s.facts, s.from = make([]Fact, 0, facts), make([][]Origin, 0, facts)
	for _, block := range s.file.Blocks {
		switch block := block.(type) {
		case *syntax.Heading:
			b.section = append(upTo(b.section, block.Level), level{block.Level, block.Title})
			b.titles = nil
		case *syntax.Fact:
			if block.Table == nil && b.cards <= MaxCards && !block.IsDraft() && sound(block) {
				b.fact(block)
			}
		case *syntax.Prose:
			b.paragraph(block)
		case *syntax.Table:
			tables++
			b.tableToRead(block)
			if len(block.Templates) > 0 {
				b.table(block, fmt.Sprintf("%s#%d", s.path, tables))
			}
		}
	}
}

// sound reports whether the parser found a question and an answer.
func sound(f *syntax.Fact) bool {
	head := f.Fields[0]
	list, items := f.Items()
	switch head.Key {
	case syntax.Question:
		return head.Value.Text != "" && (f.Text(syntax.Answer) != "" || list != syntax.NoList && len(items) > 0)
	case syntax.Term:
		return head.Value.Text != "" && f.Text(syntax.Definition) != ""
	case syntax.Cloze:
		_, rest, opened := strings.Cut(head.Value.Text, "{{")
		return opened && strings.Contains(rest, "}}") // and if that is not a deletion, it makes no card
	}
	return false
}

// A level is a heading above a fact.
type level struct {
	depth int
	title string
}

func upTo(section []level, depth int) []level {
	for len(section) > 0 && section[len(section)-1].depth >= depth {
		section = section[:len(section)-1]
	}
	return section
}

// A builder makes the facts of one source, in order.
type builder struct {
	*inputFile
	tags    []string // of the header
	section []level
	titles  []string // of section, shared by the facts in it
	written int      // bytes that templates wrote
	cards   int
}

func (b *builder) sectionTitles() []string {
	if b.titles == nil && len(b.section) > 0 {
		for _, l := range b.section {
			b.titles = append(b.titles, l.title)
		}
	}
	return b.titles
}

func headerTags(f *syntax.File) []string {
	if e := f.Header.Get("tags"); e != nil {
		return syntax.SplitTags(e.Value.Text)
	}
	return nil
}

// fact makes the cards of a fact that stands by itself.
func (b *builder) fact(node *syntax.Fact) {
	fact := Fact{File: b.path, Line: b.file.LineAt(node.Start) + 1, Section: b.sectionTitles()}
	if id := node.Text(syntax.ID); id != "" {
		fact.Key, fact.Written = id, true
	}
	w := &cardMaker{builder: b, fact: node}
	b.add(fact, w.write(), Origin{File: b.file, Fact: node})
}

// add completes a fact's cards and keeps it.
func (b *builder) add(fact Fact, cards []Card, origin Origin) {
	if len(cards) == 0 {
		return
	}
	origins := make([]Origin, len(cards))
	for i := range cards {
		cards[i].Hash = cards[i].ItemHash()
		origins[i] = origin
	}
	fact.Cards = cards
	b.cards += len(cards)
	b.facts = append(b.facts, fact)
	b.from = append(b.from, origins)
}

// A cardMaker makes the cards of one fact: of a block by itself, or of a template
// and a row.
type cardMaker struct {
	*builder
	fact    *syntax.Fact
	row     *rowFiller // nil for a block by itself
	lacking bool       // a cell that a text needs was empty
}

// fill returns a text of the fact as a learner reads it.
func (w *cardMaker) fill(text string) string { return strings.TrimSpace(w.stretch(text)) }

// stretch is fill for a part of a sentence, with the spaces at its ends.
func (w *cardMaker) stretch(text string) string {
	if w.row == nil {
		return syntax.Plain(text)
	}
	out, whole := w.row.fill(text)
	w.lacking = w.lacking || !whole
	w.written += len(out)
	return out
}

// optional is fill for a text that the card can do without: empty if a cell is.
func (w *cardMaker) optional(text string) string {
	before := w.lacking
	w.lacking = false
	out := w.fill(text)
	if w.lacking {
		out = ""
	}
	w.lacking = before
	return out
}

// write returns the cards of the fact, by the key that opens it; none if a row
// lacks a cell that they need.
func (w *cardMaker) write() []Card {
	base := w.base()
	var cards []Card
	switch head := &w.fact.Fields[0]; head.Key {
	case syntax.Term:
		cards = w.term(base)
	case syntax.Cloze:
		cards = w.cloze(base)
	default:
		cards = []Card{w.question(base, head)}
	}
	if w.lacking {
		return nil
	}
	return cards
}

// base returns a card with what all cards of the fact share.
func (w *cardMaker) base() Card {
	text := func(key syntax.Key) string { return w.optional(w.fact.Text(key)) }
	c := Card{
		Hint:     text(syntax.Hint),
		Note:     text(syntax.Note),
		Source:   text(syntax.Source),
		Evidence: text(syntax.Evidence),
		AsOf:     text(syntax.AsOf),
		Type:     AnswerType(text(syntax.Type)),
		Tags:     joinTags(w.tags, syntax.SplitTags(text(syntax.Tags))),
	}
	if amount, percent, ok := syntax.ParseTolerance(text(syntax.Tolerance)); ok {
		c.Tolerance = &Tolerance{amount, percent}
	}
	for i := range w.fact.Fields {
		switch f := &w.fact.Fields[i]; f.Key {
		case syntax.Accept:
			for _, p := range syntax.Split(f.Value.Text, '|') {
				if answer := w.optional(f.Value.Text[p.Start:p.End]); answer != "" {
					c.Accept = append(c.Accept, answer)
				}
			}
		case syntax.Not:
			if answer := w.optional(f.Value.Text); answer != "" {
				c.Options = append(c.Options, Option{Text: answer, Why: w.optional(f.Why.String())})
			}
		}
	}
	if w.row != nil {
		w.row.keys(&c)
	}
	return c
}

// joinTags returns the tags of all lists, sorted, each once; nil without any.
func joinTags(lists ...[]string) []string {
	tags := slices.Concat(lists...)
	slices.Sort(tags)
	return slices.Clip(slices.Compact(tags))
}

// question makes the card of a Q: recall, choice, set or sequence.
func (w *cardMaker) question(c Card, head *syntax.Field) Card {
	c.Name, c.Kind, c.Prompt = "card", Recall, w.fill(head.Value.Text)
	list, items := w.fact.Items()
	texts := []string{w.fact.Text(syntax.Answer)}
	switch list {
	case syntax.NoList:
		w.answer(&c, texts[0])
	case syntax.Options:
		c.Kind, texts = Choice, nil
		misconceptions := c.Options
		c.Options = nil
		for i := range items {
			option := Option{Right: items[i].Right, Why: w.optional(items[i].Why.String())}
			if text := items[i].Value.Text; option.Right {
				option.Text = w.fill(text)
				texts = append(texts, text)
			} else if option.Text = w.optional(text); option.Text == "" {
				continue
			}
			c.Options = append(c.Options, option)
		}
		c.Options = append(c.Options, misconceptions...)
	default:
		c.Kind, texts = Set, nil
		if list == syntax.Numbers {
			c.Kind = Sequence
		}
		for i := range items {
			c.Items = append(c.Items, w.fill(items[i].Value.Text))
			texts = append(texts, items[i].Value.Text)
		}
	}
	w.call(&c, texts...)
	return c
}

// answer fills in an answer text; a slot of a list column makes the card a set.
func (w *cardMaker) answer(c *Card, text string) {
	c.Answer = w.fill(text)
	if w.row == nil {
		return
	}
	if items := w.row.list(text); len(items) > 1 {
		c.Kind, c.Answer, c.Items = Set, "", items
		return
	}
	c.Pool = w.row.poolOf(text)
}

// call gives a template's card its name and what its row says of the columns
// that the answer names.
func (w *cardMaker) call(c *Card, texts ...string) {
	if w.row != nil {
		w.row.call(c, texts)
	}
}

// maxTyped is the length of an answer that may be typed, in words, where the header
// says nothing else: "typed: short" is the default.
const maxTyped = 4

// term makes the two cards of a T and D. What is accepted or mistaken speaks of
// the definition if that is short enough to be typed, else of the term.
func (w *cardMaker) term(base Card) []Card {
	term, definition := w.fact.Text(syntax.Term), w.fact.Text(syntax.Definition)
	forward, reverse := base, base
	forward.Name, forward.Kind = "forward", Recall
	reverse.Name, reverse.Kind = "reverse", Recall
	forward.Prompt, reverse.Prompt = w.fill(term), w.fill(definition)
	w.answer(&forward, definition)
	w.answer(&reverse, term)
	other := &reverse
	if len(strings.Fields(forward.Answer)) > maxTyped {
		other = &forward
	}
	other.Accept, other.Options, other.Tolerance = nil, nil, nil
	w.call(&forward, definition)
	w.call(&reverse, term)
	return []Card{forward, reverse}
}

// A stretch is a part of a sentence: plain, or hidden by the cards of its number.
type stretch struct {
	text, hint string
	deletion   syntax.Deletion // without a number where it is plain
	answer     string          // as in the source
}

// cloze makes one card for each number in a sentence.
func (w *cardMaker) cloze(base Card) []Card {
	sentence := w.fact.Fields[0].Value.Text
	var stretches []stretch
	var numbers []int
	from := 0
	for _, d := range syntax.Deletions(sentence) {
		answer := sentence[d.Answer.Start:d.Answer.End]
		stretches = append(stretches, stretch{text: w.stretch(sentence[from:d.Start])},
			stretch{w.fill(answer), w.fill(sentence[d.Hint.Start:d.Hint.End]), d, answer})
		numbers = append(append(numbers, d.Number), d.More...)
		from = d.End
	}
	stretches = append(stretches, stretch{text: w.stretch(sentence[from:])})
	slices.Sort(numbers)
	numbers = slices.Compact(numbers)
	base.Text = clozeText(stretches)
	cards := make([]Card, 0, len(numbers))
	for _, n := range numbers {
		cards = append(cards, w.deletion(base, stretches, n))
	}
	return cards
}

func clozeText(stretches []stretch) string {
	var text strings.Builder
	for _, s := range stretches {
		if s.deletion.Number == 0 {
			text.WriteString(s.text)
			continue
		}
		text.WriteString("{{" + s.deletion.Numbers() + "::" + s.text)
		if s.hint != "" {
			text.WriteString("::" + s.hint)
		}
		text.WriteString("}}")
	}
	return text.String()
}

// deletion makes the card that hides one number.
func (w *cardMaker) deletion(c Card, stretches []stretch, number int) Card {
	var prompt strings.Builder
	var answers, texts []string
	for _, s := range stretches {
		if !s.deletion.Has(number) {
			prompt.WriteString(s.text)
			continue
		}
		if s.hint == "" {
			s.hint = "…"
		}
		prompt.WriteString("[" + s.hint + "]")
		texts = append(texts, s.answer)
		if !slices.Contains(answers, s.text) {
			answers = append(answers, s.text)
		}
	}
	c.Name, c.Kind, c.Number = "cloze-"+strconv.Itoa(number), Cloze, number
	c.Prompt, c.Answer = prompt.String(), strings.Join(answers, ", ")
	w.call(&c, texts...)
	return c
}
