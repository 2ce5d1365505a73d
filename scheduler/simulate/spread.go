package simulate

import (
	"cmp"
	"slices"

	"kartei/scheduler"
)

// A Recall is how likely a card is recalled on a day.
type Recall func(card int, day scheduler.Day) float64

// A Way out of a backlog asks so many cards a day, the most urgent first.
type Way struct {
	Days  int
	ADay  int     // cards
	Asked float64 // mean recall when a card is asked
	Lost  float64 // cards that will be forgotten besides, for they had to wait
}

// WayOut spreads n cards that are due over some days, from today.
func WayOut(n, days int, today scheduler.Day, recall Recall) Way {
	order := make([]int, n)
	now := make([]float64, n)
	for i := range order {
		order[i], now[i] = i, recall(i, today)
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(now[a], now[b]) })
	w := Way{Days: days, ADay: (n + days - 1) / max(days, 1)}
	for k, card := range order {
		then := recall(card, today+scheduler.Day(k/max(w.ADay, 1)))
		w.Asked += then / float64(n)
		w.Lost += now[card] - then
	}
	return w
}

// Break moves the cards that are due on the days from first to last, on which nobody
// learns, to days before or after: half before, those that would lose most by waiting;
// each to the day with the least to do, of as many days as the break has. None goes to
// a day before earliest. load is how many cards are due on a day anyway.
//
// It returns a day for each card, and how many more cards will be forgotten than if
// all were asked when they are due.
func Break(
	due []scheduler.Day, first, last, earliest scheduler.Day, load func(scheduler.Day) int, recall Recall,
) (to []scheduler.Day, lost float64) {
	length := last - first + 1
	before, after := daysOf(max(earliest, first-length), first-1), daysOf(last+1, last+length)
	order := make([]int, len(due))
	loss := make([]float64, len(due))
	for i, day := range due {
		order[i], loss[i] = i, recall(i, day)-recall(i, last+1)
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(loss[b], loss[a]) })
	early := (len(order) + 1) / 2
	if len(before) == 0 {
		early = 0
	}
	full := map[scheduler.Day]int{}
	for _, day := range append(slices.Clone(before), after...) {
		full[day] = load(day)
	}
	to = make([]scheduler.Day, len(due))
	for k, card := range order {
		days := after
		if k < early {
			days = before
		}
		day := slices.MinFunc(days, func(a, b scheduler.Day) int { return cmp.Compare(full[a], full[b]) })
		full[day]++
		to[card] = day
		if day > due[card] {
			lost += recall(card, due[card]) - recall(card, day)
		}
	}
	return to, lost
}

// daysOf are the days from one to another, both included.
func daysOf(first, last scheduler.Day) (days []scheduler.Day) {
	for day := first; day <= last; day++ {
		days = append(days, day)
	}
	return days
}
