package review

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"kartei/cmd/internal/ask"
	"kartei/cmd/internal/show"
	"kartei/decks"
	"kartei/decks/answer"
	"kartei/scheduler"
	"kartei/scheduler/session"
	"kartei/store"
	"kartei/store/journal"
)

// A question is one card being asked.
type question struct {
	*Run
	step       session.Step
	card       store.Card
	began      time.Time
	formatName string // the way's name
	types      bool   // the answer is typed
	hint       bool   // it was asked for
	given      response
}

// A response is what the learner answered, before the grade.
type response struct {
	typed   string
	options []string // as shown
	chosen  []int    // of options
	right   *bool    // nil: the learner judges alone
	rule    answer.Rule
}

func (r *response) judge(right bool) { r.right = &right }

// pose asks the card, shows the answer and records the grade.
func (q *question) pose(ctx context.Context) error {
	format, err := q.chooseFormat(ctx)
	if err != nil {
		return err
	}
	q.formatName = format.name()
	_, q.types = format.(interface{ types() })
	q.head()
	if err := q.planDay(ctx); err != nil {
		return err
	}
	for {
		given, err := format.ask(ctx, q)
		if err == nil {
			q.given = given
			break
		}
		if err := q.handle(ctx, err, format); err != nil {
			return err
		}
	}
	format.reveal(q)
	q.answer()
	for {
		g, err := q.grade(ctx)
		if err == nil {
			err = q.record(ctx, g)
		}
		if err == nil {
			return nil
		}
		if err := q.handle(ctx, err, nil); err != nil {
			return err
		}
	}
}

// head prints what stands above a question, and the question.
func (q *question) head() {
	p := q.Page
	q.say()
	q.status()
	place := append([]string{q.card.Deck}, q.card.Section...)
	p.line(show.Blue, "%s", strings.Join(place, " › "))
	if q.card.Changed() {
		p.words(show.Magenta, "Edited since you last saw it.")
	}
	p.blank()
	q.printPrompt()
}

// printPrompt prints what is asked, and which keys show more of it.
func (q *question) printPrompt() {
	q.text(q.card.Prompt)
	if q.card.Hint != "" {
		q.Page.words(show.Dim, q.keyFor(Hint)+" shows a hint")
	}
	q.Page.blank()
	if words := q.wanted(); words != "" {
		q.Page.note(show.Dim, words)
	}
}

// wanted says what a question asks for that does not say so itself: a bare
// term, its bare definition, or the name of a set.
func (q *question) wanted() string {
	switch c := &q.card; {
	case c.Kind == decks.Set:
		return fmt.Sprintf("%d to name", len(c.Items))
	case c.Kind != decks.Recall || strings.HasSuffix(c.Prompt, "?"):
		return ""
	case c.Name == "forward", strings.HasSuffix(c.Name, "-forward"):
		return "What does it mean?"
	case c.Name == "reverse", strings.HasSuffix(c.Name, "-reverse"):
		return "Which term is this?"
	}
	return ""
}

// keyFor says how to give a command while the question stands: where letters
// are typed, with something before it.
func (q *question) keyFor(c ask.Command) string {
	switch key := q.Keys.of(c); {
	case !q.types:
		return key
	case q.Plain:
		return ":" + key
	default:
		return "esc, then " + key + ","
	}
}

// answer prints what belongs to every answer: note and source.
func (q *question) answer() {
	p := q.Page
	if q.card.Note != "" {
		p.blank()
		q.text(q.card.Note)
	}
	var about []string
	if q.card.AsOf != "" {
		about = append(about, "as of "+q.card.AsOf)
	}
	if q.card.Source != "" {
		about = append(about, q.card.Source)
	}
	if len(about) > 0 {
		p.words(show.Dim, "— "+strings.Join(about, ", "))
	}
	p.blank()
}

// grade asks how well the answer was known; what it proposes is one key away,
// and so is every other grade.
func (q *question) grade(ctx context.Context) (scheduler.Grade, error) {
	now := q.Now()
	outcomes := q.Session.Preview(now)
	m := ask.Menu{Label: q.verdict(), Start: int(q.proposed()) - 1, Leave: q.Keys.leave()}
	for i := range outcomes {
		g := scheduler.Grade(i + 1)
		item := ask.Item{Label: g.String(), Keys: q.Keys.grade(g), Style: gradeStyles[g-1]}
		if wait := outcomes[i].Wait(now); wait > 0 {
			item.Detail = scheduler.FormatInterval(wait)
		}
		m.Items = append(m.Items, item)
	}
	i, err := q.Ask.Menu(ctx, m)
	return scheduler.Grade(i + 1), err
}

// gradeStyles are the colours of the grades.
var gradeStyles = [4]show.Style{show.Red, show.Magenta, show.Green, show.Blue}

// graded says which grade was given, and when the card comes back.
func (q *question) graded(g scheduler.Grade, o scheduler.Outcome, now scheduler.Moment) {
	line := strings.Repeat(" ", margin) + g.String()
	if wait := o.Wait(now); wait > 0 && !o.Suspend {
		line += ", back in " + scheduler.FormatInterval(wait)
	}
	q.Page.stressed(line, g.String(), gradeStyles[g-1])
	q.Page.blank()
}

// proposed is the grade that Enter gives.
func (q *question) proposed() scheduler.Grade {
	if q.given.right != nil && !*q.given.right {
		return scheduler.Again
	}
	if q.given.rule == answer.Typo {
		return scheduler.Hard
	}
	return scheduler.Good
}

func (q *question) verdict() string {
	switch {
	case q.given.right == nil:
		return "How well did you know it?"
	case *q.given.right:
		return "Right. How easily did it come?"
	}
	return "Not this time. Enter repeats it soon"
}

// detail is what the log keeps of the answer.
func (q *question) detail() journal.Detail {
	return journal.Detail{
		Format: q.formatName, Typed: q.given.typed, Rule: string(q.given.rule), Options: q.given.options, Chosen: q.given.chosen,
		Right: q.given.right, Hint: q.hint,
	}
}

// handle does what a command asks for. A nil result means that the same question
// is to be put again; way is nil once the answer is shown.
func (q *question) handle(ctx context.Context, err error, format format) error {
	if lost, ok := err.(notKept); ok {
		q.Page.note(show.Red, "This answer is not kept: "+lost.reason.Error()+". Grade again, or leave; what you answered before is safe.")
		return nil
	}
	var c ask.Command
	if !errors.As(err, &c) {
		return err
	}
	err = q.do(ctx, c, format)
	if errors.Is(err, errUnrecorded) {
		q.Page.note(show.Red, "That is not done: "+errUnrecorded.Error()+".")
		return nil
	}
	for _, reason := range []error{store.ErrFull, store.ErrBusy} {
		if errors.Is(err, reason) {
			q.Page.note(show.Red, "That is not done: "+reason.Error()+". Try again, or leave; what you answered is safe.")
			return nil
		}
	}
	return err
}

func (q *question) do(ctx context.Context, c ask.Command, format format) error {
	switch c {
	case Hint:
		return q.showHint(format)
	case Info:
		return q.info(ctx, format != nil)
	case Help:
		q.help()
		return nil
	case Flag:
		return q.flag(ctx)
	case Open:
		q.view(format != nil)
		return nil
	case Undo:
		return q.undo(ctx)
	case Edit:
		return q.edit(ctx)
	case Suspend, Bury:
		return q.putOff(ctx, c)
	case typing:
		return nil
	}
	return c
}

func (q *question) showHint(format format) error {
	switch {
	case format == nil:
		return nil
	case q.card.Hint == "":
		q.Page.note(show.Dim, "This card has no hint.")
	default:
		q.hint = true
		q.Page.note(show.Dim, "Hint: "+q.card.Hint)
	}
	return nil
}
