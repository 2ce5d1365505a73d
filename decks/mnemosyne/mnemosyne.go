// Package mnemosyne reads what Mnemosyne keeps and exports: its database (default.db)
// with its log, archives for sharing (.cards), and texts in which tabs part two or
// three columns.
package mnemosyne

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"path"
	"strings"

	"kartei/decks"
	"kartei/decks/foreign"
	"kartei/decks/html"
	"kartei/decks/lazyregexp"
	"kartei/decks/notebook"
)

// Format is that of Mnemosyne.
var Format = notebook.Format{
	Format: foreign.Format{
		Name:       "mnemosyne",
		Extensions: []string{".db", ".cards", ".txt", ".tsv"},
		ReadHelp: `Mnemosyne's default.db, with pictures and history from the
folder default.db_media beside it; an archive (.cards); or a text
with tabs that it exported`,
	},
	Signs: []string{"default.db_media"},
	Marks: marks,
	Read:  read,
}

// marks knows archives and databases by their names: its texts look like any list.
func marks(name, _ string) int {
	if ext := path.Ext(name); ext == ".cards" || path.Base(name) == "default.db" {
		return 10
	}
	return 0
}

func read(ctx context.Context, s *notebook.Source) (*notebook.Reading, error) {
	r := &notebook.Reading{}
	for _, name := range s.Names {
		var err error
		switch path.Ext(name) {
		case ".db":
			if s.Whole && path.Base(name) != "default.db" {
				continue // its config.db, or another program's
			}
			err = readDatabase(ctx, s, r, name)
		case ".cards":
			if len(s.Names) > 1 && s.Whole {
				err = errors.New("an archive is imported by itself")
				r.Left = append(r.Left, foreign.Left{File: name, Err: err})
				continue
			}
			err = readArchive(s, r, name)
		default:
			err = readText(s, r, name)
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	return r, nil
}

// A fact is what a note of Mnemosyne's says, by its keys.
type fact struct {
	id   string
	data map[string]string
}

// A card is one view of a fact.
type card struct {
	id, kind, view string
	index          int // of a gap
	tags           []string
}

// A view says what of a fact is asked.
type view struct{ question, answer []string }

// views are those that Mnemosyne brings along, by their ids. A fact of two of them that
// ask the one for the other is a term.
var views = map[string]view{
	"1.1": {[]string{"f"}, []string{"b"}},
	"2.1": {[]string{"f"}, []string{"b"}},
	"2.2": {[]string{"b"}, []string{"f"}},
	"3.1": {[]string{"f"}, []string{"p_1", "m_1", "n"}},
	"3.2": {[]string{"m_1"}, []string{"f", "p_1", "n"}},
	"4.1": {[]string{"loc", "blank"}, []string{"loc", "marked"}},
	"4.2": {[]string{"loc"}, []string{"loc", "marked"}},
	"6.1": {[]string{"f"}, []string{"p_1", "m_1", "n"}},
}

// A maker makes facts of facts with their cards.
type maker struct {
	page  *notebook.Page
	own   map[string]view // made by the learner
	html  html.Converter
	left  []foreign.Left
	lost  map[string]int
	after func(c card, at notebook.Place) // is told where each card stands
}

func newMaker(page *notebook.Page, media string) *maker {
	m := &maker{page: page, own: map[string]view{}, lost: map[string]int{}}
	m.html = html.Converter{Lost: func(kind, _ string) { m.lost[kind]++ },
		File: func(_ html.FileKind, source string) html.File { return html.File{Path: media + source} }}
	return m
}

// base is the built-in type that a type of the learner's is a copy of: "3" of "3::Own".
func base(kind string) string {
	kind, _, _ = strings.Cut(kind, "::")
	return kind
}

// viewOf is the view of a card.
func (m *maker) viewOf(c card) (view, bool) {
	if v, ok := m.own[c.view]; ok {
		return v, true
	}
	v, ok := views[base(c.kind)+c.view[max(strings.LastIndexByte(c.view, '.'), 0):]]
	return v, ok
}

// add adds a fact with its cards.
func (m *maker) add(f fact, cards []card) {
	if len(cards) == 0 {
		return
	}
	if base(cards[0].kind) == "5" || base(cards[0].kind) == "6" {
		cards = m.sentence(f, cards)
	}
	if m.term(f, cards) {
		return
	}
	for _, c := range cards {
		v, ok := m.viewOf(c)
		if !ok {
			m.leave(f, "its card type "+c.kind+" is made by a plugin")
			continue
		}
		question, answer := m.join(f, v.question), m.join(f, v.answer)
		if question == "" || answer == "" {
			m.leave(f, "one side of this card is empty")
			continue
		}
		at := m.page.Add(tagged(notebook.Question(question, answer), c.tags), 0)
		m.after(c, notebook.Place{Fact: at, Card: "card"})
	}
}

// leave names a fact by its first words.
func (m *maker) leave(f fact, why string) {
	words := html.Words(cmp.Or(f.data["f"], f.data["text"], f.data["b"]), 60)
	m.left = append(m.left, foreign.Left{File: m.page.Name, Err: fmt.Errorf("%s: %s", why, words)})
}

// term adds a fact that is asked both ways, if it is one.
func (m *maker) term(f fact, cards []card) bool {
	if len(cards) != 2 {
		return false
	}
	a, ok1 := m.viewOf(cards[0])
	b, ok2 := m.viewOf(cards[1])
	if !ok1 || !ok2 || a.question[0] == b.question[0] || len(a.question)+len(b.question) != 2 {
		return false
	}
	front, back := a.question[0], b.question[0]
	if !has(a.answer, back) || !has(b.answer, front) {
		return false
	}
	term, meaning := m.text(f.data[front]), m.text(f.data[back])
	if term == "" || meaning == "" {
		return false
	}
	t := tagged(notebook.Term(term, meaning), cards[0].tags)
	var rest []string
	for _, key := range a.answer {
		if key != back {
			rest = append(rest, key)
		}
	}
	for i := range t.Cards {
		t.Cards[i].Note = m.join(f, rest)
	}
	at := m.page.Add(t, 0)
	m.after(cards[0], notebook.Place{Fact: at, Card: "forward"})
	m.after(cards[1], notebook.Place{Fact: at, Card: "reverse"})
	return true
}

func has(keys []string, key string) bool {
	for _, k := range keys {
		if k == key {
			return true
		}
	}
	return false
}

func tagged(f decks.Fact, tags []string) decks.Fact {
	for i := range f.Cards {
		f.Cards[i].Tags = tags
	}
	return f
}

var gap = lazyregexp.New(`(?s)\[(.+?)\]`)

// sentence adds the cards of gaps, "[casa:house]", and returns those that are none.
func (m *maker) sentence(f fact, cards []card) (others []card) {
	key := "text"
	if base(cards[0].kind) == "6" {
		key = "f"
	}
	text := f.data[key]
	var pieces []notebook.Piece
	from, number := 0, 0
	for _, at := range gap.FindAllStringSubmatchIndex(text, -1) {
		number++
		answer, hint, _ := strings.Cut(text[at[2]:at[3]], ":")
		pieces = append(pieces, notebook.Piece{Text: m.part(text[from:at[0]])},
			notebook.Piece{Text: m.text(answer), Number: number, Hint: m.text(hint)})
		from = at[1]
	}
	pieces = append(pieces, notebook.Piece{Text: m.part(text[from:])})
	var gaps []card
	for _, c := range cards {
		if base(c.kind) == "6" && strings.HasSuffix(c.view, ".1") {
			f.data[key] = gap.ReplaceAllStringFunc(text, func(whole string) string {
				answer, _, _ := strings.Cut(strings.Trim(whole, "[]"), ":")
				return answer
			})
			others = append(others, c)
			continue
		}
		gaps = append(gaps, c)
	}
	if len(gaps) == 0 || number == 0 {
		return others
	}
	first := len(m.page.Deck.Facts)
	places := m.page.Sentence(0, pieces...)
	for i := first; i < len(m.page.Deck.Facts); i++ {
		tagged(m.page.Deck.Facts[i], cards[0].tags)
		for j := range m.page.Deck.Facts[i].Cards {
			m.page.Deck.Facts[i].Cards[j].Note = m.join(f, []string{"p_1", "m_1", "n"})
		}
	}
	for _, c := range gaps {
		if at, ok := places[c.index+1]; ok {
			m.after(c, at)
		}
	}
	return others
}

// join is what several keys say, one below the other.
func (m *maker) join(f fact, keys []string) string {
	var parts []string
	for _, key := range keys {
		if text := m.text(f.data[key]); text != "" {
			parts = append(parts, text)
		}
	}
	return strings.Join(parts, "\n\n")
}

var formulas = strings.NewReplacer("<$$>", `\[`, "</$$>", `\]`, "<$>", `\(`, "</$>", `\)`, "<latex>", "", "</latex>", "",
	"\r\n", "<br>", "\n", "<br>")

// text makes card text of HTML in which lines end as they do.
func (m *maker) text(source string) string {
	if strings.TrimSpace(source) == "" {
		return ""
	}
	return m.html.Text(formulas.Replace(source))
}

// part is text for a part of a sentence, with the space at its ends.
func (m *maker) part(source string) string {
	text := m.text(source)
	trimmed := strings.TrimSpace(source)
	if trimmed == "" {
		return source
	}
	lead, rest, _ := strings.Cut(source, trimmed)
	return lead + text + rest
}

// readText reads lines of two columns, a front and a back, or of three, a word, how it
// is spoken and what it means.
func readText(s *notebook.Source, r *notebook.Reading, name string) error {
	text, err := s.Text(name)
	if err != nil {
		return err
	}
	m := newMaker(notebook.NewPage(name), "")
	m.after = func(card, notebook.Place) {}
	for i, line := range strings.Split(text, "\n") {
		if line = strings.TrimRight(line, " \t"); line == "" {
			continue
		}
		cells := strings.Split(line, "\t")
		before := len(m.page.Deck.Facts)
		switch {
		case len(cells) == 1:
			m.left = append(m.left, foreign.Left{File: name, Line: i + 1, Err: errors.New("there is no tab in this line")})
		case len(cells) == 2:
			m.add(fact{data: map[string]string{"f": cells[0], "b": cells[1]}}, []card{{kind: "1", view: "1.1"}})
		default:
			data := map[string]string{"f": cells[0], "p_1": cells[1], "m_1": cells[2]}
			if len(cells) > 3 {
				data["n"] = cells[3]
			}
			m.add(fact{data: data}, []card{{kind: "3", view: "3.1"}, {kind: "3", view: "3.2"}})
		}
		for j := before; j < len(m.page.Deck.Facts); j++ {
			m.page.Deck.Facts[j].Line = i + 1
		}
	}
	m.finish(r)
	return nil
}

// finish gives the page to the reading.
func (m *maker) finish(r *notebook.Reading) {
	r.Pages, r.Left = append(r.Pages, m.page), append(r.Left, m.left...)
	for kind, n := range m.lost {
		r.Left = append(r.Left, foreign.Left{File: m.page.Name, Part: true, Err: fmt.Errorf("%d × %s", n, kind)})
	}
}
