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
)

// A turn is one card being asked.
type turn struct {
	*Sitting
	step   session.Step
	card   store.Card
	began  time.Time
	format string // the way's name
	types  bool   // the answer is typed
	hint   bool   // it was asked for
	given  response
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

// play asks the card, shows the answer and records the grade.
func (t *turn) play(ctx context.Context) error {
	way, err := t.way(ctx)
	if err != nil {
		return err
	}
	t.format = way.name()
	_, t.types = way.(interface{ types() })
	t.head()
	if err := t.planDay(ctx); err != nil {
		return err
	}
	for {
		given, err := way.ask(ctx, t)
		if err == nil {
			t.given = given
			break
		}
		if err := t.obey(ctx, err, way); err != nil {
			return err
		}
	}
	way.reveal(t)
	t.answer()
	for {
		g, err := t.grade(ctx)
		if err == nil {
			err = t.record(ctx, g)
		}
		if err == nil {
			return nil
		}
		if err := t.obey(ctx, err, nil); err != nil {
			return err
		}
	}
}

// head prints what stands above a question, and the question.
func (t *turn) head() {
	p := t.Page
	t.say()
	t.status()
	place := append([]string{t.card.Deck}, t.card.Section...)
	p.line(show.Cyan, "%s", strings.Join(place, " › "))
	if t.card.Changed() {
		p.words(show.Yellow, "Edited since you last saw it.")
	}
	p.blank()
	t.question()
}

// question prints what is asked, and which keys show more of it.
func (t *turn) question() {
	t.text(t.card.Prompt)
	if t.card.Hint != "" {
		t.Page.words(show.Dim, t.reach(Hint)+" shows a hint")
	}
	t.Page.blank()
	if words := t.wanted(); words != "" {
		t.Page.note(show.Dim, words)
	}
}

// wanted says what a question asks for that does not say so itself: a bare
// term, its bare definition, or the name of a set.
func (t *turn) wanted() string {
	switch c := &t.card; {
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

// reach says how to give a command while the question stands: where letters
// are typed, with something before it.
func (t *turn) reach(c ask.Command) string {
	switch key := t.Keys.of(c); {
	case !t.types:
		return key
	case t.Plain:
		return ":" + key
	default:
		return "esc, then " + key + ","
	}
}

// answer prints what belongs to every answer: note and source.
func (t *turn) answer() {
	p := t.Page
	if t.card.Note != "" {
		p.blank()
		t.text(t.card.Note)
	}
	var about []string
	if t.card.AsOf != "" {
		about = append(about, "as of "+t.card.AsOf)
	}
	if t.card.Source != "" {
		about = append(about, t.card.Source)
	}
	if len(about) > 0 {
		p.words(show.Dim, "— "+strings.Join(about, ", "))
	}
	p.blank()
}

// grade asks how well the answer was known; what it proposes is one key away,
// and so is every other grade.
func (t *turn) grade(ctx context.Context) (scheduler.Grade, error) {
	now := t.Now()
	outcomes := t.Session.Preview(now)
	m := ask.Menu{Label: t.verdict(), Start: int(t.proposed()) - 1, Leave: t.Keys.leave()}
	for i := range outcomes {
		g := scheduler.Grade(i + 1)
		item := ask.Item{Label: g.String(), Keys: t.Keys.grade(g), Style: gradeStyles[g-1]}
		if wait := outcomes[i].Wait(now); wait > 0 {
			item.Detail = scheduler.FormatInterval(wait)
		}
		m.Items = append(m.Items, item)
	}
	i, err := t.Ask.Menu(ctx, m)
	return scheduler.Grade(i + 1), err
}

// gradeStyles are the colours of the grades.
var gradeStyles = [4]show.Style{show.Red, show.Yellow, show.Green, show.Cyan}

// graded says which grade was given, and when the card comes back.
func (t *turn) graded(g scheduler.Grade, o scheduler.Outcome, now scheduler.Moment) {
	line := strings.Repeat(" ", margin) + g.String()
	if wait := o.Wait(now); wait > 0 && !o.Suspend {
		line += ", back in " + scheduler.FormatInterval(wait)
	}
	t.Page.stressed(line, g.String(), gradeStyles[g-1])
	t.Page.blank()
}

// proposed is the grade that Enter gives.
func (t *turn) proposed() scheduler.Grade {
	if t.given.right != nil && !*t.given.right {
		return scheduler.Again
	}
	if t.given.rule == answer.Typo {
		return scheduler.Hard
	}
	return scheduler.Good
}

func (t *turn) verdict() string {
	switch {
	case t.given.right == nil:
		return "How well did you know it?"
	case *t.given.right:
		return "Right. How easily did it come?"
	}
	return "Not this time. Enter repeats it soon"
}

// detail is what the log keeps of the answer.
func (t *turn) detail() store.Detail {
	return store.Detail{
		Format: t.format, Typed: t.given.typed, Rule: string(t.given.rule), Options: t.given.options, Chosen: t.given.chosen,
		Right: t.given.right, Hint: t.hint,
	}
}

// obey does what a command asks for. A nil result means that the same question
// is to be put again; way is nil once the answer is shown.
func (t *turn) obey(ctx context.Context, err error, way way) error {
	if lost, ok := err.(notKept); ok {
		t.Page.note(show.Red, "This answer is not kept: "+lost.reason.Error()+". Grade again, or leave; what you answered before is safe.")
		return nil
	}
	var c ask.Command
	if !errors.As(err, &c) {
		return err
	}
	err = t.act(ctx, c, way)
	if errors.Is(err, errUnrecorded) {
		t.Page.note(show.Red, "That is not done: "+errUnrecorded.Error()+".")
		return nil
	}
	for _, reason := range []error{store.ErrFull, store.ErrBusy} {
		if errors.Is(err, reason) {
			t.Page.note(show.Red, "That is not done: "+reason.Error()+". Try again, or leave; what you answered is safe.")
			return nil
		}
	}
	return err
}

func (t *turn) act(ctx context.Context, c ask.Command, way way) error {
	switch c {
	case Hint:
		return t.showHint(way)
	case Info:
		return t.info(ctx, way != nil)
	case Help:
		t.help()
		return nil
	case Flag:
		return t.flag(ctx)
	case Open:
		t.view(way != nil)
		return nil
	case Undo:
		return t.undo(ctx)
	case Edit:
		return t.edit(ctx)
	case Suspend, Bury:
		return t.putOff(ctx, c)
	case typing:
		return nil
	}
	return c
}

func (t *turn) showHint(way way) error {
	switch {
	case way == nil:
		return nil
	case t.card.Hint == "":
		t.Page.note(show.Dim, "This card has no hint.")
	default:
		t.hint = true
		t.Page.note(show.Dim, "Hint: "+t.card.Hint)
	}
	return nil
}
