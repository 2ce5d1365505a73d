// Package aiken carries multiple-choice questions in the Aiken format, the
// plainest that learning platforms read:
//
//	Which command plans for Northern Europe?
//	A. Norfolk
//	B. Naples
//	ANSWER: A
//
// The format has one line for the question, one right answer, no feedback and
// no formatting. What a card says beyond that is not written; cards that cannot
// be asked so at all are left out and named.
package aiken

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"

	"kartei/decks"
	"kartei/decks/factfile"
	"kartei/decks/foreign"
	"kartei/decks/lazyregexp"
	"kartei/decks/moodle"
)

// Limits of a question.
const (
	maxLine    = 64 << 10 // bytes
	maxOptions = 26       // A to Z
)

// Why a card is left out.
var (
	errNotOne  = errors.New("one right answer of several is all that Aiken asks for")
	errAlone   = errors.New("this card has no wrong answers to choose from")
	errTooMany = errors.New("more than 26 options are too many for Aiken")
	errEmpty   = errors.New("nothing is left of a text in one plain line")
)

// Write writes the cards of a deck that offer a choice: those that are one, and
// those with misconceptions (Not). It returns, as errors with the facts'
// places, the cards that are left out; err is of facts or of w.
func Write(w io.Writer, facts iter.Seq2[*decks.Fact, error]) (left []foreign.Left, err error) {
	out := bufio.NewWriter(w)
	for fact, err := range facts {
		if err != nil {
			return left, err
		}
		for i := range fact.Cards {
			question, err := format(&fact.Cards[i])
			if err != nil {
				left = append(left, foreign.LeftCard(fact, err))
				continue
			}
			if _, err := out.WriteString(question); err != nil {
				return left, err
			}
		}
	}
	return left, out.Flush()
}

func format(c *decks.Card) (string, error) {
	options := c.Options
	if c.Kind == decks.Recall || c.Kind == decks.Cloze {
		options = append([]decks.Option{{Text: c.Answer, Right: true}}, options...)
	}
	right := -1
	var b strings.Builder
	stem, err := plain(c.Prompt)
	b.WriteString(guard(stem) + "\n")
	for i, o := range options {
		if o.Right && right >= 0 {
			return "", errNotOne
		}
		if o.Right {
			right = i
		}
		text, e := plain(o.Text)
		err = errors.Join(err, e)
		b.WriteString(string(rune('A'+i)) + ". " + text + "\n")
	}
	switch {
	case c.Kind != decks.Choice && len(options) < 2, c.Kind == decks.Set, c.Kind == decks.Sequence:
		return "", errAlone
	case right < 0 || len(options) < 2:
		return "", errNotOne
	case len(options) > maxOptions:
		return "", errTooMany
	case err != nil:
		return "", errEmpty
	}
	return b.String() + "ANSWER: " + string(rune('A'+right)) + "\n\n", nil
}

// plain is Markdown as one line of words.
func plain(markdown string) (string, error) {
	line := factfile.OneLine(factfile.Plain(markdown))
	if line == "" {
		return "", errEmpty
	}
	return line, nil
}

// Lines that mean something, as Moodle recognises them (question/format/aiken).
var (
	option = lazyregexp.New(`^([A-Z])[.)][ \t]*(.*)$`)
	key    = lazyregexp.New(`^ANSWER:\s*(.*)$`)
)

// mark stands before a question that would be taken for something else: an
// option, a key, or a line of one character, which Moodle drops.
const mark = "Q: "

func guard(stem string) string {
	if option.MatchString(stem) || key.MatchString(stem) || len(stem) < 2 || strings.HasPrefix(stem, mark) {
		return mark + stem
	}
	return stem
}

func unguard(stem string) string {
	if rest, ok := strings.CutPrefix(stem, mark); ok && guard(rest) == stem {
		return rest
	}
	return stem
}

// Read reads questions as a deck of choices. It returns, as errors with file
// and line, what is not a question. Only a file that is too large, has too
// many questions or is not text gives err.
func Read(name string, r io.Reader) (deck *decks.Deck, left []foreign.Left, err error) {
	text, err := factfile.ReadFile(name, r)
	if err != nil {
		return nil, nil, err
	}
	p := &parser{file: name, deck: &decks.Deck{}}
	for line := range strings.SplitSeq(text, "\n") {
		p.line++
		p.take(strings.TrimSpace(line))
		if len(p.deck.Facts) > factfile.MaxQuestions {
			return nil, nil, fmt.Errorf("%s: %w", name, factfile.ErrTooMany)
		}
	}
	p.drop("this question has no ANSWER line")
	refused, err := factfile.Accept(p.deck, nil)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", name, err)
	}
	for _, r := range refused {
		p.fail(r.Fact.Line, r.Err.Error())
	}
	foreign.SortLeft(p.left)
	return p.deck, p.left, nil
}

// A parser gathers one question at a time.
type parser struct {
	file    string
	line    int
	from    int    // the line of the present question
	stem    string // of it; empty without one
	options []string
	deck    *decks.Deck
	left    []foreign.Left
}

func (p *parser) take(line string) {
	switch k, o := key.FindStringSubmatch(line), option.FindStringSubmatch(line); {
	case line == "":
	case len(line)+len(p.stem) > maxLine:
		p.stem, p.options = "", nil
		p.fail(p.line, fmt.Sprintf("this question has more than %d KiB", maxLine>>10))
	case k != nil:
		p.answer(strings.TrimSpace(k[1]))
	case o != nil:
		p.option(o[1], o[2])
	case p.options != nil || p.stem == "":
		p.drop("this question has no ANSWER line")
		p.stem, p.from = line, p.line
	default: // some programs write questions of several lines
		p.stem += "\n" + line
	}
}

func (p *parser) option(letter, text string) {
	switch want := string(rune('A' + len(p.options))); {
	case p.stem == "":
		p.fail(p.line, "an option without a question")
	case letter != want:
		p.fail(p.line, fmt.Sprintf("option %s stands where %s should", letter, want))
		p.stem, p.options = "", nil
	default:
		p.options = append(p.options, moodle.Words(text))
	}
}

// answer ends a question.
func (p *parser) answer(letter string) {
	stem, options := moodle.Words(unguard(p.stem)), p.options
	p.stem, p.options = "", nil
	right := -1
	if len(letter) > 0 {
		right = int(letter[0]) - 'A' // as Moodle does, whatever follows
	}
	switch {
	case stem == "":
		p.fail(p.line, "an ANSWER without a question")
	case len(options) < 2:
		p.fail(p.from, "this question has fewer than two options")
	case right < 0 || right >= len(options):
		p.fail(p.line, fmt.Sprintf("ANSWER names no option: %.20q", letter))
	case slices.Contains(options, ""):
		p.fail(p.from, "an option of this question is empty")
	default:
		if more := strings.Trim(letter[1:], ".) \t"); more != "" {
			p.part(p.line, fmt.Sprintf("one answer is right in Aiken: %s counts, and %.40q is left out", letter[:1],
				more))
		}
		c := decks.Card{Name: "card", Kind: decks.Choice, Prompt: stem}
		for i, text := range options {
			c.Options = append(c.Options, decks.Option{Text: text, Right: i == right})
		}
		p.deck.Facts = append(p.deck.Facts, decks.Fact{File: p.file, Line: p.from, Cards: []decks.Card{c}})
	}
}

// drop gives up the present question, if there is one.
func (p *parser) drop(problem string) {
	if p.stem != "" {
		p.fail(p.from, problem)
	}
	p.stem, p.options = "", nil
}

// part names what is left out of a question that is taken.
func (p *parser) part(line int, problem string) {
	p.left = append(p.left, foreign.Left{File: p.file, Line: line, Err: errors.New(problem), Part: true})
}

func (p *parser) fail(line int, problem string) {
	p.left = append(p.left, foreign.Left{File: p.file, Line: line, Err: errors.New(problem)})
}
