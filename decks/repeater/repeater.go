// Package repeater reads decks of repeater: Markdown notes with blocks "Q:" and "A:",
// sentences "C:" with gaps in brackets, and lines "question::answer"; and its
// database, which keeps a state of FSRS by the hash of a block, and no review log.
//
// What is a card and what its hash is of follows the parser of version 0.1.8.
package repeater

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"lukechampine.com/blake3"

	"kartei/decks/foreign"
	"kartei/decks/lazyregexp"
	"kartei/decks/notebook"
)

// Format is that of repeater.
var Format = notebook.Format{
	Format: foreign.Format{
		Name:       "repeater",
		Extensions: []string{".md", ".markdown"},
		ReadHelp: `a folder of notes with repeater's cards, or one of them. What is
learned is in a file of its own: --database with
~/.local/share/repeater/cards.db`,
		ReadFlags: []foreign.Flag{notebook.DatabaseFlag},
	},
	Marks: marks,
	Read:  read,
}

// marks counts sentences whose gaps are in brackets and, in a file with blocks, lines
// that are cards and no headings.
func marks(_, text string) (n int) {
	lines, blocks := 0, 0
	s := scanner{}
	for line := range strings.SplitSeq(text[len(head.FindString(text)):], "\n") {
		switch s.next(line) {
		case opens:
			blocks++
			if rest, ok := strings.CutPrefix(line, "C:"); ok && !strings.Contains(rest, "{{") && len(gaps(rest)) > 0 {
				n++
			}
		case single:
			if !strings.HasPrefix(line, "#") {
				lines++
			}
		}
	}
	if blocks > 0 {
		n += 2 * lines // what hashcards has, too, counts less
	}
	return n
}

// head is what a deck of Kartei's begins with, whose title may have colons.
var head = lazyregexp.New(`\A---[ \t]*\n(?:.*\n)*?---[ \t]*(?:\n|\z)`)

// A lineKind is what a line is to the blocks of a file.
type lineKind int

const (
	prose  lineKind = iota // between blocks
	goesOn                 // of a block
	opens                  // a block
	closes                 // a block
	single                 // a card by itself
)

// A scanner goes through the lines of a file.
type scanner struct{ block, fenced bool }

func (s *scanner) next(line string) lineKind {
	if strings.HasPrefix(strings.TrimSpace(line), "```") {
		s.fenced = !s.fenced
		return s.within()
	}
	switch {
	case s.fenced:
		return s.within()
	case strings.HasPrefix(line, "Q:") || strings.HasPrefix(line, "C:"):
		s.block = true
		return opens
	case strings.HasPrefix(line, "---"):
		was := s.block
		s.block = false
		if was {
			return closes
		}
		return prose
	case s.block:
		return goesOn
	case isSingle(line):
		return single
	}
	return prose
}

func (s *scanner) within() lineKind {
	if s.block {
		return goesOn
	}
	return prose
}

// isSingle reports whether a line is a question and its answer. In code it is not,
// though repeater takes that for one.
func isSingle(line string) bool {
	question, answer, ok := strings.Cut(line, "::")
	return ok && strings.TrimSpace(question) != "" && strings.TrimSpace(answer) != "" && !strings.Contains(line, "`")
}

// A card is one block, as repeater counts.
type card struct {
	page *notebook.Page
	at   notebook.Place // of the first of its cards here
}

// read reads all notes.
func read(ctx context.Context, s *notebook.Source) (*notebook.Reading, error) {
	r := &notebook.Reading{}
	cards := map[string][]card{} // by hash
	for name, text := range s.Texts {
		p := &parser{page: notebook.NewPage(name), cards: cards}
		p.parse(text)
		r.Pages, r.Left = append(r.Pages, p.page), append(r.Left, p.left...)
	}
	data, err := s.Database("cards.db")
	if err != nil || data == nil {
		return r, err
	}
	if err := addHistory(ctx, data, s.Zone, r, cards); err != nil {
		return nil, fmt.Errorf("the database: %w", err)
	}
	return r, nil
}

// A parser reads one file.
type parser struct {
	page  *notebook.Page
	cards map[string][]card
	left  []foreign.Left

	block []string // the lines of the block that grows
	first int      // the number of the first
}

func (p *parser) parse(text string) {
	s := scanner{}
	for i, line := range strings.Split(text, "\n") {
		switch s.next(line) {
		case opens:
			p.end()
			p.block, p.first = []string{line}, i+1
		case goesOn:
			p.block = append(p.block, line)
		case closes:
			p.end()
		case single:
			question, answer, _ := strings.Cut(line, "::")
			p.add(p.page.Add(notebook.Question(strings.TrimSpace(question), strings.TrimSpace(answer)), i+1), "card", line)
		}
	}
	p.end()
}

var key = lazyregexp.New(`^\s*([QAC]):(.*)$`)

// end makes cards of the block.
func (p *parser) end() {
	lines := p.block
	p.block = nil
	if len(lines) == 0 {
		return
	}
	parts := map[string][]string{}
	part, fenced := "", false
	for _, line := range lines {
		if strings.HasPrefix(strings.TrimSpace(line), "```") {
			fenced = !fenced
		}
		if m := key.FindStringSubmatch(line); m != nil && !fenced {
			part = m[1]
			parts[part] = []string{strings.TrimSpace(m[2])}
			continue
		}
		parts[part] = append(parts[part], strings.TrimRightFunc(line, unicode.IsSpace))
	}
	text := func(of string) string { return strings.TrimSpace(strings.Trim(strings.Join(parts[of], "\n"), "\n")) }
	whole := strings.Join(lines, "\n")
	question, answer, sentence := text("Q"), text("A"), text("C")
	switch {
	case question != "" && answer != "":
		p.add(p.page.Add(notebook.Question(question, answer), p.first), "card", whole)
	case sentence != "":
		p.sentence(sentence, whole)
	default:
		p.leave("this question has no answer")
	}
}

func (p *parser) leave(why string) {
	p.left = append(p.left, foreign.Left{File: p.page.Name, Line: p.first, Err: errors.New(why)})
}

// add remembers a card by the hash of its block.
func (p *parser) add(fact int, name, block string) {
	hash := hashOf(block)
	p.cards[hash] = append(p.cards[hash], card{p.page, notebook.Place{Fact: fact, Card: name}})
}

// sentence adds a sentence. Repeater asks for its first gap; all of them are cards here.
func (p *parser) sentence(text, block string) {
	found := gaps(text)
	if len(found) == 0 {
		p.leave("this sentence has no gap")
		return
	}
	var pieces []notebook.Piece
	from := 0
	for i, g := range found {
		pieces = append(pieces, notebook.Piece{Text: text[from:g.start]},
			notebook.Piece{Text: strings.TrimSpace(text[g.start+1 : g.end-1]), Number: i + 1})
		from = g.end
	}
	pieces = append(pieces, notebook.Piece{Text: text[from:]})
	if at, ok := p.page.Sentence(p.first, pieces...)[1]; ok {
		p.add(at.Fact, at.Card, block)
	}
}

// A span is a gap with its brackets.
type span struct{ start, end int }

// gaps finds the gaps of a sentence. What is empty, a picture or a link is none, though
// repeater takes those for gaps.
func gaps(text string) (found []span) {
	start := -1
	for i := range len(text) {
		switch {
		case text[i] == '[' && start < 0:
			start = i
		case text[i] == ']' && start >= 0:
			linked := i+1 < len(text) && text[i+1] == '('
			if strings.TrimSpace(text[start+1:i]) != "" && !linked {
				found = append(found, span{start, i + 1})
			}
			start = -1
		}
	}
	return slices.Clip(found)
}

// hashOf is repeater's hash of a block: of its words in lower case, with one space
// between them.
func hashOf(block string) string {
	var out strings.Builder
	space := false
	for _, r := range lower(block) {
		if unicode.IsSpace(r) {
			space = true
			continue
		}
		if space && out.Len() > 0 {
			out.WriteByte(' ')
		}
		space = false
		out.WriteRune(r)
	}
	sum := blake3.Sum256([]byte(out.String()))
	return hex.EncodeToString(sum[:])
}

// lower is a text in lower case as Rust has it: with a sigma of its own at the end of a
// word.
func lower(text string) string {
	if !strings.ContainsAny(text, "Σİ") {
		return strings.ToLower(text)
	}
	runes := []rune(text)
	letter := func(i int) bool { return i >= 0 && i < len(runes) && unicode.IsLetter(runes[i]) }
	var out strings.Builder
	for i, r := range runes {
		switch {
		case r == 'Σ' && letter(i-1) && !letter(i+1):
			out.WriteRune('ς')
		case r == 'İ':
			out.WriteString("i\u0307")
		default:
			out.WriteRune(unicode.ToLower(r))
		}
	}
	return out.String()
}
