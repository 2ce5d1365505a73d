package review

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"kartei/cmd/internal/ask"
	"kartei/cmd/internal/show"
	"kartei/decks/noun"
	"kartei/scheduler"
	"kartei/scheduler/session"
)

// end says that the session is over and what it came to. The learner may still
// take the last answer back; then the session goes on.
func (s *Sitting) end(ctx context.Context, step session.Step) error {
	s.finish(step)
	s.sum(ctx)
	for s.Session.Summary(s.Now()).Answers > 0 {
		s.Page.blank()
		m := ask.Menu{
			Items: []ask.Item{{Label: "Leave", Detail: s.Keys.of(Undo) + " undoes an answer", Keys: s.Keys.show()}},
			Leave: s.Keys.leave(Undo, Quit),
		}
		if s.Plain { // which does not print a single item
			m.Label = "an empty line leaves, " + m.Items[0].Detail
		}
		_, err := s.Ask.Menu(ctx, m)
		switch {
		case err == nil, errors.Is(err, ask.ErrQuit), errors.Is(err, ask.Command(Quit)):
			return errDone
		case !errors.Is(err, ask.Command(Undo)):
			return err
		}
		if err := s.undo(ctx); err != nil {
			return err
		}
	}
	return errDone
}

// finish says why the session ends.
func (s *Sitting) finish(step session.Step) {
	p := s.Page
	s.say()
	switch {
	case step.Kind == session.Wait:
		p.words(show.Bold, "Done for now: the rest comes back within the day.")
	case step.Reason == session.Enough:
		p.words(show.Bold, "That was as many as you asked for.")
	case step.Reason == session.TimeUp:
		p.words(show.Bold, "Time is up.")
	case step.Reason == session.NewDay:
		p.words(show.Bold, "A new study day has begun: start again for today's cards.")
	case s.elsewhere > 0 && s.Session.Summary(s.Now()).Answers == 0:
		p.words(show.Bold, "Another session is asking these cards.")
	case s.Session.Summary(s.Now()).Back.At > 0: // a step of a card that was recalled once
		p.words(show.Bold, "Done for now.")
	case s.Session.Summary(s.Now()).Answers == 0:
		p.words(show.Bold, "There is nothing to review now.")
	default:
		p.words(show.Bold, "Done for today.")
	}
	if s.elsewhere > 0 {
		p.words(0, fmt.Sprintf("Asked elsewhere meanwhile: %s.", noun.Count(s.elsewhere, "card")))
	}
}

// leave says what was done so far, and how to go on.
func (s *Sitting) leave(ctx context.Context) {
	p := s.Page
	if s.Plain { // a "?" stands above
		p.blank()
	}
	s.say()
	kept := "Everything that you answered is kept."
	if s.Unrecorded {
		kept = "Nothing of it is kept, as nothing could be recorded."
	}
	p.words(show.Bold, "Until next time. "+kept)
	if s.Session.Summary(s.Now()).Answers == 0 {
		p.words(0, "Nothing was answered.")
	}
	s.sum(ctx)
}

// say prints what was to be said above whatever comes next.
func (s *Sitting) say() {
	for _, f := range s.flashes {
		s.Page.note(show.Yellow, f)
	}
	s.flashes = nil
}

// sum prints the session's figures and what was missed.
func (s *Sitting) sum(ctx context.Context) {
	p, now := s.Page, s.Now()
	sum := s.Session.Summary(now)
	if sum.Answers > 0 {
		line := fmt.Sprintf("%s, %d correct (%.0f %%)", noun.Count(sum.Answers, "answer"), sum.Correct, 100*float64(sum.Correct)/float64(sum.Answers))
		if sum.Time >= time.Second {
			line += " in " + minutes(sum.Time)
		}
		p.words(0, line+".")
	}
	s.missed(ctx, sum.Missed)
	switch left := s.Session.Left(now).Total(); {
	case left > 0:
		p.words(0, fmt.Sprintf("%s left: the next review goes on from here.", noun.Count(left, "card")))
	case s.crammed:
		p.words(0, "The schedule is as it was.")
	default:
		p.words(0, when(sum.Back, now))
	}
}

// listed is how many missed cards are listed.
const listed = 10

// missed lists the cards that were missed, with their answers: a last look.
func (s *Sitting) missed(ctx context.Context, cards []string) {
	if len(cards) == 0 {
		return
	}
	p := s.Page
	p.words(0, fmt.Sprintf("Missed at least once: %s.", noun.Count(len(cards), "card")))
	for _, id := range cards[:min(len(cards), listed)] {
		card, err := s.Store.Card(ctx, id)
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

// when says when to come back.
func when(b session.Back, now scheduler.Moment) string {
	switch {
	case b.At != 0 && b.At <= now.At:
		return "More can be reviewed now."
	case b.At != 0:
		return "Come back at " + time.UnixMilli(b.At).In(now.Time().Location()).Format("15:04") + "."
	case b.Day == now.Day+1:
		return "Come back tomorrow."
	case b.Day > now.Day:
		return "Come back on " + b.Day.Midnight().Format("Monday, 2 January") + "."
	}
	return "Nothing else is planned."
}
