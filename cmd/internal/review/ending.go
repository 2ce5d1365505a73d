package review

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"kartei/cmd/internal/ask"
	"kartei/cmd/internal/show"
	"kartei/decks/plural"
	"kartei/scheduler"
	"kartei/scheduler/session"
	"kartei/store/queue"
)

// end says that the session is over and what it came to. The learner may still
// take the last answer back; then the session goes on.
func (r *Run) end(ctx context.Context, step session.Step) error {
	rest, err := r.Store.Rest(ctx, r.Decks, r.Only, r.Now())
	if err != nil {
		return err
	}
	r.finish(step, rest)
	r.sum(ctx, rest)
	for r.Session.Summary().Answers > 0 {
		r.Page.blank()
		m := ask.Menu{
			Items: []ask.Item{{Label: "Leave", Detail: r.Keys.of(Undo) + " undoes an answer", Keys: r.Keys.show()}},
			Leave: r.Keys.leave(Undo, Quit),
		}
		if r.Plain { // which does not print a single item
			m.Label = "an empty line leaves, " + m.Items[0].Detail
		}
		_, err := r.Ask.Menu(ctx, m)
		switch {
		case err == nil, errors.Is(err, ask.ErrQuit), errors.Is(err, ask.Command(Quit)):
			return errDone
		case !errors.Is(err, ask.Command(Undo)):
			return err
		}
		if err := r.undo(ctx); err != nil {
			return err
		}
	}
	return errDone
}

// finish says why the session ends. Only where nothing is left is the day done.
func (r *Run) finish(step session.Step, rest queue.Rest) {
	p, answers := r.Page, r.Session.Summary().Answers
	r.say()
	p.words(show.Bold, r.ending(step, rest, answers > 0))
	if r.elsewhere > 0 {
		p.words(0, fmt.Sprintf("Asked elsewhere meanwhile: %s.", plural.Count(r.elsewhere, "card")))
	}
}

func (r *Run) ending(step session.Step, rest queue.Rest, answered bool) string {
	switch {
	case step.Kind == session.Wait:
		left := r.Session.Left().Total()
		return fmt.Sprintf("Done for now: %s %s back from %s on.", plural.Count(left, "card"),
			verb(left, "comes", "come"), hour(step.Due, r.Now()))
	case step.Reason == session.TimeUp:
		return "Time is up."
	case step.Reason == session.NewDay:
		return "A new study day has begun: start again for today's cards."
	case step.Reason == session.Enough && (r.Session.Cram() || rest.Total() > 0):
		return "That was as many as you asked for."
	case r.Session.Cram():
		return "That was all there is to cram."
	case r.elsewhere > 0 && !answered:
		return "Another session is asking these cards."
	case rest.Total() > 0:
		return "That was all that you asked for."
	case !answered:
		return "There is nothing to review now."
	case rest.Others > 0:
		return "Done for today with these."
	}
	return "Done for today."
}

// verb is the form of a verb that goes with a number.
func verb(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

// hour is a time of the day.
func hour(at int64, now scheduler.Moment) string {
	return time.UnixMilli(at).In(now.Time().Location()).Format("15:04")
}

// leave says what was done so far, and how to go on.
func (r *Run) leave(ctx context.Context) error {
	rest, err := r.Store.Rest(ctx, r.Decks, r.Only, r.Now())
	if err != nil {
		return err
	}
	p := r.Page
	if r.Plain { // a "?" stands above
		p.blank()
	}
	r.say()
	kept := "Everything that you answered is kept."
	if r.Unrecorded {
		kept = "Nothing of it is kept, as nothing could be recorded."
	}
	p.words(show.Bold, "Until next time. "+kept)
	if r.Session.Summary().Answers == 0 {
		p.words(0, "Nothing was answered.")
	}
	r.sum(ctx, rest)
	return nil
}

// say prints what was to be said above whatever comes next.
func (r *Run) say() {
	r.sayAfter()
	for _, f := range r.notices {
		r.Page.note(show.Magenta, f)
	}
	r.notices = nil
}

// sum prints the session's figures and what was missed, and what comes next.
func (r *Run) sum(ctx context.Context, rest queue.Rest) {
	p, now := r.Page, r.Now()
	sum := r.Session.Summary()
	if sum.Answers > 0 {
		p.words(0, r.result(ctx, sum))
	}
	r.missed(ctx, sum.Missed)
	switch left := rest.Total(); {
	case r.Session.Cram():
		p.words(0, "The schedule is as it was.")
	case left > 0 && rest.From > 0:
		p.words(0, fmt.Sprintf("%s left: the next review goes on from %s.", plural.Count(left, "card"),
			hour(rest.From, now)))
	case left > 0:
		p.words(0, fmt.Sprintf("%s left: the next review goes on from here.", plural.Count(left, "card")))
	default:
		p.words(0, r.when(rest, now))
		if rest.Others > 0 {
			p.words(0, fmt.Sprintf("The other decks have %s for today.", plural.Count(rest.Others, "card")))
		}
	}
}

// result says in a line what the session came to, and how the run stands.
func (r *Run) result(ctx context.Context, sum session.Summary) string {
	line := plural.Count(sum.Cards, "card")
	if sum.Answers != sum.Cards {
		line += ", " + plural.Count(sum.Answers, "answer")
	}
	if sum.Time >= time.Second {
		line += ", " + show.Minutes(sum.Time)
	}
	line += fmt.Sprintf(", %s right", show.Percent(float64(sum.Correct)/float64(sum.Answers)))
	if r.Unrecorded || r.Session.Cram() {
		return line + "."
	}
	run, err := r.Store.Run(ctx, r.Now().Day, week)
	if err != nil || run.Streak < 2 {
		return line + "." // what was learned is told without it
	}
	line += fmt.Sprintf(" · streak %d", run.Streak)
	if r.Plain {
		return line + fmt.Sprintf(". Answers of the last %d days: %s.", week,
			strings.Trim(strings.ReplaceAll(fmt.Sprint(run.Days), " ", ", "), "[]"))
	}
	days := make([]float64, week)
	for i, n := range run.Days {
		days[i] = float64(n)
	}
	return line + " · " + strings.ReplaceAll(show.Sparkline(days), " ", "·")
}

// week is how many days the line at the end looks back on.
const week = 7

// listed is how many missed cards are listed.
const listed = 10

// missed lists the cards that were missed, with their answers: a last look.
func (r *Run) missed(ctx context.Context, cards []string) {
	if len(cards) == 0 {
		return
	}
	p := r.Page
	p.words(0, fmt.Sprintf("Missed at least once: %s.", plural.Count(len(cards), "card")))
	for _, id := range cards[:min(len(cards), listed)] {
		card, err := r.Store.Card(ctx, id)
		if err != nil {
			continue // gone since
		}
		answer := strings.ReplaceAll(card.AnswerText(), "\n", "; ")
		p.beside(show.Red, p.mark(missed), 0, brief(card.Prompt)+" — "+brief(answer))
	}
	if more := len(cards) - listed; more > 0 {
		p.words(show.Dim, fmt.Sprintf("… and %d more: kartei log lists them", more))
	}
}

// brief is a card's text on a line or two.
func brief(text string) string { return show.Cut(show.Inline(text), 160) }

// when says when to come back, and for what.
func (r *Run) when(rest queue.Rest, now scheduler.Moment) string {
	tomorrow := rest.Tomorrow
	switch {
	case tomorrow.Total() > 0:
		return fmt.Sprintf("Come back %s: %s.", r.dayWords(tomorrow.Day, now), Counts(tomorrow.Left, ", "))
	case rest.Next != 0:
		return "Come back " + r.dayWords(rest.Next, now) + "."
	}
	return "Nothing else is planned."
}

// dayWords names a day after today. After midnight, when the study day is still
// that of yesterday, "tomorrow" would be said of a day that has begun.
func (r *Run) dayWords(day scheduler.Day, now scheduler.Moment) string {
	midnight := day.Midnight()
	switch wall := now.Time(); {
	case wall.Day() == midnight.Day() && wall.Month() == midnight.Month() && wall.Year() == midnight.Year():
		return "today, after " + hour(r.Store.Calendar().Ends(now), now)
	case day == now.Day+1:
		return "tomorrow"
	}
	return "on " + midnight.Format("Monday, 2 January")
}

// Counts writes the counts of cards that are not 0.
func Counts(left session.Left, between string) string {
	var parts []string
	for _, p := range []struct {
		name string
		n    int
	}{{"due", left.Due}, {"learning", left.Learning}, {"new", left.New}} {
		if p.n > 0 {
			parts = append(parts, fmt.Sprintf("%s %d", p.name, p.n))
		}
	}
	return strings.Join(parts, between)
}
