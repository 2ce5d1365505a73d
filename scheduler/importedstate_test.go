package scheduler

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"kartei/scheduler/fsrs"
)

func placing(t testing.TB, model string) *Policy {
	t.Helper()
	o := Defaults()
	o.Model = model
	p, err := NewPolicy(o, DefaultCalendar)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// TestPlaceTakesWhatIsSaid holds that a card stands where another program says,
// and that recall falls to 90 % when it says, under both models.
func TestPlaceTakesWhatIsSaid(t *testing.T) {
	at := ImportedState{State: Review, DueDay: 20_100, Interval: 30, Last: 20_070 * dayMilliseconds, LastDay: 20_070, Reps: 7, Lapses: 2, Stability: 42.5, Difficulty: 6.25}
	for _, model := range []string{fsrs.FSRS6, fsrs.FSRS7} {
		p := placing(t, model)
		m := p.Import(Memory{FirstDay: 20_000, Reps: 3, Stability: 1}, at)
		if m.State != Review || m.DueDay != 20_100 || m.Interval() != 30 || m.Reps != 7 || m.Lapses != 2 || m.FirstDay != 20_000 || m.Difficulty != 6.25 {
			t.Errorf("%s: %+v", model, m)
		}
		if s := p.Stability(m); math.Abs(s-42.5) > 0.01 {
			t.Errorf("%s: recall falls to 90 %% after %g days, want 42.5", model, s)
		}
	}
}

// TestPlaceWithoutMemory holds where stability comes from if nobody says it: from
// the log if that is whole, else from SM-2's interval and ease.
func TestPlaceWithoutMemory(t *testing.T) {
	p := placing(t, fsrs.FSRS6)
	replayed := Memory{State: Review, Stability: 3.5, Difficulty: 4, FirstDay: 1}
	whole := p.Import(replayed, ImportedState{State: Review, DueDay: 100, Interval: 10, Whole: true})
	if whole.Stability != 3.5 || whole.LastDay != 90 {
		t.Errorf("a whole log: %+v", whole)
	}
	part := p.Import(replayed, ImportedState{State: Review, DueDay: 100, Interval: 10, Ease: 2.1})
	if want := p.model.FromSM2(2.1, 10, 0.9); part.Stability != want.Stability || part.Difficulty != want.Difficulty {
		t.Errorf("part of a log: %+v, want %+v", part, want)
	}
	if m := p.Import(replayed, ImportedState{}); m != (Memory{}) {
		t.Errorf("a card that is new again: %+v", m)
	}
	learning := p.Import(Memory{}, ImportedState{State: Learning, Left: 1, Due: 5000, DueDay: 0, Last: 1000})
	if learning.Step != 1 || learning.Due != 5000 {
		t.Errorf("one of two steps is left: %+v", learning)
	}
}

// TestPlacedCardsCanBeGraded holds that whatever a stranger's file says, the next
// answer has an outcome within the limits.
func TestPlacedCardsCanBeGraded(t *testing.T) {
	policies := []*Policy{placing(t, fsrs.FSRS6), placing(t, fsrs.FSRS7)}
	rapid.Check(t, func(t *rapid.T) {
		number := func(name string) float64 { return rapid.Float64Range(0, math.MaxFloat64).Draw(t, name) }
		at := ImportedState{
			State: State(rapid.IntRange(1, 3).Draw(t, "state")), Left: rapid.IntRange(0, 300).Draw(t, "left"),
			Due: rapid.Int64Range(0, 1e15).Draw(t, "due"), DueDay: Day(rapid.IntRange(0, 1e6).Draw(t, "due day")),
			Interval: rapid.IntRange(0, 1e6).Draw(t, "interval"), Reps: rapid.Uint32().Draw(t, "reps"), Lapses: rapid.Uint32().Draw(t, "lapses"),
			Stability: number("stability"), Difficulty: number("difficulty"), Ease: number("ease"), Whole: rapid.Bool().Draw(t, "whole"),
		}
		for _, p := range policies {
			m := p.Import(Memory{}, at)
			if m.Stability < 0 || m.Stability > fsrs.MaxInterval || math.IsNaN(m.Stability) || m.Stability > 0 && (m.Difficulty < 1 || m.Difficulty > 10) {
				t.Fatalf("placed %+v", m)
			}
			for g, o := range p.Preview("card", m, Moment{At: 20_000 * dayMilliseconds, Day: 20_000}, Load{}) {
				if o.Days < 0 || o.Days > fsrs.MaxInterval || !(o.Stability > 0) || o.Difficulty < 1 || o.Difficulty > 10 {
					t.Fatalf("grade %d: %+v", g+1, o)
				}
			}
		}
	})
}
