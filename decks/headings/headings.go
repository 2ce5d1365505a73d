// Package headings reads notes in Markdown whose headings are questions and what stands
// below them answers, as mdanki and markdown-anki-decks make cards of (their READMEs).
package headings

import (
	"context"
	"errors"
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"

	"kartei/decks/foreign"
	"kartei/decks/lazyregexp"
	"kartei/decks/notebook"
)

// Format is that of headings.
var Format = notebook.Format{
	Format: foreign.Format{
		Name:       "headings",
		Extensions: []string{".md", ".markdown"},
		ReadHelp: `notes in Markdown whose headings are questions, as mdanki and
markdown-anki-decks read them`,
		ReadFlags: []foreign.Flag{levelFlag},
	},
	Marks: marks,
	Read:  read,
}

var levelFlag = foreign.Flag{Name: "level", Default: "2", Help: "which headings are questions: `1` to 6, those of ## are 2"}

var (
	heading = lazyregexp.New(`^(#{1,6})[ \t]+(.*?)(?:[ \t]+#+)?[ \t]*$`)
	fence   = lazyregexp.New("^ {0,3}(?:`{3,}|~{3,})")
	tagLine = lazyregexp.New(`^\[#[^\]]*\](?:\([^)]*\))?`)
	tagIn   = lazyregexp.New(`\[#([^\]]+)\](?:\([^)]*\))?`)
	latex   = lazyregexp.New(`(?s)\[latex\]\s*(?:\\\\\[|\$\$?)?(.*?)(?:\\\\\]|\$?\$)?\s*\[/latex\]`)
	comment = lazyregexp.New(`(?s)<!--.*?-->`)
	fact    = lazyregexp.New(`(?m)^[QTC]:[ \t]*\S`)
	front   = lazyregexp.New(`\A---[ \t]*\n(?:.*\n)*?---[ \t]*(?:\n|\z)`)
)

// marks counts what such notes have and others have not: the sign between question and
// answer, lines of tags, and, if it is not a page for readers, headings of which most ask.
func marks(name, text string) int {
	if fact.MatchString(text) {
		return 0 // a deck of Kartei's, or of hashcards
	}
	n, asked, all := 0, 0, 0
	for _, line := range lines(text) {
		switch m := heading.FindStringSubmatch(line.text); {
		case line.code:
		case m != nil && len(m[1]) == 2:
			all++
			if strings.HasSuffix(m[2], "?") || strings.HasSuffix(m[2], "？") {
				asked++
			}
		case strings.TrimSpace(line.text) == "%", tagLine.MatchString(line.text):
			n++
		}
	}
	if asked > 1 && asked*2 > all && !isPage(name, text) {
		n += asked
	}
	return n
}

var (
	pageName = lazyregexp.New(`(?i)^(?:readme|changelog|contributing|_?index|faq)\b`)
	pageHead = lazyregexp.New(`(?m)^(?:date|draft|layout|permalink|slug|categories|weight)[ \t]*[:=]`)
)

// isPage reports whether a text is a page of a project or of a site, which may ask
// its readers something.
func isPage(name, text string) bool {
	return pageName.MatchString(path.Base(name)) || strings.HasPrefix(text, "+++\n") || pageHead.MatchString(front.FindString(text))
}

// A line is one of a note; code tells that it stands in a fence.
type line struct {
	text   string
	number int // from 1
	code   bool
}

// lines are those of a note without its head.
func lines(text string) (all []line) {
	skipped := front.FindString(text)
	first := 1 + strings.Count(skipped, "\n")
	open := ""
	for i, l := range strings.Split(text[len(skipped):], "\n") {
		mark := strings.TrimSpace(fence.FindString(l))
		code := open != "" || mark != ""
		switch {
		case open == "":
			open = mark
		case strings.HasPrefix(mark, open):
			open = ""
		}
		all = append(all, line{l, first + i, code})
	}
	return all
}

func read(ctx context.Context, s *notebook.Source) (*notebook.Reading, error) {
	level := 2
	if said := s.Flags[levelFlag.Name]; said != "" {
		n, err := strconv.Atoi(said)
		if err != nil || n < 1 || n > 6 {
			return nil, fmt.Errorf("there are no headings of level %q: it is 1 to 6", said)
		}
		level = n
	}
	r := &notebook.Reading{}
	for name, text := range s.Texts {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		n := &note{page: notebook.NewPage(name), level: level}
		n.read(text)
		r.Pages, r.Left = append(r.Pages, n.page), append(r.Left, n.left...)
	}
	return r, nil
}

// A note is one that is read.
type note struct {
	page  *notebook.Page
	level int
	left  []foreign.Left

	above    []string // headings above those that ask, outermost first
	question string
	begun    int      // where it stands; 0: there is none
	body     []string // what stands below it
	split    int      // how many lines of it are still question, and one sign
}

func (n *note) read(text string) {
	for _, l := range lines(text) {
		m := heading.FindStringSubmatch(l.text)
		if l.code || m == nil || len(m[1]) > n.level {
			n.line(l)
			continue
		}
		n.end()
		title := strings.TrimSpace(m[2])
		if len(m[1]) == n.level {
			n.question, n.begun = title, l.number
			continue
		}
		n.up(len(m[1]), title)
	}
	n.end()
}

// up takes a heading above those that ask. The first of a file is its title.
func (n *note) up(level int, title string) {
	if level == 1 && n.page.Deck.Title == "" && len(n.page.Deck.Facts) == 0 {
		n.page.Deck.Title = title
		return
	}
	n.above = append(n.above[:min(len(n.above), level-1)], title)
}

func (n *note) line(l line) {
	if n.begun == 0 {
		return
	}
	if !l.code && strings.TrimSpace(l.text) == "%" && n.split == 0 {
		n.split = len(n.body) + 1
	}
	n.body = append(n.body, l.text)
}

// end makes a fact of a heading and what stands below it.
func (n *note) end() {
	question, body, split, begun := n.question, n.body, n.split, n.begun
	n.question, n.body, n.split, n.begun = "", nil, 0, 0
	if begun == 0 {
		return
	}
	if split > 0 {
		question += "\n\n" + strings.Join(body[:split-1], "\n")
		body = body[split:]
	}
	var tags []string
	body = slices.DeleteFunc(body, func(l string) bool {
		if !tagLine.MatchString(l) {
			return false
		}
		for _, m := range tagIn.FindAllStringSubmatch(l, -1) {
			tags = append(tags, tag(m[1]))
		}
		return true
	})
	question, answer := tidy(question), tidy(strings.Join(body, "\n"))
	if question == "" || answer == "" {
		n.left = append(n.left, foreign.Left{File: n.page.Name, Line: begun, Text: question, Err: errors.New("below this heading there is no answer")})
		return
	}
	f := notebook.Question(question, answer)
	f.Section = slices.Clone(n.above)
	f.Cards[0].Tags = tags
	n.page.Add(f, begun)
}

func tag(text string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(" \t,[](){}\"'`|;\\", r) {
			return '_'
		}
		return r
	}, strings.TrimSpace(text))
}

// tidy writes what these programs have beside Markdown.
func tidy(text string) string {
	if strings.Contains(text, "<!--") {
		text = comment.ReplaceAllString(text, "")
	}
	if strings.Contains(text, "[latex]") {
		text = latex.ReplaceAllString(text, "$$$$$1$$$$")
	}
	return strings.TrimSpace(text)
}
