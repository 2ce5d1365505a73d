package takequiz

import (
	"cmp"
	"context"
	"errors"
	"io"
	"math"
	"strconv"
	"strings"

	"kartei/cmd/internal/ask"
	"kartei/cmd/internal/keys"
	"kartei/cmd/internal/show"
	"kartei/decks/answer"
	"kartei/decks/quiz"
	"kartei/store"
)

// Results shows the score, by section, and every question that was missed with
// its answer, note and source. A learner may say that a typed answer was
// rejected wrongly.
func (s *Run) Results(ctx context.Context) error {
	p := s.Page
	p.blank()
	if !s.Attempt.Form.Keyed {
		p.words(show.Bold, s.Say("Handed in. The key is with your instructor."))
		p.words(0, s.Say("What to send: %s", "kartei quiz results --export my.result --name NAME --texts"))
		return nil
	}
	score := s.summary()
	for _, i := range s.misses(score) {
		s.again(i)
		if score.Marks[i].Rule == answer.Wrong && s.Attempt.Form.Questions[i].Kind == quiz.Typed {
			if err := s.dispute(ctx, i); err != nil {
				return err
			}
		}
	}
	s.forgiven(score)
	return nil
}

// forgiven shows the questions whose answers are right but for something.
func (s *Run) forgiven(score *quiz.Score) {
	for i, m := range score.Marks {
		if m.Right() && m.Rule.Forgave() != "" {
			s.again(i)
		}
	}
}

// Report writes for keeping what Results shows. The form must have its key.
func (s *Run) Report(out io.Writer) {
	form := s.Attempt.Form
	r := Run{Attempt: s.Attempt, Page: &Page{Out: out, Palette: show.Plain, Width: func() int { return 80 }}}
	r.Page.words(0, cmp.Or(form.Title, s.Say("A quiz")))
	r.Page.words(0, s.Say("%s, form %s", s.Now().Format("2006-01-02 15:04"), form.ID()))
	r.Page.blank()
	score := r.summary()
	for _, i := range r.misses(score) {
		r.again(i)
	}
	r.forgiven(score)
}

// Review shows all questions of a quiz that was handed in, with what was
// answered and what is right. The form must have its key.
func (s *Run) Review() {
	s.summary()
	for i := range s.Attempt.Form.Questions {
		s.again(i)
	}
}

// summary shows the score.
func (s *Run) summary() *quiz.Score {
	score := s.Attempt.Form.Score(s.Attempt.Responses)
	s.Page.words(show.Bold, s.Say("%s of %d (%.0f %%)", Points(score.Points), score.Of,
		100*score.Points/float64(max(1, score.Of))))
	s.sections(&score)
	s.certainties(&score)
	return &score
}

// misses are the questions without the full mark. Those that the learner was
// certain of come first: such errors are corrected best (Fazio and Marsh 2009).
func (s *Run) misses(score *quiz.Score) []int {
	var sure, rest []int
	for i, m := range score.Marks {
		switch {
		case m.Right(), s.Attempt.Form.Questions[i].Key.Excused:
		case s.certain(i):
			sure = append(sure, i)
		default:
			rest = append(rest, i)
		}
	}
	return append(sure, rest...)
}

func (s *Run) certain(i int) bool {
	r := &s.Attempt.Responses[i]
	return r.Answered() && r.Sure == len(s.sureness())
}

// Points writes a score without needless decimals.
func Points(x float64) string { return strconv.FormatFloat(math.Round(100*x)/100, 'f', -1, 64) }

func (s *Run) sections(score *quiz.Score) {
	if len(score.Sections) < 2 {
		return
	}
	t := show.Table{Columns: []show.Column{{}, {Right: true}}}
	for _, section := range score.Sections {
		t.Rows = append(t.Rows, []show.Cell{{Text: section.Section},
			{Text: s.Say("%s of %d", Points(section.Points), section.Of)}})
	}
	s.Page.blank()
	s.Page.print(s.Page.layout().Table(t))
}

func (s *Run) certainties(score *quiz.Score) {
	all := score.Certainties(s.Attempt.Responses)
	if len(all) == 0 {
		return
	}
	s.Page.blank()
	for _, c := range all {
		s.Page.words(show.Dim, s.Say("%s: %d of %d right", s.sureness()[c.Sure-1], c.Right, c.Answers))
	}
}

// again shows a question with what was answered and what is right.
func (s *Run) again(i int) {
	p := s.Page
	p.blank()
	head := s.Say("question %d", i+1)
	if s.certain(i) {
		head += " · " + s.Say("you were certain")
	}
	p.line(show.Dim, head)
	s.text(s.Attempt.Form.Questions[i].Prompt)
	s.verdict(i)
}

// reveal says at once whether an answer is right.
func (s *Run) reveal(i int) {
	s.Page.blank()
	s.verdict(i)
}

func (s *Run) verdict(i int) {
	p, q, r := s.Page, &s.Attempt.Form.Questions[i], &s.Attempt.Responses[i]
	mark := q.Mark(*r)
	switch given := s.given(i); {
	case q.Key.Excused:
		p.words(show.Dim, given+" · "+s.Say("excused"))
	case mark.Right():
		p.words(show.Green, "✓ "+given)
		if forgave := mark.Rule.Forgave(); forgave != "" {
			p.words(show.Green, s.Say("Right, but for %s.", s.Say(forgave)))
			p.words(show.Green, "→ "+right(q))
		}
	case given != "":
		p.words(show.Red, "✗ "+given)
		for _, option := range r.Chosen {
			if option < len(q.Key.Why) && q.Key.Why[option] != "" {
				p.words(0, "  "+show.Inline(q.Key.Why[option]))
			}
		}
	}
	if !mark.Right() {
		p.words(show.Green, "→ "+right(q))
	}
	if q.Key.Note != "" {
		s.text(q.Key.Note)
	}
	if q.Key.Source != "" {
		p.words(show.Dim, "— "+q.Key.Source)
	}
}

// dispute asks whether a rejected answer was right after all. It changes no
// score: it tells the instructor which answers to accept.
func (s *Run) dispute(ctx context.Context, i int) error {
	m := ask.Menu{Label: s.Say("Your answer was rejected"), Items: []ask.Item{
		{Label: s.Say("go on"), Keys: []keys.Key{keys.Space}},
		{Label: s.Say("my answer is right, too"), Keys: []keys.Key{"d"}},
	}}
	chosen, err := s.Ask.Menu(ctx, m)
	if errors.Is(err, ask.ErrQuit) {
		return nil
	}
	if err != nil || chosen == 0 {
		return err
	}
	s.Attempt.Responses[i].Disputed = true
	return s.record(ctx, store.QuizEvent{Kind: store.QuizDispute, Question: i})
}

// Confusions tells of the wrong answers of an attempt that are one text: picked
// from options of which one is right, or typed and not disputed.
func Confusions(a *quiz.Attempt, tell func(card string, wrong ...string)) {
	for i := range a.Responses {
		q, r := &a.Form.Questions[i], &a.Responses[i]
		if !a.Form.Keyed || !r.Answered() || r.Disputed || q.Mark(*r).Right() {
			continue
		}
		switch {
		case q.Kind == quiz.Choice && !q.Several:
			tell(q.Card, q.Options[r.Chosen[0]])
		case q.Kind == quiz.Typed:
			tell(q.Card, strings.Join(strings.Fields(r.Typed[0]), " "))
		}
	}
}
