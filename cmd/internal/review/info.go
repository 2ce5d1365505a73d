package review

import (
	"context"
	"fmt"
	"math"
	"strings"
	"time"

	"kartei/cmd/internal/show"
	"kartei/decks/plural"
	"kartei/scheduler"
	"kartei/store"
	"kartei/store/journal"
)

// info prints all that is known of the card: its place, its memory with what
// is to be expected of it, and its history. While the card is asked that says
// nothing of earlier answers but their grades: one of them may have been right.
func (q *question) info(ctx context.Context, asking bool) error {
	p := q.Page
	about, err := q.about(ctx)
	if err != nil {
		return err
	}
	p.pairs(about)
	if q.card.Memory.Stability > 0 {
		p.blank()
		q.forecast()
	}
	if err := q.history(ctx, asking); err != nil {
		return err
	}
	p.blank()
	return nil
}

func (q *question) about(ctx context.Context) ([][2]string, error) {
	c, m := &q.card, q.card.Memory
	rows := [][2]string{{"card", c.ID}, {"place", fmt.Sprintf("%s:%d", c.File, c.Line)}}
	if len(c.Tags) > 0 {
		rows = append(rows, [2]string{"tags", strings.Join(c.Tags, " ")})
	}
	rows = append(rows, [2]string{"state", q.stateWords()})
	if m.Reps == 0 {
		return rows, nil
	}
	missed, err := q.misses(ctx)
	if err != nil {
		return nil, err
	}
	answers := fmt.Sprintf("%d since %s, never missed", m.Reps, date(m.FirstDay))
	if missed > 0 {
		answers = fmt.Sprintf("%d since %s, missed %s, %s", m.Reps, date(m.FirstDay), times(missed),
			plural.Count(int(m.Lapses), "lapse"))
	}
	rows = append(rows, [2]string{"answers", answers})
	policy := q.Policies[q.step.Card.Deck]
	if policy == nil || m.Stability == 0 {
		return rows, nil
	}
	return append(rows,
		[2]string{"stability", scheduler.FormatInterval(days(policy.Stability(m))) + " until recall falls to 90 %"},
		[2]string{"difficulty", fmt.Sprintf("%.1f of 10", m.Difficulty)},
		[2]string{"recall now", percent(policy.Recall(m, q.Now()))},
	), nil
}

// misses counts the answers to the card that were Again, since it was new; a
// lapse is one to a card in review.
func (q *question) misses(ctx context.Context) (n int, err error) {
	kinds := []journal.Kind{journal.KindGrade, journal.KindReset}
	for r, err := range q.Store.Log(ctx, store.LogQuery{Card: q.card.ID, Kinds: kinds}, q.Now()) {
		switch {
		case err != nil:
			return 0, err
		case r.Undone:
			continue
		case r.Kind == journal.KindReset:
			return n, nil
		case r.Mode == journal.ModeReview && r.Grade == scheduler.Again:
			n++
		}
	}
	return n, nil
}

func (q *question) stateWords() string {
	m := q.card.Memory
	words := [...]string{scheduler.New: "new, never answered", scheduler.Learning: "learning",
		scheduler.Review: "in review", scheduler.Relearning: "learning again"}[m.State]
	switch overdue := m.DueDay < q.Now().Day; {
	case m.State == scheduler.New:
	case overdue:
		words += ", due since " + date(m.DueDay)
	case m.State == scheduler.Review:
		words += ", due on " + date(m.DueDay)
	default:
		words += ", due " + q.clock(m.Due)
	}
	if q.card.Flag != 0 {
		words += ", flagged"
	}
	return words
}

// clock names a moment: by the time of day where that is today.
func (q *question) clock(at int64) string {
	now := q.Now().Time()
	then := time.UnixMilli(at).In(now.Location())
	if then.YearDay() == now.YearDay() && then.Year() == now.Year() {
		return "at " + then.Format("15:04")
	}
	return "on " + then.Format("2 Jan 2006 15:04")
}

// forecast draws how recall would fall without another answer; in words where
// nobody sees drawings.
func (q *question) forecast() {
	policy, m, now := q.Policies[q.step.Card.Deck], q.card.Memory, q.Now()
	if policy == nil {
		return
	}
	recall := func(ahead float64) float64 {
		then := now
		then.At += days(ahead).Milliseconds()
		then.Day += scheduler.Day(math.Floor(ahead))
		return policy.Recall(m, then)
	}
	horizon := math.Min(math.Max(math.Ceil(4*policy.Stability(m)), 7), 3650)
	if q.Plain {
		q.Page.words(0, fmt.Sprintf("Recall without another answer: tomorrow %s, in %s %s, in %s %s.",
			percent(recall(1)),
			scheduler.FormatInterval(days(horizon/2)), percent(recall(horizon/2)),
			scheduler.FormatInterval(days(horizon)), percent(recall(horizon))))
		return
	}
	q.Page.words(show.Dim, "recall without another answer")
	q.Page.print(q.Page.layout().Curve(show.Curve{
		At: recall, To: horizon, High: 1, Rows: 5, Axis: percent, Style: show.Green,
		Labels: []string{"today", date(now.Day + scheduler.Day(horizon/2)), date(now.Day + scheduler.Day(horizon))},
	}))
}

// recent is how many rows of a card's history are shown.
const recent = 8

func (q *question) history(ctx context.Context, asking bool) error {
	var rows [][2]string
	more := false
	for r, err := range q.Store.Log(ctx, store.LogQuery{Card: q.card.ID}, q.Now()) {
		if err != nil {
			return err
		}
		if r.Kind == journal.KindUndo { // said of the row that was taken back
			continue
		}
		if more = len(rows) == recent; more {
			break
		}
		if asking {
			r.Detail.Typed = ""
		}
		rows = append(rows, [2]string{r.Moment.Time().Format("2 Jan 2006 15:04"), rowWords(&r)})
	}
	if len(rows) == 0 {
		return nil
	}
	q.Page.blank()
	q.Page.pairs(rows)
	if more {
		q.Page.words(show.Dim, "… all of it: kartei cards show "+q.card.ID)
	}
	return nil
}

// rowWords says what a row of the log did.
func rowWords(r *journal.Row) string {
	words := Act(r)
	switch placed := r.Detail.Placed; {
	case r.Kind == journal.KindGrade:
		words += gradeWords(r)
	case r.Kind == journal.KindPlace && placed != nil && placed.State != scheduler.New:
		words += ", due " + date(placed.DueDay)
	}
	if r.Undone {
		words += " (taken back)"
	}
	return words
}

// gradeWords says more of a grade: how it was asked where that is known, which
// it is not of answers given in another program.
func gradeWords(r *journal.Row) string {
	words := ""
	if r.Days > 0 {
		words += ", for " + plural.Count(r.Days, "day")
	}
	how := r.Detail.Format
	if r.Duration > 0 {
		how += fmt.Sprintf(" in %.0f s", r.Duration.Seconds())
	}
	if how = strings.TrimSpace(how); how != "" {
		words += ", " + how
	}
	if r.Mode == journal.ModeCram {
		words += ", cramming"
	}
	if r.Detail.Typed != "" {
		words += ": " + r.Detail.Typed
	}
	return words
}

func days(n float64) time.Duration { return time.Duration(n * 24 * float64(time.Hour)) }

func date(d scheduler.Day) string { return d.Midnight().Format("2 Jan 2006") }

func percent(share float64) string { return fmt.Sprintf("%.0f %%", 100*share) }

func times(n int) string {
	switch n {
	case 0:
		return "never"
	case 1:
		return "once"
	case 2:
		return "twice"
	}
	return fmt.Sprintf("%d times", n)
}
