// Package mochi reads cards of Mochi: Markdown files, a card each, whose sides are
// parted by a line of dashes, and archives (.mochi), which hold decks, templates,
// pictures and reviews.
package mochi

import (
	"cmp"
	"context"
	"fmt"
	"path"
	"strconv"
	"strings"

	"kartei/decks/foreign"
	"kartei/decks/lazyregexp"
	"kartei/decks/notebook"
)

// Format is that of Mochi.
var Format = notebook.Format{
	Format: foreign.Format{
		Name:       "mochi",
		Extensions: []string{".md", ".markdown", ".mochi"},
		ReadHelp: `what Mochi exports: an archive (.mochi) with decks, pictures and
reviews; or Markdown: one card a file, or several parted by a
line that --delimiter says`,
		ReadFlags: []foreign.Flag{{Name: delimiterFlag, Default: delimiter, Help: "the `line` between the cards of a Markdown file"}},
	},
	Marks: marks,
	Read:  read,
}

// What parts the cards of one file, as Mochi's import asks for it.
const (
	delimiterFlag = "delimiter"
	delimiter     = "@@@"
)

// marks counts the file that is a card with two sides: one with a line of dashes, or a
// gap with braces, and no fact of Kartei's.
func marks(name, text string) int {
	if path.Ext(name) == ".mochi" {
		return 10
	}
	if keys.MatchString(text) || strings.Contains(text, "::") && !gap.MatchString(text) {
		return 0
	}
	if n := len(cardsOf(text, delimiter)); n > 1 {
		return n
	}
	_, body := header(text)
	if len(sides(body)) == 2 && len(text) < largestCard {
		return 1
	}
	return 0
}

// largestCard is how many bytes a file has that may be a card: longer ones are notes,
// in which a line of dashes is a rule.
const largestCard = 500

var keys = lazyregexp.New(`(?m)^(?:Q|A|C|T|D):|^#flashcards|^\?\??$|^:PROPERTIES:|^[-*] \[[ x]\] `)

func read(_ context.Context, s *notebook.Source) (*notebook.Reading, error) {
	r := &notebook.Reading{}
	folders := map[string]*notebook.Page{} // the Markdown files of a folder are a deck
	for _, name := range s.Names {
		if path.Ext(name) == ".mochi" {
			if len(s.Names) > 1 {
				r.Left = append(r.Left, foreign.Left{File: name, Err: fmt.Errorf("an archive is imported by itself")})
				continue
			}
			return readArchive(s, name)
		}
		text, err := s.Text(name)
		if err != nil {
			r.Left = append(r.Left, foreign.Left{File: name, Err: err})
			continue
		}
		if all := cardsOf(text, cmp.Or(s.Flags[delimiterFlag], delimiter)); len(all) > 1 {
			a := adder{page: notebook.NewPage(name)}
			for _, one := range all {
				a.line = one.line
				a.card(name, one.text, nil, false)
			}
			r.Pages, r.Left = append(r.Pages, a.page), append(r.Left, a.left...)
			continue
		}
		p := folders[path.Dir(name)]
		if p == nil {
			p = notebook.NewPage(folderPage(name))
			folders[path.Dir(name)] = p
			r.Pages = append(r.Pages, p)
		}
		left, body := header(text)
		a := adder{page: p}
		a.card(name, body, left, false)
		r.Left = append(r.Left, a.left...)
	}
	return r, nil
}

// A part is a card of a file with several.
type part struct {
	line int
	text string
}

// cardsOf parts a file into cards.
func cardsOf(text, by string) (all []part) {
	one := part{line: 1}
	for i, line := range strings.Split(text, "\n") {
		if strings.TrimSpace(line) == by {
			all, one = append(all, one), part{line: i + 2}
			continue
		}
		one.text += line + "\n"
	}
	if strings.TrimSpace(one.text) != "" || len(all) == 0 {
		all = append(all, one)
	}
	return all
}

// folderPage is the name of the deck of a folder's cards, which lies in it, for their
// pictures to be found.
func folderPage(name string) string {
	dir := path.Dir(name)
	if dir == "." {
		return "cards.md"
	}
	return path.Join(dir, path.Base(dir)+".md")
}

// header takes front matter off.
func header(text string) (tags []string, body string) {
	rest, ok := strings.CutPrefix(text, "---\n")
	if !ok {
		return nil, text
	}
	lines, body, ok := strings.Cut(rest, "\n---\n")
	if !ok || !strings.Contains(lines, ":") {
		return nil, text
	}
	if m := tagLine.FindStringSubmatch(lines); m != nil {
		tags = strings.FieldsFunc(m[1], func(r rune) bool { return strings.ContainsRune(" ,[]\"'", r) })
	}
	return tags, body
}

var tagLine = lazyregexp.New(`(?m)^tags: *(.+)$`)

// An adder adds cards to a page.
type adder struct {
	page *notebook.Page
	line int // of the card in its file; 0: the card is the file
	left []foreign.Left
}

var (
	divider = lazyregexp.New(`^---+\s*$`)
	gap     = lazyregexp.New(`\{\{(?:(\d{1,3})::)?((?:[^{}]|\{[^{}]*\})+)\}\}`)
	tagged  = lazyregexp.New(`(?m)(?:^|\s)#([\pL\pN][\pL\pN/_-]*)`)
)

// sides parts a card where a line of dashes stands, outside of code.
func sides(text string) (all []string) {
	var side []string
	fenced := false
	for line := range strings.SplitSeq(text, "\n") {
		if strings.HasPrefix(line, "```") {
			fenced = !fenced
		}
		if !fenced && divider.MatchString(line) {
			all, side = append(all, strings.TrimSpace(strings.Join(side, "\n"))), nil
			continue
		}
		side = append(side, line)
	}
	all = append(all, strings.TrimSpace(strings.Join(side, "\n")))
	return all
}

// card adds a card, and returns where its cards stand here, one for each number of a
// sentence with gaps, which begins at 1. Both says that it is asked both ways.
func (a *adder) card(name, text string, tags []string, both bool) map[int]notebook.Place {
	all := sides(text)
	first := len(a.page.Deck.Facts)
	defer func() {
		for i := first; i < len(a.page.Deck.Facts); i++ {
			for j := range a.page.Deck.Facts[i].Cards {
				a.page.Deck.Facts[i].Cards[j].Tags = tags
			}
		}
	}()
	if gap.MatchString(all[0]) {
		return a.sentence(all, name)
	}
	for i := range all {
		for _, m := range tagged.FindAllStringSubmatch(all[i], -1) {
			tags = append(tags, m[1])
		}
	}
	question, answer := all[0], strings.TrimSpace(strings.Join(all[1:], "\n\n"))
	switch {
	case question == "" && answer == "":
		return nil
	case len(all) == 1:
		a.leave(name, question, "this card has one side and no gap: it asks nothing")
		a.left[len(a.left)-1].Part = true
		return nil
	case question == "" || answer == "":
		a.leave(name, question+answer, "one side of this card is empty")
		return nil
	case both:
		at := a.page.Add(notebook.Term(question, answer), max(a.line, 1))
		return map[int]notebook.Place{1: {Fact: at, Card: "forward"}, 2: {Fact: at, Card: "reverse"}}
	}
	return map[int]notebook.Place{1: {Fact: a.page.Add(notebook.Question(question, answer), max(a.line, 1)), Card: "card"}}
}

// leave names a card that is not taken by its first words.
func (a *adder) leave(name, text, why string) {
	const most = 40
	if line, _, _ := strings.Cut(text, "\n"); line != "" {
		if r := []rune(line); len(r) > most {
			line = string(r[:most]) + "…"
		}
		why += ": " + line
	}
	a.left = append(a.left, foreign.Left{File: name, Line: a.line, Err: fmt.Errorf("%s", why)})
}

// sentence adds a sentence with gaps. Mochi numbers them, or all are one card. What is
// on other sides is the note.
func (a *adder) sentence(all []string, _ string) map[int]notebook.Place {
	text := all[0]
	var pieces []notebook.Piece
	from := 0
	for _, m := range gap.FindAllStringSubmatchIndex(text, -1) {
		number := 1
		if m[2] >= 0 {
			number, _ = strconv.Atoi(text[m[2]:m[3]])
			number = max(number, 1)
		}
		pieces = append(pieces, notebook.Piece{Text: text[from:m[0]]}, notebook.Piece{Text: text[m[4]:m[5]], Number: number})
		from = m[1]
	}
	pieces = append(pieces, notebook.Piece{Text: text[from:]})
	first := len(a.page.Deck.Facts)
	places := a.page.Sentence(max(a.line, 1), pieces...)
	if note := strings.TrimSpace(strings.Join(all[1:], "\n\n")); note != "" {
		for i := first; i < len(a.page.Deck.Facts); i++ {
			for j := range a.page.Deck.Facts[i].Cards {
				a.page.Deck.Facts[i].Cards[j].Note = note
			}
		}
	}
	return places
}

// field is where a template has the value of a field.
var field = lazyregexp.New(`<<\s*([^<>]+?)\s*>>`)
