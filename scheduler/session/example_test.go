package session_test

import (
	"context"
	"fmt"
	"time"

	"kartei/scheduler"
	"kartei/scheduler/session"
)

// A shelf is a source of new cards only, and a log of sorts.
type shelf []session.Candidate

func (s shelf) Done(context.Context, scheduler.Day) ([]session.Answered, error) { return nil, nil }
func (s shelf) Heads(context.Context, []int64) (map[int64]session.Head, error) {
	return map[int64]session.Head{1: {New: true}}, nil
}
func (s shelf) Next(context.Context, session.Query) (scheduler.Day, error)           { return 0, nil }
func (s shelf) Learning(context.Context, session.Query) ([]session.Candidate, error) { return nil, nil }
func (s shelf) Due(context.Context, session.Query) ([]session.Candidate, error)      { return nil, nil }
func (s shelf) Waiting(context.Context, session.Query) (scheduler.Waiting, error) {
	return scheduler.Waiting{Unseen: len(s)}, nil
}
func (s shelf) Any(context.Context, session.Query) ([]session.Candidate, error) { return s, nil }
func (s shelf) New(_ context.Context, q session.Query) ([]session.Candidate, error) {
	return s[:min(len(s), q.Limit)], nil
}
func (s shelf) Cards(context.Context, scheduler.Day, []string) ([]session.Candidate, error) {
	return nil, nil // its candidates are whole from the start
}
func (s shelf) Load(context.Context, scheduler.Day, int) ([]int, error) { return nil, nil }

func Example() {
	policy, err := scheduler.NewPolicy(scheduler.Defaults(), scheduler.DefaultCalendar)
	if err != nil {
		fmt.Println(err)
		return
	}
	cards := shelf{
		{Card: "paris", Fact: 1, Deck: 1, Position: 1},
		{Card: "rome", Fact: 2, Deck: 1, Position: 2},
	}
	now := scheduler.DefaultCalendar.Moment(time.Date(2026, 12, 1, 18, 0, 0, 0, time.UTC))
	s, err := session.Open(context.Background(), cards, []session.Deck{{ID: 1, Policy: policy}}, session.Settings{}, now)
	if err != nil {
		fmt.Println(err)
		return
	}
	// The learner misses Paris once.
	grades := []scheduler.Grade{scheduler.Again, scheduler.Easy, scheduler.Good, scheduler.Good}
	for step := s.Next(now); step.Kind == session.Ask; step = s.Next(now) {
		answer, err := s.Grade(grades[0], now, 5*time.Second)
		if err != nil {
			fmt.Println(err)
			return
		}
		grades = grades[1:]
		fmt.Printf("%s: %d, again in %v\n", step.Card.Card, answer.Grade, answer.Outcome.Wait(now))
		// Here the answer is stored; if that fails it has not happened.
		if err := s.Commit(answer); err != nil {
			fmt.Println(err)
			return
		}
	}
	sum := s.Summary()
	fmt.Printf("%d answers, %d correct, missed %v\n", sum.Answers, sum.Correct, sum.Missed)
	// Output:
	// paris: 1, again in 1m0s
	// rome: 4, again in 192h0m0s
	// paris: 3, again in 10m0s
	// paris: 3, again in 24h0m0s
	// 4 answers, 3 correct, missed [paris]
}
