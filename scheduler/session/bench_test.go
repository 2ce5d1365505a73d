package session

import (
	"context"
	"fmt"
	"testing"
	"time"

	"kartei/scheduler"
)

// A stocked source answers every query from slices made before.
type stocked struct {
	due, fresh []Candidate
}

func (s stocked) Done(context.Context, scheduler.Day) ([]Answered, error) { return nil, nil }
func (s stocked) Heads(context.Context, []int64) (map[int64]Head, error) {
	return map[int64]Head{1: {New: true, Due: 1}}, nil
}
func (s stocked) Next(context.Context, Query) (scheduler.Day, error)   { return 0, nil }
func (s stocked) Learning(context.Context, Query) ([]Candidate, error) { return nil, nil }
func (s stocked) Cards(context.Context, scheduler.Day, []string) ([]Candidate, error) {
	return nil, nil
}
func (s stocked) Waiting(context.Context, Query) (w scheduler.Waiting, err error) { return w, nil }
func (s stocked) Any(context.Context, Query) ([]Candidate, error)                 { return nil, nil }
func (s stocked) Load(context.Context, scheduler.Day, int) ([]int, error)         { return nil, nil }
func (s stocked) New(_ context.Context, q Query) ([]Candidate, error)             { return upTo(s.fresh, q), nil }
func (s stocked) Due(_ context.Context, q Query) (cards []Candidate, _ error) {
	if q.Until < q.Day {
		return nil, nil
	}
	return upTo(s.due, q), nil
}

func upTo(cards []Candidate, q Query) []Candidate { return cards[:min(len(cards), q.Limit)] }

func stock(n int) stocked {
	var s stocked
	for i := range n {
		id := fmt.Sprintf("card-%06d", i)
		c := review(id, 5+i%60, 5+i%50, float64(5+i%50), 5)
		c.Fact = int64(i)
		s.due = append(s.due, c)
		s.fresh = append(s.fresh, Candidate{Card: "new-" + id, Fact: int64(n + i), Deck: 1, Position: int64(i)})
	}
	return s
}

func BenchmarkOpen(b *testing.B) {
	for _, n := range []int{200, 10_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			source := stock(n)
			decks := []Deck{{ID: 1, Policy: policy(b, func(o *scheduler.Options) { o.Reviews = min(n, 9999) })}}
			b.ReportAllocs()
			for b.Loop() {
				s, err := Open(context.Background(), source, decks, Settings{}, at(start))
				if err != nil || next(b, s, at(start)).Kind != Ask {
					b.Fatal("nothing to ask", err)
				}
			}
		})
	}
}

// BenchmarkAnswer is all that a session does from one question to the next:
// preview, grade, commit, count, estimate, choose.
func BenchmarkAnswer(b *testing.B) {
	for _, n := range []int{200, 10_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			source := stock(n)
			decks := []Deck{{ID: 1, Policy: policy(b, func(o *scheduler.Options) { o.Reviews = min(n, 9999) })}}
			opened := func() *Session {
				s, err := Open(context.Background(), source, decks, Settings{}, at(start))
				if err != nil {
					b.Fatal(err)
				}
				return s
			}
			s := opened()
			for i := 0; b.Loop(); i++ {
				now := at(start.Add(time.Duration(i) * time.Second))
				if next(b, s, now).Kind != Ask {
					b.StopTimer()
					s = opened()
					b.StartTimer()
					next(b, s, now)
				}
				s.Preview(now)
				a, err := s.Grade(scheduler.Good, now, time.Second)
				if err != nil {
					b.Fatal(err)
				}
				if err := s.Commit(a); err != nil {
					b.Fatal(err)
				}
				s.Left()
				s.TimeLeft()
			}
		})
	}
}

// BenchmarkUndo takes back the 2,000th answer.
func BenchmarkUndo(b *testing.B) {
	source := stock(5000)
	decks := []Deck{{ID: 1, Policy: policy(b, func(o *scheduler.Options) { o.Reviews = 5000 })}}
	s, err := Open(context.Background(), source, decks, Settings{}, at(start))
	if err != nil {
		b.Fatal(err)
	}
	answerOne := func() {
		next(b, s, at(start))
		a, err := s.Grade(scheduler.Good, at(start), time.Second)
		if err != nil {
			b.Fatal(err)
		}
		if err := s.Commit(a); err != nil {
			b.Fatal(err)
		}
	}
	for range 2000 {
		answerOne()
	}
	for b.Loop() {
		s.Undo()
		answerOne()
	}
}
