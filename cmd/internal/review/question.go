package review

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"kartei/cmd/internal/ask"
	"kartei/cmd/internal/keys"
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
	step     session.Step
	card     store.Card
	began    time.Time
	format   format
	types    bool // the answer is typed
	hint     bool // it was asked for
	ticking  bool // the items of a set are shown, to be ticked
	footed   bool // the keys were named above a typed line
	draft    ask.Draft
	given    response
	revealed bool
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
	var err error
	if q.format, err = q.chooseFormat(ctx); err != nil {
		return err
	}
	_, q.types = q.format.(interface{ types() })
	if q.Clear {
		q.Page.clear()
	}
	q.say()
	q.head()
	if err := q.planDay(ctx); err != nil {
		return err
	}
	for {
		given, err := q.format.ask(ctx, q)
		if err == nil {
			q.given, q.revealed = given, true
			break
		}
		if err := q.handle(ctx, err); err != nil {
			return err
		}
	}
	q.answer()
	for {
		g, err := q.grade(ctx)
		if err == nil {
			err = q.record(ctx, g)
		}
		if err == nil {
			return nil
		}
		if err := q.handle(ctx, err); err != nil {
			return err
		}
	}
}

// head prints what stands above a question, and the question.
func (q *question) head() {
	p := q.Page
	p.rows, q.footed = 0, false
	q.status()
	place := append([]string{q.card.Deck}, q.card.Section...)
	p.line(show.Blue, "%s", strings.Join(place, " › "))
	if q.card.Changed() {
		p.words(show.Magenta, "Edited since you last saw it.")
	}
	p.blank()
	q.printPrompt()
}

// again puts the question on the screen as it stood there, with the answer if that
// was shown.
func (q *question) again() {
	q.head()
	if q.revealed {
		q.answer()
	}
}

// menuRows is how many rows the menu below takes, with what is printed above it where
// items are too long for it: that was printed before the last key, too.
func (q *question) menuRows() int {
	const grades, frame = 6, 3
	if q.revealed {
		return grades
	}
	items := []string{}
	switch f := q.format.(type) {
	case choice:
		for _, o := range f.options {
			items = append(items, o.Text)
		}
	case set, sequence:
		items = q.card.Items
	}
	rows := frame
	for _, item := range items {
		rows += 1 + 2*(show.Width(show.Inline(item))/q.Page.measure())
	}
	return rows
}

// printPrompt prints what is asked, and which keys show more of it.
func (q *question) printPrompt() {
	q.text(show.Bold, q.card.Prompt)
	switch {
	case q.hint && !q.revealed:
		q.Page.words(show.Dim, "Hint: "+q.card.Hint)
	case q.card.Hint != "" && !q.revealed:
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

// answer prints the answer, and what belongs to every one: note and source.
func (q *question) answer() {
	p := q.Page
	p.apart()
	q.format.reveal(q)
	if q.card.Note != "" {
		p.blank()
		q.text(0, q.card.Note)
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
	m := ask.Menu{Label: q.verdict(), Leave: q.leave(), Footer: q.footer}
	grades := []scheduler.Grade{scheduler.Again, scheduler.Hard, scheduler.Good, scheduler.Easy}
	if q.TwoGrades {
		grades = []scheduler.Grade{scheduler.Again, scheduler.Good}
	}
	for i, g := range grades {
		if g == q.proposed() {
			m.Start = i
		}
		item := ask.Item{Label: g.String(), Keys: q.gradeKeys(g), Style: gradeStyles[g-1]}
		if wait := outcomes[g-1].Wait(now); wait > 0 {
			item.Detail = scheduler.FormatInterval(wait)
		}
		m.Items = append(m.Items, item)
	}
	i, err := q.Ask.Menu(ctx, m)
	if err != nil {
		return 0, err
	}
	return grades[i], nil
}

// gradeKeys are the keys of a grade. Where there are two, the second key gives the
// second.
func (q *question) gradeKeys(g scheduler.Grade) []keys.Key {
	k := q.Keys.grade(g)
	if q.TwoGrades && g == scheduler.Good {
		return append(slices.Clone(q.Keys.grade(scheduler.Hard)), k...)
	}
	return k
}

// gradeStyles are the colours of the grades.
var gradeStyles = [4]show.Style{show.Red, show.Magenta, show.Green, show.Blue}

// graded says which grade was given, and when the card comes back.
func (q *question) graded(g scheduler.Grade, o scheduler.Outcome, now scheduler.Moment) {
	line := strings.Repeat(" ", margin) + g.String()
	if wait := o.Wait(now); wait > 0 && !o.Suspend {
		line += ", back in " + scheduler.FormatInterval(wait)
	}
	q.after = func() {
		q.Page.stressed(line, g.String(), gradeStyles[g-1])
		q.Page.blank()
	}
	if !q.Clear {
		q.sayAfter()
	}
}

// proposed is the grade that Enter gives.
func (q *question) proposed() scheduler.Grade {
	if q.given.right != nil && !*q.given.right {
		return scheduler.Again
	}
	if q.given.rule == answer.Typo && !q.TwoGrades {
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
		Format: q.format.name(), Typed: q.given.typed, Rule: string(q.given.rule), Options: q.given.options,
		Chosen: q.given.chosen,
		Right:  q.given.right, Hint: q.hint,
	}
}

// handle does what a command asks for. A nil result means that the same question
// is to be put again: it stands on the screen.
func (q *question) handle(ctx context.Context, err error) error {
	if lost, ok := err.(notKept); ok {
		q.Page.note(show.Red, "This answer is not kept: "+lost.reason.Error()+
			". Grade again, or leave; what you answered before is safe.")
		return nil
	}
	var c ask.Command
	if !errors.As(err, &c) {
		return err
	}
	if err := q.done(q.do(ctx, c)); err != nil {
		return err
	}
	if c == redraw {
		q.Page.clear()
	}
	if c == redraw || c == resumed || c == Edit && !q.Plain || q.Page.scrolled(q.menuRows()) {
		q.again()
	}
	return nil
}

// done says why a command could not be done, where the learner may give it again.
func (q *question) done(err error) error {
	if errors.Is(err, errUnrecorded) {
		q.Page.note(show.Red, "That is not done: "+errUnrecorded.Error()+".")
		return nil
	}
	for _, reason := range []error{store.ErrFull, store.ErrBusy} {
		if errors.Is(err, reason) {
			q.Page.note(show.Red, "That is not done: "+reason.Error()+
				". Try again, or leave; what you answered is safe.")
			return nil
		}
	}
	return err
}

func (q *question) do(ctx context.Context, c ask.Command) error {
	switch c {
	case Hint:
		q.showHint()
		return nil
	case Info:
		return q.info(ctx, !q.revealed)
	case Help:
		q.help()
		return nil
	case Flag:
		return q.flag(ctx)
	case Open:
		q.view(!q.revealed)
		return nil
	case Undo:
		return q.undo(ctx)
	case Edit:
		return q.edit(ctx)
	case Suspend, Bury:
		return q.putOff(ctx, c)
	case goOn, redraw, resumed:
		return nil
	}
	return c
}

func (q *question) showHint() {
	switch {
	case q.revealed:
	case q.card.Hint == "":
		q.Page.note(show.Dim, "This card has no hint.")
	default:
		q.hint = true
		q.Page.note(show.Dim, "Hint: "+q.card.Hint)
	}
}
