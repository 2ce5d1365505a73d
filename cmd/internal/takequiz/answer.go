package takequiz

import (
	"context"
	"slices"
	"strings"

	"kartei/cmd/internal/ask"
	"kartei/cmd/internal/show"
	"kartei/decks/quiz"
)

// answer asks for a response to the open question; nil leaves it as it is. With
// an error, which says how the learner left, there may be one all the same.
func (s *Run) answer(ctx context.Context) (*quiz.Response, error) {
	q := s.Attempt.Question()
	switch q.Kind {
	case quiz.Typed:
		return s.typed(ctx)
	case quiz.Set:
		return s.set(ctx)
	case quiz.Sequence:
		return chosen(s.Ask.Order(ctx, s.options(q, s.Say("Put them in order, the first one first"))))
	}
	m := s.options(q, s.Say("Which one?"))
	before := s.Attempt.Response().Chosen
	if q.Several {
		m.Label, m.Marked = s.Say("Which of these? Several may be right"), before
		return chosen(s.Ask.Several(ctx, m))
	}
	if len(before) == 1 {
		m.Start = before[0]
	}
	i, err := s.Ask.Menu(ctx, m)
	return chosen([]int{i}, err)
}

func chosen(options []int, err error) (*quiz.Response, error) {
	if err != nil {
		return nil, err
	}
	return &quiz.Response{Chosen: options}, nil
}

func (s *Run) options(q *quiz.Question, label string) ask.Menu {
	texts := make([]string, len(q.Options))
	for i, text := range q.Options {
		texts[i] = show.Inline(text)
	}
	return ask.Menu{Label: label, Items: ask.Lettered(texts...), Start: -1, Clock: s.clock(), Leave: menu}
}

func (s *Run) typed(ctx context.Context) (*quiz.Response, error) {
	text, err := s.line(ctx, s.Say("Your answer:")+" ")
	if err != nil || text == "" {
		return nil, err
	}
	return &quiz.Response{Typed: []string{text}}, nil
}

func (s *Run) line(ctx context.Context, label string) (string, error) {
	text, err := s.Ask.Line(ctx, ask.Line{Label: label, Clock: s.clock(), Leave: typing})
	if strings.TrimSpace(text) == "" {
		text = ""
	}
	return text, err
}

// set asks for the parts line by line. An empty line leaves a part as it was;
// who leaves in between keeps what was typed.
func (s *Run) set(ctx context.Context) (r *quiz.Response, err error) {
	q := s.Attempt.Question()
	typed := make([]string, q.Parts)
	copy(typed, s.Attempt.Response().Typed)
	changed := false
	for i := 0; i < q.Parts && err == nil; i++ {
		label := s.Say("%d of %d:", i+1, q.Parts) + " "
		if typed[i] != "" {
			label = s.Say("%d of %d, in place of %q:", i+1, q.Parts, typed[i]) + " "
		}
		var text string
		if text, err = s.line(ctx, label); err == nil && text != "" {
			typed[i], changed = text, true
		}
	}
	if !changed {
		return nil, err
	}
	return &quiz.Response{Typed: typed}, err
}

// sureness are the words for a confidence of 1, 2 and 3.
func (s *Run) sureness() [3]string {
	return [3]string{s.Say("a guess"), s.Say("rather sure"), s.Say("certain")}
}

// confidence asks how sure the answer is, 1 to 3; 0 is left open.
func (s *Run) confidence(ctx context.Context) (int, error) {
	m := ask.Menu{Label: s.Say("How sure are you?"), Start: 1, Clock: s.clock(), Leave: menu}
	for i, label := range s.sureness() {
		m.Items = append(m.Items, ask.Item{Label: label, Keys: ask.Lettered("", "", "")[i].Keys[1:]})
	}
	i, err := s.Ask.Menu(ctx, m)
	if err != nil {
		return 0, err
	}
	return i + 1, nil
}

// given is what was answered to question i, in one line; empty without.
func (s *Run) given(i int) string {
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
