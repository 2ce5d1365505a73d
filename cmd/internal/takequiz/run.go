package takequiz

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"kartei/cmd/internal/ask"
	"kartei/cmd/internal/keys"
	"kartei/cmd/internal/show"
	"kartei/decks/quiz"
	"kartei/decks/quiz/words"
	"kartei/store"
)

// A Run is one learner at one quiz.
type Run struct {
	Attempt *quiz.Attempt
	Record  func(context.Context, store.QuizEvent) error // durable when it returns
	Ask     ask.Asker
	Page    *Page
	Now     func() time.Time
	Left    time.Duration // that is left of the time limit; 0 is no limit
	Sure    bool          // ask how sure each answer is
	Pretest bool          // tell the right answer at once, and score nothing
	Plain   bool          // no menus: say in words what the lines may hold

	// Draw draws a picture of the form on the terminal, at most so many columns
	// wide; View opens it in the platform's own program. Either may be nil.
	Draw func(p *quiz.Picture, columns int) error
	View func(p *quiz.Picture) error

	end time.Time // of the time limit
}

// words are what the quiz says, in the language of its form.
func (s *Run) words() words.Words { return words.In(s.Attempt.Form.Lang()) }

// Say says something in the language of the form, known by its English words.
func (s *Run) Say(english string, args ...any) string { return s.words().Say(english, args...) }

// What a learner can do besides answering.
const (
	next     ask.Command = "next"
	back     ask.Command = "back"
	mark     ask.Command = "mark"
	overview ask.Command = "overview"
	view     ask.Command = "picture"
)

// The keys of commands: none of them types anything, since answers are typed.
// In menus the arrows lead on and back, too.
var (
	typing = ask.Leave{keys.PageDown: next, keys.PageUp: back, "ctrl-t": mark, "ctrl-o": overview, "ctrl-g": view}
	menu   = ask.Leave{keys.PageDown: next, keys.PageUp: back, "ctrl-t": mark, "ctrl-o": overview,
		"ctrl-g": view, keys.Right: next, keys.Left: back}
	returning = ask.Leave{keys.PageUp: back, keys.Left: back, keys.Escape: back} // from the overview
)

var (
	errTimeUp = errors.New("the time is up")
	errIn     = errors.New("handed in")
)

// Loop asks until the quiz is handed in or its time is up; done is false if the
// learner left before.
func (s *Run) Loop(ctx context.Context) (done bool, err error) {
	if s.Left > 0 {
		s.end = s.Now().Add(s.Left)
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeoutCause(ctx, s.Left, errTimeUp)
		defer cancel()
	}
	s.Page.words(show.Dim, s.help())
	for {
		err := s.question(ctx)
		switch {
		case err == nil:
		case errors.Is(err, errIn):
			return true, nil
		case errors.Is(err, errTimeUp):
			s.Page.blank()
			s.Page.words(show.Magenta, s.Say("The time is up. What you answered counts."))
			return true, s.handIn(context.WithoutCancel(ctx))
		case errors.Is(err, ask.ErrQuit):
			return false, nil
		default:
			return false, err
		}
	}
}

// help says how to move about.
func (s *Run) help() string {
	if s.Plain {
		return s.Say(":next, :back, :mark (for a second look) and :overview (and hand in) move about; the end of input leaves, and you may go on later")
	}
	return s.Say("PgDn next · PgUp back · Ctrl-T mark for a second look · Ctrl-O overview and hand in · Ctrl-D leave, and go on later")
}

// question asks the open question, and goes where the learner wants. However
// the learner leaves it, what was answered and the time that it took are kept.
func (s *Run) question(ctx context.Context) error {
	began := s.Now()
	s.head()
	response, left := s.answer(ctx)
	if s.Sure && left == nil && response != nil && response.Answered() {
		response.Sure, left = s.confidence(ctx)
	}
	if err := s.take(ctx, response, max(0, s.Now().Sub(began))); err != nil {
		return err
	}
	var c ask.Command
	switch {
	case errors.As(left, &c):
		return s.handle(ctx, c)
	case left != nil:
		return left
	case response != nil && s.Pretest:
		s.reveal(s.Attempt.At)
	}
	return s.onward(ctx)
}

// take records a response to the open question, or without one the time that
// it was looked at: a quiz that goes on later has as much time left as now.
func (s *Run) take(ctx context.Context, r *quiz.Response, took time.Duration) error {
	a := s.Attempt
	e := store.QuizEvent{Kind: store.QuizLook, Question: a.At, Response: a.Response()}
	switch {
	case r != nil:
		r.Took = took
		if err := a.Answer(*r); err != nil {
			return err
		}
		s.echo(r)
		e.Kind, e.Item = store.QuizAnswer, a.Question().Item()
		if a.Form.Keyed {
			mark := a.Question().Mark(*r)
			e.Mark = &mark
		}
	case took == 0:
		return nil
	default:
		a.Spend(took)
	}
	return s.record(context.WithoutCancel(ctx), e)
}

// echo leaves on the screen what was picked from a list, which has gone.
func (s *Run) echo(r *quiz.Response) {
	if !s.Plain && len(r.Chosen) > 0 {
		s.Page.words(0, named(s.Attempt.Question(), r.Chosen))
	}
}

// onward opens the next question; after the last one comes the overview.
func (s *Run) onward(ctx context.Context) error {
	if s.Attempt.Move(1) {
		return nil
	}
	return s.overview(ctx)
}

func (s *Run) handle(ctx context.Context, c ask.Command) error {
	switch c {
	case back:
		s.Attempt.Move(-1)
	case mark:
		s.Attempt.Flag()
		return s.record(ctx, store.QuizEvent{Kind: store.QuizFlag, Question: s.Attempt.At})
	case next:
		return s.onward(ctx)
	case overview:
		return s.overview(ctx)
	case view:
		s.open()
	}
	return nil
}

func (s *Run) record(ctx context.Context, e store.QuizEvent) error {
	e.At = s.Now()
	return s.Record(ctx, e)
}

func (s *Run) handIn(ctx context.Context) error {
	return s.record(ctx, store.QuizEvent{Kind: store.QuizHandIn, Question: -1})
}

// head prints what stands above a question, and the question.
func (s *Run) head() {
	a, p := s.Attempt, s.Page
	status := []string{s.Say("question %d of %d", a.At+1, len(a.Form.Questions))}
	if clock := s.clock(); clock != nil && s.Plain {
		status = append(status, s.Say("%s left", clock()))
	}
	if a.Flagged[a.At] {
		status = append(status, s.Say("marked"))
	}
	p.blank()
	p.line(show.Dim, strings.Join(status, " · "))
	if section := a.Question().Section; section != "" {
		p.line(show.Blue, section)
	}
	p.blank()
	s.text(a.Question().Prompt)
	for i, option := range a.Question().Options {
		s.pictures(option, quiz.Letter(i)+")")
	}
	if given := s.given(a.At); given != "" {
		p.words(show.Dim, s.Say("Your answer so far: %s", given))
	}
	p.blank()
}

// clock tells the time that is left; nil without a limit.
func (s *Run) clock() ask.Clock {
	if s.end.IsZero() {
		return nil
	}
	return func() string { return countdown(s.end.Sub(s.Now())) }
}

// countdown writes a time that is left: "14:05", with hours where there are some.
func countdown(d time.Duration) string {
	d = max(0, d.Round(time.Second))
	hours, minutes, seconds := int(d.Hours()), int(d.Minutes())%60, int(d.Seconds())%60
	if hours > 0 {
		return fmt.Sprintf("%d:%02d:%02d", hours, minutes, seconds)
	}
	return fmt.Sprintf("%d:%02d", minutes, seconds)
}

// overview hands in, or opens a question that the learner picks.
func (s *Run) overview(ctx context.Context) error {
	a := s.Attempt
	open := len(a.Open())
	label := s.Say("All questions are answered")
	if open > 0 {
		label = s.words().Count(open, "1 question is open", "%d questions are open")
	}
	s.Page.blank()
	i, err := s.Ask.Menu(ctx, ask.Menu{Label: label, Start: -1, Clock: s.clock(), Leave: returning, Items: []ask.Item{
		{Label: s.Say("Hand in"), Keys: []keys.Key{"h"}},
		{Label: s.Say("Look at a question again"), Keys: []keys.Key{"l"}},
	}})
	if errors.Is(err, back) {
		return nil // the open question is asked again
	}
	if err != nil {
		return err
	}
	if i == 1 {
		return s.pick(ctx)
	}
	if open > 0 {
		yes, err := s.Ask.Confirm(ctx, s.Say("%s. Hand in all the same?", label), false)
		if err != nil || !yes {
			return err
		}
	}
	if err := s.handIn(ctx); err != nil {
		return err
	}
	return errIn
}

// pick opens a question.
func (s *Run) pick(ctx context.Context) error {
	a := s.Attempt
	var items []ask.Item
	for i := range a.Form.Questions {
		state := s.Say("answered")
		if !a.Responses[i].Answered() {
			state = s.Say("open")
		}
		if a.Flagged[i] {
			state += ", " + s.Say("marked")
		}
		items = append(items, ask.Item{Label: show.Inline(a.Form.Questions[i].Prompt), Detail: state})
	}
	i, err := s.Ask.Pick(ctx, ask.Pick{Label: s.Say("Which question?"), Items: items})
	if err == nil {
		a.At = i
	}
	return err
}
