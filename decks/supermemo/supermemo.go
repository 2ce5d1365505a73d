// Package supermemo reads the question and answer text of SuperMemo: blocks of lines
// "Q:" and "A:", parted by empty lines, which may end with what SuperMemo 7 knew of
// the card.
package supermemo

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"kartei/decks/factfile"
	"kartei/decks/foreign"
	"kartei/decks/html"
	"kartei/decks/lazyregexp"
	"kartei/decks/notebook"
	"kartei/decks/shorthash"
	"kartei/decks/textfile"
)

// Format is that of SuperMemo's text files.
var Format = notebook.Format{
	Format: foreign.Format{
		Name:       "supermemo",
		Extensions: []string{".txt", ".qa"},
		ReadHelp: `SuperMemo's question and answer text, in a file or a folder,
with repetitions, ease and interval where it has them`,
	},
	Marks: marks,
	Read:  read,
}

var (
	keyed   = lazyregexp.New(`^([QAIOqa]):(.*)$`)
	learned = lazyregexp.New(`(?m)^I: *REP=\d`)
	several = lazyregexp.New(`(?m)^Q:.*\n(?:Q:.*\n)*A:.*\n(?:A:.*\n)+(?:\n|$)|^Q:.*\n(?:Q:.*\n)+A:|^q:.*\n(?:q:.*\n)*a:`)
)

// marks counts blocks in which a key stands on several lines, and what SuperMemo knew.
func marks(_, text string) int {
	return len(learned.FindAllStringIndex(text, -1)) + len(several.FindAllStringIndex(text, -1))
}

func read(_ context.Context, s *notebook.Source) (*notebook.Reading, error) {
	r := &notebook.Reading{}
	for _, name := range s.Names {
		data, err := s.Bytes(name)
		if err != nil {
			r.Left = append(r.Left, foreign.Left{File: name, Err: err})
			continue
		}
		text, remarks, err := textfile.Decode(data)
		if err != nil {
			r.Left = append(r.Left, foreign.Left{File: name, Err: err})
			continue
		}
		for _, remark := range remarks {
			r.Remarks = append(r.Remarks, name+": "+remark)
		}
		p := &parser{page: notebook.NewPage(name), zone: s.Zone}
		p.parse(strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n"))
		if s.Whole && len(p.page.Deck.Facts) == 0 {
			continue // another text
		}
		r.Pages, r.Left = append(r.Pages, p.page), append(r.Left, p.left...)
	}
	return r, nil
}

// A block is a card in the making.
type block struct {
	line             int // its first
	question, answer []string
	known            string // the line "I:"
}

// A parser reads one file.
type parser struct {
	page *notebook.Page
	zone *time.Location
	left []foreign.Left
	block
	last byte           // the key of the last line, for what goes on without one
	same map[string]int // cards of the same words
}

func (p *parser) parse(text string) {
	p.same = map[string]int{}
	for i, line := range strings.Split(text, "\n") {
		line = strings.TrimRight(line, " \t")
		key, rest := byte(0), line
		if m := keyed.FindStringSubmatch(line); m != nil {
			key, rest = strings.ToUpper(m[1])[0], strings.TrimSpace(m[2])
		}
		if key == 'Q' && p.last != 'Q' || line == "" {
			p.end()
		}
		if p.line == 0 && line != "" {
			p.line = i + 1
		}
		p.take(key, rest)
	}
	p.end()
}

func (p *parser) take(key byte, text string) {
	goesOn := key == 0
	if goesOn {
		key = p.last
	}
	switch key {
	case 'Q':
		p.question = append(p.question, text)
	case 'A':
		p.answer = append(p.answer, text)
	case 'I':
		p.known = text
	}
	if text != "" && !goesOn {
		p.last = key
	}
}

// end makes a card of the block.
func (p *parser) end() {
	b := p.block
	p.block, p.last = block{}, 0
	if len(b.question)+len(b.answer) == 0 {
		return
	}
	question, answer := words(b.question), words(b.answer)
	if question == "" || answer == "" {
		why := "this card has no question"
		if question != "" {
			why = "this question has no answer"
		}
		p.left = append(p.left, foreign.Left{File: p.page.Name, Line: b.line, Err: errors.New(why)})
		return
	}
	at := notebook.Place{Fact: p.page.Add(notebook.Question(question, answer), b.line), Card: "card"}
	if b.known != "" {
		p.learned(at, b, question+"\x00"+answer)
	}
}

var tag = lazyregexp.New(`</?[a-zA-Z][^<>]*>|&(?:#\d+|#x[0-9a-fA-F]+|[a-zA-Z]+);`)

// words are lines as the text of a card: SuperMemo's are plain, or HTML.
func words(lines []string) string {
	text := strings.TrimSpace(strings.Join(lines, "\n"))
	if !tag.MatchString(text) {
		return factfile.Literal(text)
	}
	c := html.Converter{File: func(_ html.FileKind, source string) html.File { return html.File{Path: source} }}
	return strings.TrimSpace(c.Text(strings.ReplaceAll(text, "\n", "<br>")))
}

var figures = lazyregexp.New(`^REP=(\d+) +LAP=(\d+) +EF=([0-9.]+) +UF=[0-9.]+ +INT=(\d+) +LAST=(\d+(?:\.\d+\.\d+)?)$`)

// learned adds what SuperMemo knew of a card: repetitions, lapses, ease, the interval in
// days and the day of the last repetition, by which SM-2 says when it is due.
func (p *parser) learned(at notebook.Place, b block, whole string) {
	m := figures.FindStringSubmatch(strings.Join(strings.Fields(b.known), " "))
	if m == nil {
		p.left = append(p.left, foreign.Left{File: p.page.Name, Line: b.line, Part: true,
			Err: fmt.Errorf("it is not understood what was learned: %.40s", b.known)})
		return
	}
	reps, _ := strconv.Atoi(m[1])
	lapses, _ := strconv.Atoi(m[2])
	ease, _ := strconv.ParseFloat(m[3], 64)
	days, _ := strconv.Atoi(m[4])
	last, err := time.ParseInLocation("2.1.06", m[5], p.zone)
	if reps == 0 || err != nil { // never repeated
		return
	}
	last = notebook.Noon(last.Year(), last.Month(), last.Day(), p.zone)
	p.page.Histories = append(p.page.Histories, notebook.History{
		Place: at, Note: shorthash.Of(whole, 20), Ordinal: p.same[whole],
		State: &notebook.State{Due: last.AddDate(0, 0, min(days, 100_000)), Last: last, Interval: float64(days), Ease: ease,
			Reps: reps, Lapses: lapses},
	})
	p.same[whole]++
}
