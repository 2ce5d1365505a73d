package gift

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"kartei/decks"
	"kartei/decks/factfile"
	"kartei/decks/foreign"
	"kartei/decks/lazyregexp"
	"kartei/decks/syntax"
)

const maxQuestion = 64 << 10 // bytes

// Read reads questions as a deck: one fact for each, categories as sections. It
// returns, as errors with file and line, what could not become a card, or not
// wholly. Only a file that is too large, has too many questions or is no text
// gives err.
func Read(name string, r io.Reader) (deck *decks.Deck, left []foreign.Left, err error) {
	text, err := factfile.ReadFile(name, r)
	if err != nil {
		return nil, nil, err
	}
	p := &parser{file: name, deck: &decks.Deck{}, named: map[string]int{}}
	for line := range strings.SplitSeq(text, "\n") {
		p.line++
		p.take(line)
		if len(p.deck.Facts) > factfile.MaxQuestions {
			return nil, nil, fmt.Errorf("%s: %w", name, factfile.ErrTooMany)
		}
	}
	p.end()
	p.giveKeys()
	return p.deck, p.left, nil
}

// A parser gathers questions.
type parser struct {
	file    string
	line    int
	from    int // the first line of the present question
	text    strings.Builder
	deck    *decks.Deck
	section []string
	number  string         // that the present question has in its bank: "[id:abc-12]" in a comment
	names   []string       // of the facts, as ids; empty without one
	named   map[string]int // how many have a name
	left    []foreign.Left
}

// idNumber is how Moodle keeps a question's own id.
var idNumber = lazyregexp.New(`\[id:((?:\\\]|[^\]])+)\]`)

// ordinal is a name that says where a question stands, and not which it is.
var ordinal = lazyregexp.New(`^(?:(?:q|question|questions|item|quiz|exercise|frage|aufgabe|pregunta|cuestion|pergunta|domanda|vraag|pytanie|no|nr)-?)?[0-9]+$`)

// name is an id of what a question is called in its bank: of its number there, or
// of its name; empty if neither tells it from others.
func (p *parser) name(q *question) string {
	if id := syntax.Slug(p.number); id != "" {
		return id
	}
	name := unshield(q.name)
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
func (p *parser) giveKeys() {
	for i, name := range p.names {
		if name != "" && p.named[name] == 1 {
			p.deck.Facts[i].Key = name
		}
	}
}

// take adds a line; an empty one ends a question.
func (p *parser) take(line string) {
	trimmed := strings.TrimSpace(line)
	switch {
	case trimmed == "":
		p.end()
		return
	case strings.HasPrefix(trimmed, "//"):
		if m := idNumber.FindStringSubmatch(trimmed); m != nil {
			p.number = strings.ReplaceAll(m[1], `\]`, "]")
		}
		line = " "
	}
	if p.text.Len() == 0 {
		p.from = p.line
	}
	if p.text.Len() <= maxQuestion {
		p.text.WriteString(line + "\n")
	}
}

func (p *parser) end() {
	text := strings.TrimSpace(p.text.String())
	p.text.Reset()
	defer func() { p.number = "" }()
	switch {
	case text == "":
		return
	case len(text) > maxQuestion:
		p.leave(fmt.Errorf("this question has more than %d KiB", maxQuestion>>10))
		return
	}
	if category, ok := strings.CutPrefix(text, "$CATEGORY:"); ok {
		p.category(category)
		return
	}
	q, err := parse(shield(text))
	if err != nil {
		p.leave(err)
		return
	}
	cards, lost, err := q.cards()
	for _, l := range lost {
		p.leave(l)
	}
	if err != nil {
		p.leave(err)
	}
	name := p.name(&q)
	p.named[name] += len(cards)
	for _, c := range cards {
		c.Name = "card"
		p.deck.Facts = append(p.deck.Facts, decks.Fact{File: p.file, Line: p.from, Section: p.section, Cards: []decks.Card{c}})
		p.names = append(p.names, name)
	}
}

func (p *parser) leave(err error) {
	p.left = append(p.left, foreign.Left{File: p.file, Line: p.from, Err: err})
}

// category makes a section of "$course$/top/Geography/Capitals".
func (p *parser) category(path string) {
	p.section = nil
	for part := range strings.SplitSeq(unshield(shield(strings.TrimSpace(path))), "/") {
		part = factfile.OneLine(part)
		switch part {
		case "", "top", "$course$", "$cat1$", "$module$", "$system$":
		default:
			p.section = append(p.section, part)
		}
	}
}

// Shields stand for escaped signs until the others were acted on. They are
// noncharacters, which no text holds; those of a hostile one are dropped.
var (
	shieldSigns = strings.NewReplacer(`\\`, "\uFDD6", `\:`, "\uFDD0", `\#`, "\uFDD1", `\=`, "\uFDD2", `\{`, "\uFDD3", `\}`, "\uFDD4", `\~`, "\uFDD5", `\n`, "\uFDD7",
		"\uFDD0", "", "\uFDD1", "", "\uFDD2", "", "\uFDD3", "", "\uFDD4", "", "\uFDD5", "", "\uFDD6", "", "\uFDD7", "")
	unshieldSigns = strings.NewReplacer("\uFDD6", `\`, "\uFDD0", ":", "\uFDD1", "#", "\uFDD2", "=", "\uFDD3", "{", "\uFDD4", "}", "\uFDD5", "~", "\uFDD7", "\n")
)

func shield(text string) string   { return shieldSigns.Replace(text) }
func unshield(text string) string { return strings.TrimSpace(unshieldSigns.Replace(text)) }

// A question is GIFT's, its signs still shielded.
type question struct {
	name    string
	stem    string
	answers string // between the braces
	general string // feedback
	none    bool   // there are no braces: a description
}

var (
	errBraces = errors.New(`the braces do not match: write \{ and \} for braces in the text`)
	errEmpty  = errors.New("this question asks nothing")
)

// parse finds name, stem, answers and general feedback.
func parse(text string) (q question, err error) {
	if rest, ok := strings.CutPrefix(text, "::"); ok {
		if name, rest, ok := strings.Cut(rest, "::"); ok {
			q.name, text = name, strings.TrimSpace(rest)
		}
	}
	open, shut := strings.IndexByte(text, '{'), strings.IndexByte(text, '}')
	switch {
	case open < 0 && shut < 0:
		q.stem, q.none = text, true
		return q, nil
	case open < 0 || shut < open:
		return q, errBraces
	}
	q.stem, q.answers = text[:open], strings.TrimSpace(text[open+1:shut])
	if after := text[shut+1:]; strings.TrimSpace(after) != "" {
		q.stem += "[…]" + after
	}
	if i := strings.LastIndex(q.answers, "####"); i >= 0 {
		q.general, q.answers = q.answers[i+4:], strings.TrimSpace(q.answers[:i])
	}
	if strings.TrimSpace(q.stem) == "" {
		return q, errEmpty
	}
	return q, nil
}
