package exam

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strconv"

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
func (s *Sitting) Results(ctx context.Context) error {
	p := s.Page
	p.blank()
	if !s.Attempt.Form.Keyed {
		p.words(show.Bold, "Handed in. The key is with your instructor: kartei quiz results --export FILE writes what to send.")
		return nil
	}
	score := s.Attempt.Form.Score(s.Attempt.Responses)
	p.words(show.Bold, fmt.Sprintf("%s of %d (%.0f %%)", Points(score.Points), score.Of, 100*score.Points/float64(score.Of)))
	s.sections(&score)
	s.certainties(&score)
	for i := range score.Marks {
		if score.Marks[i].Right() {
			continue
		}
		s.missed(i)
		if score.Marks[i].Rule == answer.Wrong && s.Attempt.Form.Questions[i].Kind == quiz.Typed {
			if err := s.dispute(ctx, i); err != nil {
				return err
			}
		}
	}
	return nil
}

// Points writes a score without needless decimals.
func Points(x float64) string { return strconv.FormatFloat(math.Round(100*x)/100, 'f', -1, 64) }

func (s *Sitting) sections(score *quiz.Score) {
	if len(score.Sections) < 2 {
		return
	}
	t := show.Table{Columns: []show.Column{{}, {Right: true}}}
	for _, section := range score.Sections {
		t.Rows = append(t.Rows, []show.Cell{{Text: section.Section}, {Text: fmt.Sprintf("%s of %d", Points(section.Points), section.Of)}})
	}
	s.Page.blank()
	s.Page.print(s.Page.layout().Table(t))
}

func (s *Sitting) certainties(score *quiz.Score) {
	all := score.Certainties(s.Attempt.Responses)
	if len(all) == 0 {
		return
	}
	s.Page.blank()
	for _, c := range all {
		s.Page.words(show.Dim, fmt.Sprintf("%s: %d of %d right", []string{"a guess", "rather sure", "certain"}[c.Sure-1], c.Right, c.Answers))
	}
}

// missed shows a question with what was answered and what is right.
func (s *Sitting) missed(i int) {
	p := s.Page
	p.blank()
	p.line(show.Dim, fmt.Sprintf("question %d", i+1))
	p.text(s.Attempt.Form.Questions[i].Prompt)
	s.verdict(i)
}

// reveal says at once whether an answer is right.
func (s *Sitting) reveal(i int) {
	s.Page.blank()
	s.verdict(i)
}

func (s *Sitting) verdict(i int) {
	p, q, r := s.Page, &s.Attempt.Form.Questions[i], &s.Attempt.Responses[i]
	mark := q.Mark(*r)
	switch given := s.given(i); {
	case mark.Right():
		p.words(show.Green, "✓ "+given)
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
		p.text(q.Key.Note)
	}
	if q.Key.Source != "" {
		p.words(show.Dim, "— "+q.Key.Source)
	}
}

// dispute asks whether a rejected answer was right after all. It changes no
// score: it tells the instructor which answers to accept.
func (s *Sitting) dispute(ctx context.Context, i int) error {
	m := ask.Menu{Label: "Rejected", Items: []ask.Item{
		{Label: "go on", Keys: []keys.Key{keys.Space}},
		{Label: "my answer is right, too", Keys: []keys.Key{"d"}},
	}}
	chosen, err := s.Ask.Menu(ctx, m)
	if errors.Is(err, ask.ErrQuit) {
		return nil
	}
	if err != nil || chosen == 0 {
		return err
	}
	s.Attempt.Responses[i].Disputed = true
	return s.record(ctx, store.QuizDispute, i, nil)
}

// Replay brings an attempt to where its events left it; done tells whether it
// was handed in.
func Replay(a *quiz.Attempt, events []store.QuizEvent) (done bool, err error) {
	for _, e := range events {
		if e.Kind == store.QuizHandIn {
			done = true
			continue
		}
		if e.Question < 0 || e.Question >= len(a.Responses) {
			return done, fmt.Errorf("%w: question %d of a quiz with %d", store.ErrDamaged, e.Question+1, len(a.Responses))
		}
		switch e.Kind {
		case store.QuizAnswer:
			if err := a.Form.Questions[e.Question].Check(*e.Response); err != nil {
				return done, fmt.Errorf("%w: answer to question %d: %w", store.ErrDamaged, e.Question+1, err)
			}
			a.Responses[e.Question] = *e.Response
			a.At = min(e.Question+1, len(a.Responses)-1)
		case store.QuizFlag:
			a.Flagged[e.Question] = !a.Flagged[e.Question]
		case store.QuizDispute:
			a.Responses[e.Question].Disputed = true
		}
	}
	return done, nil
}
