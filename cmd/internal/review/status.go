package review

import (
	"fmt"
	"strings"
	"time"

	"kartei/cmd/internal/show"
	"kartei/scheduler"
	"kartei/scheduler/session"
)

// status is the line above a question: what is left, and for how long.
func (s *Sitting) status() string {
	now := s.Now()
	left := s.Session.Left(now)
	parts := []string{fmt.Sprintf("new %d", left.New), fmt.Sprintf("learning %d", left.Learning), fmt.Sprintf("due %d", left.Due)}
	if spent := s.Session.Summary(now).Time; spent >= time.Minute {
		parts = append(parts, minutes(spent))
	}
	if estimate, ok := s.Session.Estimate(now); ok {
		parts = append(parts, "about "+minutes(estimate)+" left")
	}
	return strings.Join(parts, " · ")
}

// minutes writes a time as people say it.
func minutes(d time.Duration) string {
	if d < time.Hour {
		return fmt.Sprintf("%d min", max(1, int(d.Round(time.Minute).Minutes())))
	}
	return fmt.Sprintf("%d h %02d min", int(d.Hours()), int(d.Minutes())%60)
}

// finish says that the session is over and what it came to.
func (s *Sitting) finish(step session.Step) error {
	p := s.Page
	p.blank()
	for _, f := range s.flashes {
		p.words(show.Yellow, f)
	}
	switch {
	case step.Kind == session.Wait:
		p.words(show.Bold, "Done for now: the rest comes back within the day.")
	case step.Reason == session.Enough:
		p.words(show.Bold, "That was as many as you asked for.")
	case step.Reason == session.TimeUp:
		p.words(show.Bold, "Time is up.")
	case step.Reason == session.NewDay:
		p.words(show.Bold, "A new study day has begun: start again for today's cards.")
	default:
		p.words(show.Bold, "Done for today.")
	}
	return s.sum()
}

// leave says what was done so far.
func (s *Sitting) leave() error {
	s.Page.blank()
	s.Page.words(show.Bold, "Until next time. Everything that you answered is kept.")
	return s.sum()
}

// sum prints the session's figures.
func (s *Sitting) sum() error {
	p, now := s.Page, s.Now()
	sum := s.Session.Summary(now)
	if sum.Answers == 0 {
		p.words(0, "Nothing was answered.")
	} else {
		line := fmt.Sprintf("%s, %d correct (%d %%)", count(sum.Answers, "answer"), sum.Correct, 100*sum.Correct/sum.Answers)
		if sum.Time >= time.Second {
			line += " in " + minutes(sum.Time)
		}
		p.words(0, line+".")
	}
	if n := len(sum.Missed); n > 0 {
		p.words(0, fmt.Sprintf("Missed at least once: %s.", count(n, "card")))
	}
	if back := when(sum.Back, now); back != "" {
		p.words(0, back)
	}
	return nil
}

// when says when to come back.
func when(b session.Back, now scheduler.Moment) string {
	switch {
	case b.At != 0 && b.At <= now.At:
		return "There is more to review now."
	case b.At != 0:
		return "Come back at " + time.UnixMilli(b.At).In(now.Time().Location()).Format("15:04") + "."
	case b.Day == now.Day+1:
		return "Come back tomorrow."
	case b.Day > now.Day:
		return "Come back on " + b.Day.Midnight().Format("Monday, 2 January") + "."
	}
	return ""
}

// count writes a number with its noun.
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
