package exam

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"kartei/cmd/internal/ask"
	"kartei/cmd/internal/show"
	"kartei/decks/answer"
	"kartei/decks/quiz"
)

// errKept is the error of an empty line where an answer, or none, stands
// already.
var errKept = errors.New("as it was")

// answer asks for a response to the open question.
func (s *Sitting) answer(ctx context.Context) (quiz.Response, error) {
	q := s.Attempt.Question()
	switch q.Kind {
	case quiz.Typed:
		return s.typed(ctx)
	case quiz.Set:
		return s.set(ctx)
	case quiz.Sequence:
		order, err := s.Ask.Order(ctx, options(q, "Put them in order, the first one first"))
		return quiz.Response{Chosen: order}, err
	}
	m := options(q, "Which one?")
	if q.Several {
		m.Label = "Which of these? Several may be right"
		chosen, err := s.Ask.Several(ctx, m)
		return quiz.Response{Chosen: chosen}, err
	}
	if before := s.Attempt.Response().Chosen; len(before) == 1 {
		m.Start = before[0]
	}
	i, err := s.Ask.Menu(ctx, m)
	return quiz.Response{Chosen: []int{i}}, err
}

func options(q *quiz.Question, label string) ask.Menu {
	texts := make([]string, len(q.Options))
	for i, text := range q.Options {
		texts[i] = show.Inline(text)
	}
	return ask.Menu{Label: label, Items: ask.Lettered(texts...), Start: -1, Leave: menu}
}

func (s *Sitting) typed(ctx context.Context) (quiz.Response, error) {
	text, err := s.Ask.Line(ctx, ask.Line{Label: "Your answer: ", Limit: answer.MaxLength, Leave: typing})
	if err == nil && strings.TrimSpace(text) == "" {
		err = errKept
	}
	return quiz.Response{Typed: []string{text}}, err
}

// set asks for the parts line by line; an empty line leaves a part open, and
// lines that are all empty change nothing.
func (s *Sitting) set(ctx context.Context) (r quiz.Response, err error) {
	q := s.Attempt.Question()
	for i := range q.Parts {
		text, err := s.Ask.Line(ctx, ask.Line{Label: fmt.Sprintf("%d of %d: ", i+1, q.Parts), Limit: answer.MaxLength, Leave: typing})
		if err != nil {
			return r, err
		}
		r.Typed = append(r.Typed, text)
	}
	if !r.Answered() {
		return r, errKept
	}
	return r, nil
}

// confidence asks how sure the answer is, 1 to 3.
func (s *Sitting) confidence(ctx context.Context) (int, error) {
	m := ask.Menu{Label: "How sure are you?", Start: 1, Leave: menu}
	for i, label := range []string{"a guess", "rather sure", "certain"} {
		m.Items = append(m.Items, ask.Item{Label: label, Keys: ask.Lettered("", "", "")[i].Keys[1:]})
	}
	i, err := s.Ask.Menu(ctx, m)
	return i + 1, err
}

// given is what was answered to question i, in one line; empty without.
func (s *Sitting) given(i int) string {
	q, r := &s.Attempt.Form.Questions[i], &s.Attempt.Responses[i]
	if !r.Answered() {
		return ""
	}
	if len(r.Chosen) == 0 {
		texts := slices.DeleteFunc(slices.Clone(r.Typed), func(t string) bool { return strings.TrimSpace(t) == "" })
		return strings.Join(texts, "; ")
	}
	return named(q, r.Chosen)
}

// named writes options with their letters.
func named(q *quiz.Question, chosen []int) string {
	var texts []string
	for _, option := range chosen {
		texts = append(texts, quiz.Letter(option)+") "+show.Inline(q.Options[option]))
	}
	return strings.Join(texts, ", ")
}

// right is the right answer to a question, in one line.
func right(q *quiz.Question) string {
	switch q.Kind {
	case quiz.Typed:
		return show.Inline(q.Key.Answer)
	case quiz.Set:
		var parts []string
		for _, p := range q.Key.Parts {
			parts = append(parts, show.Inline(p))
		}
		return strings.Join(parts, "; ")
	}
	return named(q, q.Key.Right)
}
