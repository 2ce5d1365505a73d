package scheduler

import "testing"

// An evening is filled with what is weak first, then with new cards, two answers each;
// and it is worth it.
func TestPlanEvening(t *testing.T) {
	o := Defaults()
	o.Exam, o.Goal = 101, 0.95
	p, err := NewPolicy(o, DefaultCalendar)
	if err != nil {
		t.Fatal(err)
	}
	now := Moment{At: 100 * dayMilliseconds, Day: 100}
	weak := Memory{State: Review, Reps: 3, Stability: 5, Difficulty: 5, LastDay: 90, Last: 90 * dayMilliseconds, DueDay: 103}
	strong := Memory{State: Review, Reps: 9, Stability: 900, Difficulty: 5, LastDay: 90, Last: 90 * dayMilliseconds, DueDay: 400}
	cards := []Memory{weak, {}, strong, {}, weak, {}, {}}
	facts := []int64{1, 2, 3, 4, 5, 2, 6} // two new cards of one fact
	for answers, want := range map[int]Evening{
		100: {Weak: 2, Ahead: 3, New: 3, Unseen: 1},
		6:   {Weak: 2, Ahead: 3, New: 2, Unseen: 2},
		5:   {Weak: 2, Ahead: 3, New: 1, Unseen: 3},
		1:   {Weak: 1, Ahead: 3, New: 0, Unseen: 4},
	} {
		got := p.PlanEvening(cards, facts, now, answers)
		if got.Weak != want.Weak || got.Ahead != want.Ahead || got.New != want.New || got.Unseen != want.Unseen {
			t.Errorf("%d answers: %+v, want %+v", answers, got, want)
		}
		if got.After <= got.Before || got.After > 1 {
			t.Errorf("%d answers: recall %.2f before, %.2f after", answers, got.Before, got.After)
		}
	}
	if got := p.PlanEvening(nil, nil, now, 10); got != (Evening{}) {
		t.Errorf("no cards: %+v", got)
	}
}
