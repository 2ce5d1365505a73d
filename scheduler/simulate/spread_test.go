package simulate

import (
	"math"
	"testing"

	"kartei/scheduler"
)

// fading is the recall of cards that lose a share of it each day.
func fading(rates []float64) Recall {
	return func(card int, day scheduler.Day) float64 { return math.Pow(1-rates[card], float64(day-100)) }
}

// The longer a way out of a backlog, the fewer cards a day and the more is lost; the
// most urgent go first.
func TestWayOut(t *testing.T) {
	rates := make([]float64, 100)
	for i := range rates {
		rates[i] = 0.001 * float64(i+1)
	}
	recall := fading(rates)
	today := scheduler.Day(110)
	before := WayOut(100, 1, today, recall)
	if before.ADay != 100 || before.Lost != 0 {
		t.Errorf("all at once: %+v", before)
	}
	for _, days := range []int{3, 7, 30} {
		w := WayOut(100, days, today, recall)
		if w.ADay != (100+days-1)/days || w.Lost <= before.Lost || w.Asked >= before.Asked {
			t.Errorf("%+v after %+v", w, before)
		}
		before = w
	}
	if w := WayOut(0, 7, today, recall); w.Lost != 0 || w.ADay != 0 {
		t.Errorf("of nothing: %+v", w)
	}
}

// What falls into a break goes before it and after it, in equal parts and evenly; what
// is forgotten fastest goes before.
func TestBreak(t *testing.T) {
	rates, due := make([]float64, 60), make([]scheduler.Day, 60)
	for i := range rates {
		rates[i], due[i] = 0.0005*float64(i+1), scheduler.Day(120+i%10)
	}
	load := func(day scheduler.Day) int { return int(day) % 3 }
	to, lost := Break(due, 120, 129, 100, load, fading(rates))
	days := map[scheduler.Day]int{}
	for card, day := range to {
		days[day]++
		if day >= 120 && day <= 129 || day < 110 || day > 139 {
			t.Errorf("card %d goes to day %d", card, day)
		}
	}
	for day, n := range days {
		if n+load(day) < 3 || n+load(day) > 5 {
			t.Errorf("day %d has %d cards and %d besides", day, n, load(day))
		}
	}
	if to[50] >= 120 || to[0] <= 129 {
		t.Errorf("the fastest goes to %d, the slowest to %d", to[50], to[0])
	}
	if lost <= 0 || lost > 3 {
		t.Errorf("%v cards are lost", lost)
	}
	// A break that begins today has no days before it.
	to, _ = Break(due, 120, 129, 120, load, fading(rates))
	for card, day := range to {
		if day <= 129 {
			t.Errorf("card %d goes to day %d, before a break that has begun", card, day)
		}
	}
}
