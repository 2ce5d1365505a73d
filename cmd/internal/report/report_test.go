package report_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"
	"time"

	"kartei/cmd/internal/report"
	"kartei/cmd/internal/screentest"
	"kartei/cmd/internal/show"
	"kartei/scheduler"
	"kartei/scheduler/session"
	"kartei/scheduler/stats"
)

const today = scheduler.Day(20_789) // Wednesday, 2 December 2026

// learned is the report of somebody who learns on most days.
func learned() *report.Report {
	h, dice := stats.NewHistory(today, 365), rand.New(rand.NewPCG(1, 2))
	for ago := 300; ago >= 0; ago-- {
		if dice.IntN(6) == 0 && ago > 9 {
			continue
		}
		for range 3 + dice.IntN(30-ago/12) {
			at := (today - scheduler.Day(ago)).Midnight().Add(time.Duration(8+dice.IntN(12)) * time.Hour)
			r := stats.Review{Card: int64(1 + dice.IntN(60)), Moment: scheduler.DefaultCalendar.Moment(at), Before: scheduler.Review, Grade: scheduler.Good,
				Days: 3 + dice.IntN(40), Took: time.Duration(2+dice.IntN(20)) * time.Second, Expected: 0.9}
			if dice.IntN(9) == 0 {
				r.Grade = scheduler.Again
			}
			h.Add(r)
		}
	}
	h.End()
	r := &report.Report{Day: today, History: h, Goal: 0.9, Predicted: true}
	r.Streak, r.Best = h.Streak()
	for i := range 30 {
		n := dice.IntN(40)
		r.Ahead = append(r.Ahead, session.Forecast{Day: today + 1 + scheduler.Day(i), Left: session.Left{New: 20, Learning: dice.IntN(12), Due: n}, Mature: n / 3, Time: time.Duration(9*n) * time.Second})
	}
	for i, name := range []string{"Introduction", "Ukraine", "The south, and what is known of it", "文化と言語"} {
		r.Sections = append(r.Sections, stats.Section{Deck: "nato", Path: []string{"Title", name, "First"}, Cards: 20, Seen: 20 - 6*i, Known: 19 - 6*float64(i)})
		r.Sections = append(r.Sections, stats.Section{Deck: "nato", Path: []string{"Title", name, "Second"}, Cards: 10, Seen: 10 - 3*i, Known: 8 - 2.5*float64(i)})
	}
	r.Sections = append(r.Sections, stats.Section{Deck: "new", Cards: 12})
	r.Cards = report.Cards{New: 60, Learning: 3, Young: 40, Mature: 20, Suspended: 1}
	for i := range 63 {
		r.Cards.Stability = append(r.Cards.Stability, float64(i*i)/9)
		r.Cards.Difficulty = append(r.Cards.Difficulty, 1+float64(i%10))
		r.Cards.Recall = append(r.Cards.Recall, 1-float64(i)/120)
	}
	r.Costs = []report.Card{{ID: "a", Deck: "nato", Prompt: "Which convention rules the straits?", Lapses: 7, Answers: 31, Missed: 9, Time: 9 * time.Minute, Taken: []stats.Confusion{{Text: "Lausanne", Times: 4}}}}
	return r
}

// The report at the widths that people have: one column, and two.
func TestText(t *testing.T) {
	r := learned()
	for _, width := range []int{40, 80, 120} {
		lines := r.Text(show.Page{Width: width})
		for _, line := range lines {
			if show.Width(line) > width {
				t.Errorf("%d columns are too few for %q", width, line)
			}
		}
		screentest.Golden(t, fmt.Sprint("text-", width), strings.Join(lines, "\n"))
		painted := strings.Join(r.Text(show.Page{Width: width, Palette: show.Colour}), "\n")
		if plain := regexp.MustCompile("\x1b\\[[0-9;]*m").ReplaceAllString(painted, ""); plain != strings.Join(lines, "\n") || plain == painted {
			t.Errorf("%d columns: colour changes more than colours", width)
		}
	}
	for width := range 40 {
		r.Text(show.Page{Width: width}) // does not fail
	}
}

// A screen reader gets every figure, and nothing that is drawn.
func TestPlain(t *testing.T) {
	r := learned()
	plain := strings.Join(r.Plain(), "\n")
	if strings.ContainsAny(plain, "█▒░·▓\x1b") && strings.ContainsAny(strings.ReplaceAll(plain, " · ", ""), "█▒░·▓\x1b") {
		t.Errorf("something is drawn in\n%s", plain)
	}
	screentest.Golden(t, "plain", plain)
}

func TestJSON(t *testing.T) {
	r := learned()
	text, err := json.MarshalIndent(r.JSON(), "", " ")
	if err != nil {
		t.Fatal(err)
	}
	var j struct {
		Today    struct{ Answers int }
		Calendar []struct{ Answers int }
		Total    struct{ Answers int }
		Ahead    []struct{ Due int }
		Sections []struct{ Known float64 }
	}
	if err := json.Unmarshal(text, &j); err != nil {
		t.Fatal(err)
	}
	sum := 0
	for _, d := range j.Calendar {
		sum += d.Answers
	}
	if sum != j.Total.Answers || j.Today.Answers != r.History.Today().Answers || len(j.Ahead) != 30 || len(j.Sections) != 9 {
		t.Errorf("%d of %d answers in the calendar, %+v", sum, j.Total.Answers, j)
	}
}

// An empty history, and numbers from nowhere, fail nothing.
func TestEmpty(t *testing.T) {
	r := &report.Report{Day: today, History: stats.NewHistory(today, 1)}
	if text := strings.Join(r.Text(show.Page{Width: 80}), "\n"); !strings.Contains(text, "No answers yet: kartei review fills this page.") || strings.Contains(text, "NaN") {
		t.Error(text)
	}
}
