package report

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"kartei/cmd/internal/show"
	"kartei/decks/plural"
	"kartei/scheduler"
	"kartei/scheduler/session"
	"kartei/scheduler/stats"
)

// A Figure is a part of a report.
type Figure struct {
	Title    string
	Words    []string // sentences before the table
	Columns  []string // of the cells; the label has none
	Details  []int    // columns that are left out where there is no room for them and bars
	Rows     []Row
	Shades   []string // what the parts of the bars are
	Calendar *Calendar
	After    []string // sentences after it
}

// A Row is a line of a table, with a bar.
type Row struct {
	Label string
	Cells []string
	Bar   []float64 // parts; none: no bar
	Whole float64   // what the full width stands for; 0: the longest of the figure
}

// A Calendar has the answers of each day up to the last.
type Calendar struct {
	Last scheduler.Day
	Days []stats.Work
}

// figures are the parts of the report in which there is something to see.
func (r *Report) figures() []Figure {
	all := []Figure{
		r.calendar(), r.ahead(), r.retention(), r.sections(), r.cards(),
		histogram("Stability in days", stability, r.Cards.Stability),
		histogram("Difficulty, 1 to 10", difficulty, r.Cards.Difficulty),
		histogram("Recall today", recall, r.Cards.Recall), r.buttons(), r.hours(), costs("Leeches", r.Leeches),
		costs("Took longest", r.Costs),
	}
	return slices.DeleteFunc(all, func(f Figure) bool { return len(f.Rows) == 0 && len(f.Words) == 0 && f.Calendar == nil })
}

// heading says what the report is about.
func (r *Report) heading() string {
	of := "All decks"
	if len(r.Decks) > 0 {
		of = strings.Join(r.Decks, ", ")
	}
	return of + " · " + r.Day.Midnight().Format("2 January 2006")
}

// summary is today and the run.
func (r *Report) summary() []string {
	run := fmt.Sprintf("Streak %d", r.Streak)
	if r.Best > r.Streak {
		run += fmt.Sprintf(" (best %d)", r.Best)
	}
	words := []string{run + fmt.Sprintf(" · learned on %d of 30 days", r.History.Learned(30))}
	today := "Nothing answered yet today."
	if w := r.History.Today(); w.Answers > 0 {
		today = "Today " + work(w) + "."
	}
	words = append(words, today)
	if r.History.Total.Answers == 0 {
		return append(words, "No answers yet: kartei review fills this page.")
	}
	return words
}

// work says what answers came to, as the end of a session does.
func work(w stats.Work) string {
	text := fmt.Sprintf("%s · %s right", show.Number(w.Answers, "answer"),
		show.Percent(float64(w.Right)/float64(max(w.Answers, 1))))
	if w.Time >= time.Second {
		text += " · " + show.Minutes(w.Time)
	}
	return text
}

func (r *Report) calendar() Figure {
	span := r.History.Span()
	if span.Answers == 0 {
		return Figure{}
	}
	f := Figure{Title: "Answers a day", Calendar: &Calendar{Last: r.Day, Days: r.History.Days}}
	f.After = []string{fmt.Sprintf("%s in %s; an answer takes %.1f s, in the middle.", work(span),
		plural.Count(len(r.History.Days), "day"), r.History.Typical().Seconds())}
	return f
}

func (r *Report) ahead() Figure {
	last := len(r.Ahead)
	for last > 0 && r.Ahead[last-1].Learning+r.Ahead[last-1].Due == 0 {
		last--
	}
	if last == 0 {
		return Figure{}
	}
	f := Figure{Title: "What comes, as planned by now",
		Columns: []string{"reviews", "learning", "young", "mature", "new", "min"},
		Details: []int{1, 2, 3}, Shades: []string{"learning", "young", "mature"}}
	for _, a := range r.Ahead[:last] {
		young, mature := show.Thousands(a.Due-max(a.Mature, 0)), show.Thousands(max(a.Mature, 0))
		if a.Mature < 0 {
			young, mature = "–", "–"
		}
		f.Rows = append(f.Rows, Row{
			Label: a.Day.Midnight().Format("Mon _2 Jan"),
			Cells: []string{show.Thousands(a.Learning + a.Due), show.Thousands(a.Learning), young, mature,
				show.Thousands(a.New), minutesCell(a.Time)},
			Bar: []float64{float64(a.Learning), float64(a.Due - max(a.Mature, 0)), float64(max(a.Mature, 0))},
		})
	}
	if slices.ContainsFunc(r.Ahead, func(a session.Forecast) bool { return a.Mature < 0 }) {
		f.Shades = []string{"learning", "young or mature", ""}
		f.After = append(f.After, "Very many cards wait: young and mature are not told apart. kartei plan shows a way out.")
	}
	return f
}

func minutesCell(d time.Duration) string {
	if d == 0 {
		return "–"
	}
	return fmt.Sprintf("%.0f", max(1, d.Round(time.Minute).Minutes()))
}

func (r *Report) retention() Figure {
	f := Figure{Title: "Recall at the first answer of a day", Columns: []string{"young", "mature"}}
	some := false
	for _, w := range r.History.Windows {
		young, mature := w.Share(stats.Young), w.Share(stats.Mature)
		some = some || young.Of+mature.Of > 0
		label, ok := map[int]string{1: "today", 365: "year"}[w.Days]
		if !ok {
			label = fmt.Sprintf("%d days", w.Days)
		}
		f.Rows = append(f.Rows, Row{Label: label, Cells: []string{share(young), share(mature)}})
	}
	if !some {
		return Figure{}
	}
	says := fmt.Sprintf("Mature cards waited for %d days or longer.", scheduler.Mature)
	if r.Goal > 0 {
		says += fmt.Sprintf(" Asked for is %s.", show.Percent(r.Goal))
	}
	f.After = append(f.After, says, r.calibration())
	return f
}

// fewAnswers are too few for a share to be said without its range.
const fewAnswers = 100

// share is a share in per cent, with its range where there are few.
func share(s stats.Share) string {
	switch {
	case s.Of == 0:
		return "–"
	case s.Of < fewAnswers:
		return fmt.Sprintf("%s (%.0f–%.0f)", show.Percent(float64(s.Part)/float64(s.Of)), 100*s.Low, 100*s.High)
	}
	return show.Percent(float64(s.Part) / float64(s.Of))
}

// calibration says what 90 % has meant.
func (r *Report) calibration() string {
	s := r.History.Sure
	switch {
	case r.Needed > 0:
		return fmt.Sprintf("How far Kartei's forecasts hold is said after %s more on later days.",
			show.Number(r.Needed, "answer"))
	case s.Of < fewAnswers:
		return fmt.Sprintf("How far a forecast of 90 %% holds is said after %s more of which it was made.",
			show.Number(fewAnswers-s.Of, "answer"))
	}
	return fmt.Sprintf("When Kartei said %s, you knew %.0f to %.0f %% (%s).", show.Percent(s.Expected), 100*s.Low,
		100*s.High, show.Number(s.Of, "answer"))
}

func (r *Report) sections() Figure {
	f := Figure{Title: "What you know today", Columns: []string{"seen", "known"},
		Shades: []string{"known", "seen", "unseen"}}
	all := stats.WithoutTitles(r.Sections)
	seen := map[string]int{} // by deck
	for _, s := range all {
		seen[s.Deck] += s.Seen
	}
	some := false
	for _, s := range stats.Chapters(all, func(deck string) bool { return seen[deck] > 0 }) {
		some = some || s.Seen > 0
		f.Rows = append(f.Rows, sectionRow(s, len(r.Decks) != 1))
	}
	if !some {
		return Figure{}
	}
	var weak []string
	for _, s := range stats.Weakest(all, 3) {
		weak = append(weak, fmt.Sprintf("%s (%s)", sectionName(s, len(r.Decks) != 1), show.Percent(s.Recall())))
	}
	if len(weak) > 0 {
		f.After = append(f.After, "Weakest: "+strings.Join(weak, "; ")+".")
	}
	f.After = append(f.After, r.knownBy())
	return f
}

// knownBy says where the recall comes from.
func (r *Report) knownBy() string {
	if r.Predicted {
		return "Known is the share of what you have seen that you would recall now, foretold from all your answers."
	}
	return fmt.Sprintf("Known is the share of what you have seen that you would recall now, by the memory model; your own habits count after %s more on later days.", show.Number(r.Needed, "answer"))
}

func sectionRow(s stats.Section, withDeck bool) Row {
	cards := float64(max(s.Cards, 1))
	row := Row{Label: sectionName(s, withDeck), Cells: []string{show.Percent(float64(s.Seen) / cards), "–"}, Whole: 1}
	if s.Seen > 0 {
		row.Cells[1] = show.Percent(s.Recall())
	}
	row.Bar = []float64{s.Known / cards, (float64(s.Seen) - s.Known) / cards, float64(s.Cards-s.Seen) / cards}
	return row
}

func sectionName(s stats.Section, withDeck bool) string {
	path := s.Path
	if withDeck || len(path) == 0 {
		path = append([]string{s.Deck}, path...)
	}
	return strings.Join(path, " › ")
}

func (r *Report) cards() Figure {
	f := Figure{Title: "Cards", Columns: []string{"cards"}}
	for _, of := range []struct {
		name string
		n    int
	}{{"new", r.Cards.New}, {"learning", r.Cards.Learning}, {"young", r.Cards.Young}, {"mature", r.Cards.Mature}} {
		f.Rows = append(f.Rows, Row{Label: of.name, Cells: []string{show.Thousands(of.n)},
			Bar: []float64{float64(of.n)}})
	}
	if r.Cards.Suspended > 0 {
		f.After = append(f.After, fmt.Sprintf("Of these, %s suspended.", are(r.Cards.Suspended)))
	}
	if len(r.Cards.Stability) == 0 {
		return Figure{}
	}
	return f
}

func are(n int) string {
	if n == 1 {
		return "1 is"
	}
	return show.Thousands(n) + " are"
}

// A scale is what a histogram is of.
type scale struct {
	bounds stats.Scale
	labels []string
}

var (
	stability = scale{stats.Scale{1, 7, 21, 90, 365},
		[]string{"under 1", "1 to 7", "7 to 21", "21 to 90", "90 to 365", "over 365"}}
	difficulty = scale{stats.Scale{2, 3, 4, 5, 6, 7, 8, 9},
		[]string{"1", "2", "3", "4", "5", "6", "7", "8", "9 to 10"}}
	recall = scale{stats.Scale{0.5, 0.7, 0.8, 0.85, 0.9, 0.95},
		[]string{"under 50 %", "50 to 70 %", "70 to 80 %", "80 to 85 %", "85 to 90 %", "90 to 95 %", "over 95 %"}}
)

func histogram(title string, s scale, values []float64) Figure {
	f := Figure{Title: title, Columns: []string{"cards"}}
	if len(values) == 0 {
		return Figure{}
	}
	for i, n := range s.bounds.Count(values) {
		f.Rows = append(f.Rows, Row{Label: s.labels[i], Cells: []string{show.Thousands(n)}, Bar: []float64{float64(n)}})
	}
	return f
}

func (r *Report) buttons() Figure {
	f := Figure{Title: "Answer buttons", Columns: []string{"begun", "young", "mature"}}
	var of [stats.Ages]int
	total := 0
	for age, grades := range r.History.Buttons {
		for _, n := range grades {
			of[age] += n
			total += n
		}
	}
	if total == 0 {
		return Figure{}
	}
	for g, name := range []string{"Again", "Hard", "Good", "Easy"} {
		row, sum := Row{Label: name}, 0
		for age, grades := range r.History.Buttons {
			cell := "–"
			if of[age] > 0 {
				cell = show.Percent(float64(grades[g]) / float64(of[age]))
			}
			row.Cells = append(row.Cells, cell)
			sum += grades[g]
		}
		row.Bar = []float64{float64(sum)}
		f.Rows = append(f.Rows, row)
	}
	return f
}

func (r *Report) hours() Figure {
	f := Figure{Title: "Hours of the day", Columns: []string{"answers", "right"}}
	for hour, w := range r.History.Hours {
		if w.Answers > 0 {
			f.Rows = append(f.Rows, Row{Label: fmt.Sprintf("%02d:00", hour),
				Cells: []string{show.Thousands(w.Answers), share(stats.ShareOf(w.Right, w.Answers))},
				Bar:   []float64{float64(w.Answers)}})
		}
	}
	return f
}

func costs(title string, cards []Card) Figure {
	f := Figure{Title: title, Columns: []string{"min", "missed", "lapses"}}
	for _, c := range cards {
		f.Rows = append(f.Rows, Row{Label: c.Prompt,
			Cells: []string{fmt.Sprintf("%.1f", c.Time.Minutes()), fmt.Sprintf("%d of %d", c.Missed, c.Answers),
				fmt.Sprint(c.Lapses)}})
		if len(c.Taken) > 0 {
			var taken []string
			for _, t := range c.Taken {
				taken = append(taken, fmt.Sprintf("%s (%d ×)", show.Inline(t.Text), t.Times))
			}
			f.After = append(f.After, show.Cut(c.Prompt, 60)+" is taken for "+strings.Join(taken, ", ")+".")
		}
	}
	return f
}
