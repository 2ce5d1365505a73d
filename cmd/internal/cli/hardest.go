package cli

import (
	"context"
	"fmt"
	"strings"

	"kartei/cmd/internal/clock"
	"kartei/cmd/internal/console"
	"kartei/cmd/internal/show"
	"kartei/cmd/internal/takequiz"
	"kartei/decks/plural"
	"kartei/scheduler"
	"kartei/scheduler/stats"
	"kartei/store"
	"kartei/store/journal"
)

// showHardest lists the cards that a query finds and that were answered, the most
// difficult first.
func showHardest(
	ctx context.Context, con *console.Console, clk *clock.Clock, st *store.Store, q store.Query, limit int, asJSON bool,
) error {
	items := stats.NewItems()
	for a, err := range st.Answers(ctx) {
		if err != nil {
			return err
		}
		items.Add(stats.Answer{Card: a.Card, Day: a.Day, Right: a.Grade > scheduler.Again, Options: optionsOf(a.Detail),
			Wrong: wrongAnswer(a)})
	}
	cards := map[string]store.Card{}
	for card, err := range st.Cards(ctx, q, clk.Moment()) {
		if err != nil {
			return err
		}
		cards[card.ID] = card
	}
	var found []stats.Item
	for _, item := range items.Hardest() {
		if _, ok := cards[item.Card]; ok {
			found = append(found, item)
		}
	}
	shown := found[:min(len(found), limit)]
	if asJSON {
		return writeHardest(con, shown, cards)
	}
	if len(found) == 0 {
		con.Say("no card like that was answered yet; kartei review asks")
		return nil
	}
	return printHardest(con, shown, cards, stats.FirstExposure(found))
}

// optionsOf is how many options a choice had.
func optionsOf(d journal.Detail) int {
	if d.Format == "choice" {
		return len(d.Options)
	}
	return 0
}

// wrongAnswer is what was given instead of the right answer. Of several that
// were picked nobody knows which was wrong; what the learner let count was not.
func wrongAnswer(a store.Answer) []string {
	d := a.Detail
	switch {
	case a.Grade != scheduler.Again || d.Right == nil || *d.Right:
	case d.Format == "typed" && strings.TrimSpace(d.Typed) != "":
		return []string{strings.Join(strings.Fields(d.Typed), " ")}
	case d.Format == "choice" && len(d.Chosen) == 1 && d.Chosen[0] >= 0 && d.Chosen[0] < len(d.Options):
		return []string{d.Options[d.Chosen[0]]}
	}
	return nil
}

func printHardest(con *console.Console, items []stats.Item, cards map[string]store.Card, first stats.Share) error {
	p := show.Page{Width: con.Width(), Palette: con.Palette()}
	lines := p.Text(show.Dim, "Exploratory: these figures come from reviews, which ask for what you are about to forget. They are not a test.")
	lines = append(lines, p.Text(0, fmt.Sprintf("Known at the first answer: %.0f %% of %s (%.0f to %.0f).",
		100*float64(first.Part)/float64(first.Of), plural.Count(first.Of, "card"), 100*first.Low, 100*first.High))...)
	t := show.Table{Columns: []show.Column{{Title: "Logits", Right: true}, {Title: "First"},
		{Title: "Missed", Right: true}, {Title: "Card"}, {Title: "Taken for"}}}
	for _, item := range items {
		known := "missed"
		if item.Known {
			known = "known"
		}
		var confused []string
		for _, c := range item.Confused[:min(len(item.Confused), 3)] {
			confused = append(confused, fmt.Sprintf("%s (%d)", show.Inline(c.Text), c.Times))
		}
		t.Rows = append(t.Rows, []show.Cell{{Text: fmt.Sprintf("%+.2f", item.Difficulty)}, {Text: known},
			{Text: fmt.Sprintf("%d of %d", item.Missed, item.Answers)}, {Text: show.Inline(cards[item.Card].Prompt)},
			{Text: strings.Join(confused, ", ")}})
	}
	lines = append(append(lines, ""), p.Table(t)...)
	_, err := fmt.Fprintln(con.Out, strings.Join(lines, "\n"))
	return err
}

// hardestJSON is a line of `cards --hardest --json`.
type hardestJSON struct {
	ID          string          `json:"id"`
	Deck        string          `json:"deck"`
	Prompt      string          `json:"prompt"`
	File        string          `json:"file"`
	Line        int             `json:"line"`
	Exploratory bool            `json:"exploratory"`    // always: reviews are not a test
	Difficulty  float64         `json:"elo_difficulty"` // logits
	KnownFirst  bool            `json:"known_first"`
	Answers     int             `json:"answers"` // one a day
	Missed      int             `json:"missed"`
	Confused    []confusionJSON `json:"confused"`
}

type confusionJSON struct {
	Text  string `json:"text"`
	Times int    `json:"times"`
}

func writeHardest(con *console.Console, items []stats.Item, cards map[string]store.Card) error {
	for _, item := range items {
		c := cards[item.Card]
		line := hardestJSON{ID: c.ID, Deck: c.Deck, Prompt: c.Prompt, File: c.File, Line: c.Line, Exploratory: true,
			Difficulty: item.Difficulty, KnownFirst: item.Known, Answers: item.Answers, Missed: item.Missed,
			Confused: []confusionJSON{}}
		for _, one := range item.Confused {
			line.Confused = append(line.Confused, confusionJSON(one))
		}
		if err := show.JSON(con.Out, line); err != nil {
			return err
		}
	}
	return nil
}

// confusions returns the wrong answers of reviews and quizzes, by card.
func confusions(ctx context.Context, st *store.Store) (map[string][]string, error) {
	var all stats.Confusions
	for a, err := range st.WrongAnswers(ctx) {
		if err != nil {
			return nil, err
		}
		all.Add(a.Card, wrongAnswer(a)...)
	}
	quizzes, err := st.Quizzes(ctx)
	if err != nil {
		return nil, err
	}
	for _, q := range quizzes {
		attempt, err := replayQuiz(ctx, st, q)
		if err != nil {
			return nil, err
		}
		takequiz.Confusions(attempt, all.Add)
	}
	texts := map[string][]string{}
	for _, card := range all.Cards() {
		for _, c := range all.Of(card) {
			texts[card] = append(texts[card], c.Text)
		}
	}
	return texts, nil
}
