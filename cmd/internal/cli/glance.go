package cli

import (
	"context"
	"fmt"
	"time"

	"kartei/cmd/internal/show"
	"kartei/decks/noun"
	"kartei/store"
)

// forecastDays is how many days the glance looks ahead.
const forecastDays = 7

// runGlance prints today and, to a person at a terminal, offers to start.
func runGlance(ctx context.Context, e *env, asJSON bool) error {
	return e.withFresh(ctx, func(st *store.Store) error {
		status, err := st.Status(ctx, e.moment(), forecastDays)
		if err != nil {
			return err
		}
		if asJSON {
			return show.JSON(e.out, e.statusJSON(status))
		}
		if err := e.sayFuture(ctx, st); err != nil {
			return err
		}
		if err := e.printGlance(status); err != nil {
			return err
		}
		if !e.atTerminal() || waiting(status) == 0 {
			return nil
		}
		return offer(ctx, e, st, status)
	})
}

// The JSON of `kartei --json`. Decks count the decks below them, too; new,
// learning and due beside it are what a session of all decks would ask.
type statusJSON struct {
	Now           string           `json:"now"`
	Day           string           `json:"day"`
	ReviewedToday int              `json:"reviewed_today"`
	New           int              `json:"new"`
	Learning      int              `json:"learning"`
	Due           int              `json:"due"`
	Decks         []deckStatusJSON `json:"decks"`
}

type deckStatusJSON struct {
	Name      string `json:"name"`
	Title     string `json:"title"`
	Cards     int    `json:"cards"`
	New       int    `json:"new"`
	Learning  int    `json:"learning"`
	Due       int    `json:"due"`
	Suspended int    `json:"suspended"`
	Retired   int    `json:"retired"`
}

func (e *env) statusJSON(s store.Status) statusJSON {
	j := statusJSON{Now: e.now().Format(time.RFC3339), Day: s.Day.String(), ReviewedToday: s.Reviewed,
		New: s.All.New, Learning: s.All.Learning, Due: s.All.Due, Decks: []deckStatusJSON{}}
	for _, d := range s.Decks {
		j.Decks = append(j.Decks, deckStatusJSON{d.Name, d.Title, d.Cards, d.New, d.Learning, d.Due, d.Suspended, d.Retired})
	}
	return j
}

// waiting is how many cards could be asked now.
func waiting(s store.Status) int { return s.All.New + s.All.Learning + s.All.Due }

func (e *env) printGlance(s store.Status) error {
	p := e.palette()
	fmt.Fprintf(e.out, "%s\n\n", p.Paint(show.Bold, e.now().Format("Monday, 2 January 2006")))
	if err := e.printDecks(s); err != nil {
		return err
	}
	fmt.Fprintf(e.out, "\n%s\n", done(s))
	if ahead := forecast(s); ahead != "" {
		fmt.Fprintln(e.out, ahead)
	}
	if waiting(s) > 0 && !e.atTerminal() {
		e.say("kartei review starts; kartei --help shows what else there is")
	}
	return nil
}

func done(s store.Status) string {
	line := "Nothing reviewed yet today."
	if s.Reviewed > 0 {
		line = fmt.Sprintf("%s today.", noun.Count(s.Reviewed, "answer"))
	}
	if s.Streak > 1 {
		line += fmt.Sprintf(" %d days in a row.", s.Streak)
	}
	return line
}

// forecast says how many reviews the next days will bring.
func forecast(s store.Status) string {
	total := 0
	line := "Reviews ahead:"
	for i, n := range s.Forecast[1:] {
		total += n
		day := (s.Day + 1).Midnight().AddDate(0, 0, i)
		line += fmt.Sprintf("  %s %d", day.Format("Mon"), n)
	}
	if total == 0 {
		return ""
	}
	return line
}
