package reading

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"kartei/cmd/internal/show"
	"kartei/decks"
)

// A Mark says how well a fact is known.
type Mark uint8

// The marks. Without a mark nothing is said.
const (
	NoMark Mark = iota
	Unseen      // none of its cards was answered
	Partly      // some were, or they would hardly be recalled
	Known       // all of it would be recalled, most likely
)

// KnownFrom is the mean recall of its cards from which on a fact is known.
const KnownFrom = 0.8

var (
	signs = [...]string{NoMark: "•", Unseen: "○", Partly: "◐", Known: "●"}
	words = [...]string{NoMark: "", Unseen: "new", Partly: "in part", Known: "known"}
)

// String is the mark as a word.
func (m Mark) String() string { return words[m] }

// Notes are what is drawn, and how.
type Notes struct {
	Page  show.Page // Bare: for ears and pipes, a thing a line
	Marks map[string]Mark
	// In, if not nil, reports whether a section is wanted.
	In func(section []string) bool
}

// Write draws a deck.
func (n *Notes) Write(w io.Writer, d *decks.Deck) error {
	p := &printer{Notes: n, out: w, deck: d, rows: rowKeys(d.Passages), counts: n.count(d)}
	p.title()
	err := Walk(d, n.In, p.passage, p.fact)
	p.end()
	return errors.Join(err, p.err)
}

// Walk goes through the passages and facts of a deck in the order in which they are
// read: those of the sections that are wanted, or all.
func Walk(d *decks.Deck, in func(section []string) bool, passage func(*decks.Passage) error, fact func(*decks.Fact) error) error {
	wanted := func(section []string) bool { return in == nil || in(section) }
	rest := d.Passages
	for i := 0; i <= len(d.Facts); i++ {
		for ; len(rest) > 0 && rest[0].Fact <= i; rest = rest[1:] {
			if wanted(rest[0].Section) {
				if err := passage(&rest[0]); err != nil {
					return err
				}
			}
		}
		if i < len(d.Facts) && wanted(d.Facts[i].Section) {
			if err := fact(&d.Facts[i]); err != nil {
				return err
			}
		}
	}
	return nil
}

// rowKeys are the facts that stand in tables.
func rowKeys(all []decks.Passage) map[string]bool {
	keys := map[string]bool{}
	for i := range all {
		for _, r := range all[i].Rows {
			if r.Key != "" {
				keys[r.Key] = true
			}
		}
	}
	return keys
}

// A printer writes one deck.
type printer struct {
	*Notes
	out     io.Writer
	deck    *decks.Deck
	rows    map[string]bool
	counts  map[string]count
	section []string // that the last heading was of
	begun   bool     // something stands above
	err     error
}

func (p *printer) lines(lines []string) {
	for _, l := range lines {
		if p.err == nil {
			_, p.err = fmt.Fprintln(p.out, strings.TrimRight(l, " "))
		}
	}
}

// apart leaves a line empty.
func (p *printer) apart() {
	if p.begun {
		p.lines([]string{""})
	}
	p.begun = true
}

// title writes what the deck is called, and what the marks mean.
func (p *printer) title() {
	p.apart()
	title := p.deck.Title
	if title == "" {
		title = p.deck.Name
	}
	p.lines(p.Page.Text(show.Bold, title))
	if p.Page.Bare {
		return
	}
	about := p.deck.Name
	if p.Marks != nil {
		about += fmt.Sprintf(" · %s you would know it today · %s in part · %s new", signs[Known], signs[Partly], signs[Unseen])
	}
	p.lines(p.Page.Text(show.Dim, about))
}

// heading writes the headings of a section that do not stand above yet.
func (p *printer) heading(section []string) {
	same := 0
	for same < min(len(section), len(p.section)) && section[same] == p.section[same] {
		same++
	}
	if same == len(section) && len(section) < len(p.section) && len(section) > 0 {
		same-- // back from a section below it
	}
	for depth := same; depth < len(section); depth++ {
		if depth == 0 && section[0] == p.deck.Title {
			continue
		}
		p.apart()
		p.lines(p.Page.Text(show.Bold|show.Blue, strings.Repeat("#", depth+1)+" "+show.Inline(section[depth])))
		if known := p.known(section[:depth+1]); known != "" {
			p.lines(p.Page.Text(show.Dim, known))
		}
	}
	p.section = section
}

// known says how much of a section is known.
func (p *printer) known(section []string) string {
	c := p.counts[joined(section)]
	if c.all == 0 {
		return ""
	}
	return fmt.Sprintf("%d of %d known", c.known, c.all)
}

// A count is of the facts of a section and of those below it.
type count struct{ known, all int }

func joined(section []string) string { return strings.Join(section, "\x00") }

// count counts the facts of each section; nothing without marks.
func (n *Notes) count(d *decks.Deck) map[string]count {
	counts := map[string]count{}
	for i := range d.Facts {
		f := &d.Facts[i]
		for depth := range len(f.Section) {
			c := counts[joined(f.Section[:depth+1])]
			c.all++
			if n.Marks[f.Key] == Known {
				c.known++
			}
			counts[joined(f.Section[:depth+1])] = c
		}
	}
	if n.Marks == nil {
		return nil
	}
	return counts
}

func (p *printer) passage(passage *decks.Passage) error {
	p.heading(passage.Section)
	p.apart()
	p.lines(Passage(p.Page, passage, p.Marks))
	return p.err
}

// end says that there is more than was kept.
func (p *printer) end() {
	if p.deck.Cut {
		p.apart()
		p.lines(p.Page.Text(show.Dim, "There is more prose than Kartei keeps: read on in "+strings.Join(p.deck.Files, ", ")+"."))
	}
}

// fact writes a fact, unless it is a row of a table.
func (p *printer) fact(f *decks.Fact) error {
	if p.rows[f.Key] {
		return nil
	}
	p.heading(f.Section)
	p.apart()
	mark := NoMark
	if p.Marks != nil {
		mark = max(p.Marks[f.Key], Unseen)
	}
	for _, text := range textsOf(f) {
		p.lines(p.beside(mark, text))
		mark = NoMark
	}
	return p.err
}

// beside lays a fact out after its mark.
func (p *printer) beside(mark Mark, t text) []string {
	page, first := p.Page, signs[mark]+" "
	if page.Bare {
		first = ""
		if mark != NoMark {
			first = mark.String() + ": "
		}
	} else {
		page.Width -= show.Width(first)
	}
	var lines []string
	if t.prompt != "" {
		lines = append(lines, page.Styled(show.Bold, t.prompt)...)
	}
	for _, answer := range t.answers {
		lines = append(lines, answerLines(page, answer)...)
	}
	for _, note := range t.notes {
		lines = append(lines, indented(narrower(page).Styled(show.Dim, note))...)
	}
	for i := range lines {
		switch {
		case i == 0:
			lines[i] = page.Palette.Paint(styles[mark], first) + lines[i]
		case !page.Bare:
			lines[i] = strings.Repeat(" ", show.Width(first)) + lines[i]
		}
	}
	return lines
}

var styles = [...]show.Style{NoMark: show.Dim, Unseen: show.Dim, Partly: show.Magenta, Known: show.Green}

// narrower leaves room for an indent.
func narrower(page show.Page) show.Page {
	page.Width -= 2
	return page
}

func indented(lines []string) []string {
	for i, l := range lines {
		lines[i] = "  " + l
	}
	return lines
}

// answerLines lays an answer out below its question; a whole sentence stands by itself.
func answerLines(page show.Page, a answer) []string {
	if a.sentence {
		return page.Styled(0, a.text)
	}
	if a.mark == "" {
		return indented(narrower(page).Styled(0, a.text))
	}
	page = narrower(page)
	page.Width -= show.Width(a.mark)
	lines := page.Styled(0, a.text)
	for i := range lines {
		before := strings.Repeat(" ", show.Width(a.mark))
		if i == 0 {
			before = a.mark
		}
		lines[i] = before + lines[i]
	}
	return indented(lines)
}

// A text is what notes say of a fact.
type text struct {
	prompt  string
	answers []answer
	notes   []string
}

type answer struct {
	mark     string
	text     string
	sentence bool
}

// textsOf are the texts of a fact: one, where all of its cards ask for the same.
func textsOf(f *decks.Fact) (all []text) {
	for i := range f.Cards {
		c := &f.Cards[i]
		if i > 0 && (c.Kind == decks.Cloze || isReverse(c)) {
			continue
		}
		t := textOf(c)
		if last := len(all) - 1; last >= 0 && slices.Equal(all[last].notes, t.notes) {
			all[last].notes = nil // they stand below the last of them
		}
		all = append(all, t)
	}
	return all
}

// isReverse reports whether the card asks for the term of a definition.
func isReverse(c *decks.Card) bool {
	return c.Name == "reverse" || strings.HasSuffix(c.Name, "-reverse")
}

func textOf(c *decks.Card) text {
	t := text{prompt: c.Prompt}
	switch c.Kind {
	case decks.Cloze:
		t.prompt = ""
		t.answers = []answer{{text: Sentence(c, true), sentence: true}}
	case decks.Choice:
		for _, o := range c.Options {
			if o.Right {
				t.answers = append(t.answers, answer{text: o.Text})
			}
		}
	case decks.Set:
		for _, item := range c.Items {
			t.answers = append(t.answers, answer{mark: "• ", text: item})
		}
	case decks.Sequence:
		for i, item := range c.Items {
			t.answers = append(t.answers, answer{mark: fmt.Sprintf("%d. ", i+1), text: item})
		}
	default:
		t.answers = []answer{{text: c.Answer}}
	}
	for _, o := range c.Options {
		if !o.Right && o.Why != "" {
			t.notes = append(t.notes, "not "+o.Text+": "+o.Why)
		}
	}
	if c.Note != "" {
		t.notes = append(t.notes, c.Note)
	}
	return t
}
