package cli

import (
	"context"
	"fmt"
	"os"
	"path"
	"slices"
	"strings"
	"time"

	"kartei/cmd/internal/clock"
	"kartei/cmd/internal/console"
	"kartei/cmd/internal/deckfolder"
	"kartei/cmd/internal/review"
	"kartei/cmd/internal/show"
	"kartei/decks/library"
	"kartei/decks/plural"
	"kartei/scheduler"
	"kartei/scheduler/session"
	"kartei/store"
	"kartei/store/queue"
)

// forecastDays is how many days it looks ahead.
const forecastDays = 6

// runToday prints today and, to a person at a terminal, offers to start.
func runToday(ctx context.Context, e *env, asJSON bool) error {
	return withExchanged(ctx, e, func(st *store.Store) error {
		status, err := st.Status(ctx, e.Moment(), forecastDays)
		if err != nil {
			return err
		}
		if asJSON {
			return show.JSON(e.Out, newStatusJSON(e.Clock, status))
		}
		if err := sayFuture(ctx, e.Console, e.Clock, st); err != nil {
			return err
		}
		rows, err := withFolders(ctx, st, e.Moment(), status.Decks)
		if err != nil {
			return err
		}
		week, err := offerWeek(ctx, st, status)
		if err != nil {
			return err
		}
		menu := e.AtTerminal() && startable(status) // which has the decks as its rows
		if err := printToday(e.Console, e.Clock, status, rows, week, menu); err != nil || !menu {
			return err
		}
		return startMenu(ctx, e, st, rows)
	})
}

// The JSON of `kartei --json`. Decks count the decks below them, too; new,
// learning and due beside it are what a session of all decks would ask.
type statusJSON struct {
	Now           string `json:"now"`
	Day           string `json:"day"`
	ReviewedToday int    `json:"reviewed_today"`
	leftJSON
	From     string           `json:"from,omitempty"` // until then nothing is asked
	Decks    []deckStatusJSON `json:"decks"`
	Forecast []forecastJSON   `json:"forecast,omitempty"` // tomorrow, the day after, …
}

type leftJSON struct {
	New      int `json:"new"`
	Learning int `json:"learning"`
	Due      int `json:"due"`
}

type deckStatusJSON struct {
	Name  string `json:"name"`
	Title string `json:"title"`
	Cards int    `json:"cards"`
	leftJSON
	Suspended int `json:"suspended"`
	Retired   int `json:"retired"`
}

type forecastJSON struct {
	Day string `json:"day"`
	leftJSON
}

func newStatusJSON(clk *clock.Clock, s queue.Status) statusJSON {
	j := statusJSON{Now: clk.Now().Format(time.RFC3339), Day: s.Day.String(), ReviewedToday: s.Reviewed,
		leftJSON: leftJSON(s.All.Left), Decks: []deckStatusJSON{}}
	if s.All.From > 0 {
		j.From = time.UnixMilli(s.All.From).In(clk.Now().Location()).Format(time.RFC3339)
	}
	for _, d := range s.Decks {
		j.Decks = append(j.Decks, deckStatusJSON{d.Name, d.Title, d.Cards, leftJSON(d.Left), d.Suspended, d.Retired})
	}
	for _, f := range s.Forecast {
		j.Forecast = append(j.Forecast, forecastJSON{f.Day.String(), leftJSON(f.Left)})
	}
	return j
}

// startable reports whether a card could be asked now.
func startable(s queue.Status) bool { return s.All.Total() > 0 && s.All.From == 0 }

func printToday(
	con *console.Console, clk *clock.Clock, s queue.Status, rows []queue.DeckStatus, week string, menu bool,
) error {
	p := con.Palette()
	fmt.Fprintf(con.Out, "%s\n\n", p.Paint(show.Bold, todayHeading(clk, s.Day)))
	if !menu {
		if err := printDecks(con, rows); err != nil {
			return err
		}
		fmt.Fprintln(con.Out)
	}
	for _, text := range []string{done(s), doneDecks(rows, menu), waitingLine(clk, s), forecast(s, clk.Moment()), week} {
		if text == "" {
			continue
		}
		for _, line := range (show.Page{Width: con.Width(), Palette: p}).Text(0, text) {
			fmt.Fprintln(con.Out, line)
		}
	}
	if startable(s) && !con.AtTerminal() {
		con.Say("kartei review starts; kartei --help shows what else there is")
	}
	return nil
}

// todayHeading names the study day. After midnight it is still that of the evening.
func todayHeading(clk *clock.Clock, day scheduler.Day) string {
	now := clk.Moment()
	text := day.Midnight().Format("Monday, 2 January 2006")
	if now.Time().Day() != day.Midnight().Day() {
		text += time.UnixMilli(clk.Calendar.Ends(now)).In(now.Time().Location()).Format(" (until 15:04)")
	}
	return text
}

// doneDecks names the decks that have nothing more today, which a menu does not show.
func doneDecks(rows []queue.DeckStatus, menu bool) string {
	var names []string
	for _, d := range rows {
		if d.Total() == 0 {
			names = append(names, d.Name)
		}
	}
	if !menu || len(names) == 0 {
		return ""
	}
	return "Done for today: " + show.SomeOf(names) + "."
}

func done(s queue.Status) string {
	line := "Nothing reviewed yet today."
	if s.Reviewed > 0 {
		line = fmt.Sprintf("%s today.", plural.Count(s.Reviewed, "answer"))
	}
	if s.Streak > 1 {
		line += fmt.Sprintf(" %d days in a row.", s.Streak)
	}
	return line
}

// waitingLine says when the rest of the day may be asked, if that is not now.
func waitingLine(clk *clock.Clock, s queue.Status) string {
	if s.All.From == 0 {
		return ""
	}
	at := time.UnixMilli(s.All.From).In(clk.Now().Location()).Format("15:04")
	return fmt.Sprintf("Asked again from %s on: %s.", at, plural.Count(s.All.Total(), "card"))
}

// met reports whether a day brings a card that was answered before.
func met(f session.Forecast) bool { return f.Learning+f.Due > 0 }

// offerWeek says, to who has not begun, what comes with the program and takes a week.
func offerWeek(ctx context.Context, st *store.Store, s queue.Status) (string, error) {
	if s.Reviewed > 0 || s.Streak > 0 || slices.ContainsFunc(s.Forecast, met) {
		return "", nil
	}
	all, err := st.Decks(ctx)
	if err != nil {
		return "", err
	}
	for _, lang := range []string{language(os.Getenv), "en"} {
		for _, d := range all {
			if d.Root == deckfolder.BuiltIn && d.Live() && d.Lang == lang && path.Base(d.Name) == library.Core {
				return fmt.Sprintf("A week? kartei review %s asks what matters most.", d.Name), nil
			}
		}
	}
	return "", nil
}

// forecast says what the next days will bring. Who met no card yet is told
// nothing: new ones come every day.
func forecast(s queue.Status, now scheduler.Moment) string {
	if !slices.ContainsFunc(s.Forecast, met) {
		return ""
	}
	var next string
	var then []string
	for i, f := range s.Forecast {
		midnight := f.Day.Midnight()
		switch {
		case i > 0:
			then = append(then, fmt.Sprintf("%s %d", midnight.Format("Mon"), f.Total()))
		case f.Total() == 0:
			next = "nothing"
		default:
			next = review.Counts(f.Left, ", ")
		}
	}
	day := "tomorrow"
	if first := s.Forecast[0].Day.Midnight(); first.Day() == now.Time().Day() {
		day = first.Format("Monday") // which has begun
	}
	if len(then) == 0 { // very many cards wait
		return fmt.Sprintf("Planned by now: %s %s.", day, next)
	}
	return fmt.Sprintf("Planned by now: %s %s; then %s.", day, next, strings.Join(then, ", "))
}
