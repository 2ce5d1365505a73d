package compiler

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"kartei/cmd/internal/ask"
	"kartei/cmd/internal/console"
	"kartei/cmd/internal/keys"
	"kartei/cmd/internal/show"
	"kartei/decks/plural"
	"kartei/store"
)

// A planner lays a plan out by the cards that it changes.
type planner struct {
	width   int // columns
	palette show.Palette
	changes map[string][]store.CardChange // by deck
	lines   []string
}

// planPage returns the plan's lines: each deck with its cards, if the plan has them.
func planPage(con *console.Console, c Result) []string {
	p := &planner{width: 1 << 30, palette: con.Palette(), changes: map[string][]store.CardChange{}}
	if console.IsTerminal(con.Out) {
		p.width = con.Width()
	}
	for _, change := range c.Plan.Changes {
		p.changes[change.Deck] = append(p.changes[change.Deck], change)
	}
	for _, d := range c.Plan.Decks {
		p.lines = append(p.lines, d.String())
		p.cards(d.Name)
	}
	for _, m := range c.Plan.Moved {
		p.lines = append(p.lines, m.String())
		p.cards(m.To)
	}
	for _, name := range c.Unchanged {
		p.lines = append(p.lines, name+": unchanged")
	}
	return p.lines
}

// cards lists the cards of a deck that change, once.
func (p *planner) cards(deck string) {
	for _, c := range p.changes[deck] {
		p.card(c)
	}
	delete(p.changes, deck)
}

// hang is where the texts of a card begin.
const hang = "            "

// card says what happens to one card: the text, then the place and what the learner
// had on it; for an edited one the old text above the new.
func (p *planner) card(c store.CardChange) {
	text := c.Now
	if c.Fate == store.IsRetired {
		text = c.Was
	}
	about := p.about(c)
	line := show.Line(text.Prompt)
	if c.Fate != store.IsEdited {
		line = oneLine(text)
	}
	if room := p.width - len(hang) - show.Width(about) - 2; room < show.Width(line) {
		line = show.Cut(line, max(room, 20))
	}
	p.lines = append(p.lines, fmt.Sprintf("  %-9s %s  %s", c.Fate, line, p.palette.Paint(show.Dim, about)))
	if c.Was == c.Now || c.Was == (store.Text{}) || c.Now == (store.Text{}) {
		if c.Fate == store.IsEdited {
			p.lines = append(p.lines, hang+"its question and answer are as they were")
		}
		return
	}
	was, now := oneLine(c.Was), oneLine(c.Now)
	if c.Was.Prompt == c.Now.Prompt {
		was, now = show.Line(c.Was.Answer), show.Line(c.Now.Answer)
	}
	p.lines = append(p.lines, hang+"− "+show.Cut(was, p.width-len(hang)-2),
		hang+"+ "+show.Cut(now, p.width-len(hang)-2))
}

// About is the place of a card, where its history was, and how much that is.
func (p *planner) about(c store.CardChange) string {
	var parts []string
	if c.File != "" {
		parts = append(parts, fmt.Sprintf("%s:%d", show.Line(c.File), c.Line))
	}
	if !strings.HasPrefix(c.Fact, "~") {
		parts = append(parts, show.Line(c.Fact))
	}
	if c.WasDeck != "" {
		parts = append(parts, "was in "+show.Line(c.WasDeck))
	} else if c.WasFact != "" && !strings.HasPrefix(c.WasFact, "~") {
		parts = append(parts, "was "+show.Line(c.WasFact))
	}
	if c.Answers > 0 {
		parts = append(parts, plural.Count(c.Answers, "answer")+" kept")
	}
	return "(" + strings.Join(parts, ", ") + ")"
}

// printPages prints lines: at a terminal, where they are many, a page at a time.
func printPages(ctx context.Context, con *console.Console, lines []string) error {
	height := con.Height()
	if !con.AtTerminal() || len(lines) < height {
		_, err := fmt.Fprint(con.Out, join(lines))
		return err
	}
	asker, closeAsker, err := con.Asker(false)
	if err != nil {
		return err
	}
	return errors.Join(turnPages(ctx, con, asker, lines, height-3), closeAsker())
}

func join(lines []string) string {
	var out strings.Builder
	for _, l := range lines {
		out.WriteString(l + "\n")
	}
	return out.String()
}

// turnPages prints pages until the reader has had enough.
func turnPages(ctx context.Context, con *console.Console, asker ask.Asker, lines []string, height int) error {
	for {
		n := min(len(lines), max(height, 5))
		if _, err := fmt.Fprint(con.Out, join(lines[:n])); err != nil {
			return err
		}
		if lines = lines[n:]; len(lines) == 0 {
			return nil
		}
		i, err := asker.Menu(ctx, ask.Menu{Label: fmt.Sprintf("%d more lines", len(lines)), Items: []ask.Item{
			{Label: "go on", Keys: []keys.Key{keys.Space}}, {Label: "to the end", Keys: []keys.Key{"e"}},
			{Label: "enough", Keys: []keys.Key{"q"}}}})
		if errors.Is(err, ask.ErrQuit) || err == nil && i == 2 {
			return nil
		}
		if err != nil {
			return err
		}
		if i == 1 {
			height = len(lines)
		}
	}
}

// changeJSON is a card in the plan of `compile --json`.
type changeJSON struct {
	Change    string `json:"change"` // new, edited, followed, retired, returned
	Deck      string `json:"deck"`
	ID        string `json:"id"`
	Fact      string `json:"fact"`
	File      string `json:"file"`
	Line      int    `json:"line"`
	Prompt    string `json:"prompt"`
	Answer    string `json:"answer"`
	OldPrompt string `json:"old_prompt"`
	OldAnswer string `json:"old_answer"`
	OldFact   string `json:"old_fact,omitempty"`
	OldDeck   string `json:"old_deck,omitempty"` // permanent identity
	Answers   int    `json:"answers"`
}

func changesJSON(changes []store.CardChange) []changeJSON {
	all := []changeJSON{}
	for _, c := range changes {
		all = append(all, changeJSON{string(c.Fate), c.Deck, c.Card, c.Fact, c.File, c.Line, c.Now.Prompt, c.Now.Answer,
			c.Was.Prompt, c.Was.Answer, c.WasFact, c.WasDeck, c.Answers})
	}
	return all
}

// doubtJSON is an id that stands over another text, in the plan of `compile --json`.
type doubtJSON struct {
	Deck      string `json:"deck"`
	Fact      string `json:"fact"`
	Prompt    string `json:"prompt"`
	Answer    string `json:"answer"`
	OldPrompt string `json:"old_prompt"`
	OldAnswer string `json:"old_answer"`
	To        string `json:"to"` // the key of the old text now; empty: it is retired
	Answers   int    `json:"answers"`
}

func doubtsJSON(doubts []store.Doubt) []doubtJSON {
	all := []doubtJSON{}
	for _, d := range doubts {
		all = append(all, doubtJSON{d.Name, d.Key, d.Now.Prompt, d.Now.Answer, d.Was.Prompt, d.Was.Answer, d.To,
			d.Answers})
	}
	return all
}
