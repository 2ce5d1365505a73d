package simulate

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"reflect"
	"testing"
	"time"

	"kartei/scheduler"
)

var today = scheduler.Moment{At: 20_000*86_400_000 + 18*3_600_000, Day: 20_000}

func plan(cards, days int, retention float64) Plan {
	o := scheduler.Defaults()
	o.Retention = retention
	return Plan{
		Options:  o,
		Calendar: scheduler.Calendar{Rollover: 4 * time.Hour},
		Cards:    make([]scheduler.Memory, cards),
		Today:    today,
		Days:     days,
		Seed:     1,
	}
}

func played(t testing.TB, p Plan) *Outcome {
	t.Helper()
	o, err := Run(context.Background(), p)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// More recall asked for is more work, and more is known; the days keep to the
// limits; and all cards are met.
func TestRun(t *testing.T) {
	var before *Outcome
	for _, retention := range []float64{0.8, 0.9, 0.95} {
		p := plan(600, 180, retention)
		o := played(t, p)
		t.Logf("%v: %d answers, %.1f hours, %.0f known", retention, o.Answers(), o.Hours(), o.Known)
		if o.Seen != 600 || o.Before != 0 || o.Waits != 0 || len(o.Days) != 180 {
			t.Errorf("%v: %+v", retention, o)
		}
		if o.Known < 600*retention || o.Known > 600 {
			t.Errorf("%v: %v of 600 known", retention, o.Known)
		}
		for i, d := range o.Days {
			if want := p.Options.New; d.New > want || (i < 30 && d.New != want) {
				t.Errorf("day %d: %d new cards", i, d.New)
			}
		}
		if before != nil && (o.Answers() <= before.Answers() || o.Known <= before.Known || o.Hours() <= before.Hours()) {
			t.Errorf("%v: no more than with less: %d answers, %v known", retention, o.Answers(), o.Known)
		}
		before = o
	}
}

// Cards are recalled at their due days about as often as is asked for.
func TestRetentionIsKept(t *testing.T) {
	policy, err := scheduler.NewPolicy(plan(0, 0, 0.9).Options, scheduler.Calendar{})
	if err != nil {
		t.Fatal(err)
	}
	p := plan(0, 1, 0.9)
	p.Options.Reviews = 9999
	for i := range 2000 {
		m := scheduler.Memory{State: scheduler.Review, Stability: 30, Difficulty: 5, Last: today.At - 30*86_400_000, LastDay: today.Day - 30, DueDay: today.Day, Reps: uint32(i)}
		p.Cards = append(p.Cards, m)
	}
	if want := policy.Recall(p.Cards[0], today); math.Abs(want-0.9) > 1e-9 {
		t.Fatalf("recall %v", want)
	}
	o := played(t, p)
	again := o.Answers() - 2000 // each lapse is asked again in its step
	if again < 150 || again > 320 {
		t.Errorf("about %d of 2000 were forgotten, want 200", again)
	}
	if math.Abs(o.Before-1800) > 1e-6 || o.Known < 1900 {
		t.Errorf("%v were known, %v are", o.Before, o.Known)
	}
}

// The same seed plays the same days; what is passed in stays as it was.
func TestSameSeedSameDays(t *testing.T) {
	p := plan(100, 60, 0.9)
	a := played(t, p)
	for _, m := range p.Cards {
		if m != (scheduler.Memory{}) {
			t.Fatalf("a card of the plan was changed: %+v", m)
		}
	}
	if b := played(t, p); !reflect.DeepEqual(a, b) {
		t.Error("the same seed plays other days")
	}
	p.Seed = 2
	if b := played(t, p); reflect.DeepEqual(a, b) {
		t.Error("another seed plays the same days")
	}
}

// A backlog is worked off within the limit of a day; what does not fit waits.
func TestBacklog(t *testing.T) {
	p := plan(0, 3, 0.9)
	p.Options.Reviews = 50
	for range 200 {
		p.Cards = append(p.Cards, scheduler.Memory{State: scheduler.Review, Stability: 100, Difficulty: 5, Last: today.At - 100*86_400_000, LastDay: today.Day - 100, DueDay: today.Day - 9})
	}
	o := played(t, p)
	if o.Waits < 45 || o.Waits > 55 {
		t.Errorf("%d cards still wait, want about 50", o.Waits)
	}
}

// Habits are those of the learner once there is something to see.
func TestHabits(t *testing.T) {
	var h Habits
	for range 1000 {
		h.Add(scheduler.Review, scheduler.Good, 4)
		h.Add(scheduler.New, scheduler.Easy, 0)
	}
	h.Add(scheduler.Review, 0, 1)
	h.Add(scheduler.Review, 9, 1)
	if h.Answers() != 2000 {
		t.Errorf("%d answers", h.Answers())
	}
	dice := rand.New(rand.NewPCG(1, 1))
	good, easy := 0, 0
	for range 1000 {
		if h.grade(review, true, dice) == scheduler.Good {
			good++
		}
		if h.grade(first, false, dice) == scheduler.Easy {
			easy++
		}
		if h.grade(review, false, dice) != scheduler.Again {
			t.Fatal("what is forgotten is not Again")
		}
	}
	if good < 980 || easy < 970 {
		t.Errorf("%d Good, %d Easy of 1000", good, easy)
	}
	if s := h.time(review, scheduler.Good); math.Abs(s-4) > 0.1 {
		t.Errorf("an answer takes %v seconds, want 4", s)
	}
	if s := h.time(first, scheduler.Easy); s != usualSeconds[first][3] {
		t.Errorf("an answer of unknown time takes %v seconds", s)
	}
}

func TestRunFails(t *testing.T) {
	p := plan(1, 1, 2)
	if _, err := Run(context.Background(), p); err == nil {
		t.Error("a retention of 2 was played")
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Run(ctx, plan(1, 1, 0.9)); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

// Ten thousand cards for a year.
func BenchmarkRun(b *testing.B) {
	for b.Loop() {
		p := plan(10_000, 365, 0.9)
		p.Options.New, p.Options.Reviews = 30, 9999
		o := played(b, p)
		b.ReportMetric(float64(o.Answers()), "answers")
	}
}
