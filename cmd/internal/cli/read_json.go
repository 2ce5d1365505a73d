package cli

import (
	"kartei/cmd/internal/console"
	"kartei/cmd/internal/reading"
	"kartei/cmd/internal/show"
	"kartei/decks"
)

// passageJSON is a line of `read --json` about what is not a fact. Of a table it has
// columns and rows; a row that is a fact has that fact's key.
type passageJSON struct {
	Deck    string    `json:"deck"`
	Section []string  `json:"section"`
	Text    string    `json:"text,omitempty"`
	Columns []string  `json:"columns,omitempty"`
	Rows    []rowRead `json:"rows,omitempty"`
	File    string    `json:"file"`
}

type rowRead struct {
	Fact  string   `json:"fact,omitempty"`
	Cells []string `json:"cells"`
}

// factJSON is a line of `read --json` about a fact.
type factJSON struct {
	Deck    string         `json:"deck"`
	Section []string       `json:"section"`
	Fact    string         `json:"fact"`
	Mark    string         `json:"mark,omitempty"` // known, in part or new; none of a deck that is not in the collection
	Cards   []factCardJSON `json:"cards"`
	File    string         `json:"file"`
	Line    int            `json:"line"`
}

type factCardJSON struct {
	ID     string `json:"id,omitempty"`
	Kind   string `json:"kind"`
	Prompt string `json:"prompt"`
	Answer string `json:"answer"`
	Note   string `json:"note,omitempty"`
	Source string `json:"source,omitempty"`
}

// writeReadJSON writes a deck in the order in which it is read.
func writeReadJSON(con *console.Console, d *decks.Deck, n *reading.Notes) error {
	return reading.Walk(d, n.In, func(p *decks.Passage) error {
		line := passageJSON{Deck: d.Name, Section: orEmpty(p.Section), Text: p.Text, Columns: p.Columns, File: p.File}
		for _, r := range p.Rows {
			line.Rows = append(line.Rows, rowRead{r.Key, r.Cells})
		}
		return show.JSON(con.Out, line)
	}, func(f *decks.Fact) error {
		line := factJSON{Deck: d.Name, Section: orEmpty(f.Section), Fact: f.Key, File: f.File, Line: f.Line}
		if n.Marks != nil {
			line.Mark = max(n.Marks[f.Key], reading.Unseen).String()
		}
		for i := range f.Cards {
			c := &f.Cards[i]
			line.Cards = append(line.Cards, factCardJSON{c.ID, string(c.Kind), c.Prompt, answerText(*c), c.Note, c.Source})
		}
		return show.JSON(con.Out, line)
	})
}
