package takequiz

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"kartei/cmd/internal/ask"
	"kartei/cmd/internal/show"
	"kartei/decks/quiz"
	"kartei/store"
)

const threeQuestions = `kartei form 1

question: 1 choice
ask: Which one is first?
a) this
b) that

question: 2 set
parts: 2
ask: Name both.

question: 3 choices
ask: Which are small?
a) one
b) two
c) a million
`

// sit plays a sitting of the form by a script and returns what was recorded.
func sit(t *testing.T, resumed []store.QuizEvent, steps ...ask.Step) (*Run, []store.QuizEvent, bool) {
	t.Helper()
	form, err := quiz.Parse("test.form", strings.NewReader(threeQuestions))
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	var events []store.QuizEvent
	var out bytes.Buffer
	s := &Run{
		Attempt: quiz.NewAttempt(form), Ask: ask.NewScript(t, steps...), Sure: true,
		Record: func(_ context.Context, e store.QuizEvent) error { events = append(events, e); return nil },
		Page:   &Page{Out: &out, Palette: show.Plain, Width: func() int { return 80 }},
		Now:    func() time.Time { now = now.Add(time.Second); return now },
	}
	if _, err := store.ReplayQuiz(s.Attempt, resumed); err != nil {
		t.Fatal(err)
	}
	done, err := s.Loop(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return s, events, done
}

// However a question is left, what was answered and the time in front of it
// are kept: at the question how sure, in the middle of a set, at the end of the
// input; and a sitting that goes on begins with all of it.
func TestNothingIsLost(t *testing.T) {
	s, events, done := sit(t, nil,
		ask.Expect("Which one?", "this"), ask.Expect("How sure", next),
		ask.Expect("1 of 2", "one"), ask.Expect("2 of 2", next),
		ask.Expect("Which of these?", []string{"one", "two"}), ask.Expect("How sure", "certain"),
		ask.Expect("All questions are answered", ask.ErrQuit),
	)
	if done {
		t.Error("nobody handed it in")
	}
	first, second, third := s.Attempt.Responses[0], s.Attempt.Responses[1], s.Attempt.Responses[2]
	if !slices.Equal(first.Chosen, []int{0}) || first.Sure != 0 {
		t.Errorf("left at the question how sure: %+v", first)
	}
	if !slices.Equal(second.Typed, []string{"one", ""}) {
		t.Errorf("left in the middle of a set: %+v", second)
	}
	if !slices.Equal(third.Chosen, []int{0, 1}) || third.Sure != 3 {
		t.Errorf("the third answer: %+v", third)
	}
	for i, r := range s.Attempt.Responses {
		if r.Took <= 0 {
			t.Errorf("question %d took no time", i+1)
		}
	}
	again, _, _ := sit(t, events, ask.Expect("Which of these?", ask.ErrQuit))
	if len(again.Attempt.Open()) != 0 || again.Attempt.At != 2 {
		t.Errorf("it goes on at question %d, with %v open", again.Attempt.At+1, again.Attempt.Open())
	}
	if again.Attempt.Responses[2].Took <= third.Took {
		t.Error("looking at an answered question takes no time")
	}
}

// An empty line leaves a part of a set as it was; another text takes its place.
func TestSetIsMended(t *testing.T) {
	before := []store.QuizEvent{{Kind: store.QuizAnswer, Question: 1, Response: &quiz.Response{Typed: []string{"one", "tow"}}}, {Kind: store.QuizLook, Question: 1, Response: &quiz.Response{Typed: []string{"one", "tow"}}}}
	s, _, _ := sit(t, before, ask.Expect(`1 of 2, in place of "one"`, ""), ask.Expect(`2 of 2, in place of "tow"`, "two"), ask.Expect("How sure", "a guess"), ask.Expect("Which of these?", ask.ErrQuit))
	if got := s.Attempt.Responses[1]; !slices.Equal(got.Typed, []string{"one", "two"}) || got.Sure != 1 {
		t.Errorf("the set: %+v", got)
	}
}
