package scheduler

import "math"

// A window is the range of whole days in which a review may fall.
type window struct {
	low, high int     // both included, at least 1
	interval  float64 // that the model asks for
}

func (w window) holds(days int) bool { return w.low <= days && days <= w.high }

// window is the fuzz range of a target, of the rounded interval where a card comes into
// review, or comes back into it (Anki rslib states/learning.rs).
func (a *answer) window(t target, g Grade) window {
	longest, interval := a.options.MaxInterval, t.interval
	last := 0
	if a.before.State == Review {
		last = a.before.Interval()
	}
	if a.before.State != Review || g == Again {
		interval = math.Max(1, math.Round(interval))
	}
	if g == Again && last > 0 {
		longest = min(longest, last) // forgetting never lengthens
	}
	shortest := 1
	if g > Again && last > 0 {
		shortest = a.noShorter(interval, last)
	}
	return a.examined(t, a.fuzzed(interval, min(shortest, longest), longest))
}

// noShorter is the shortest that an interval of a card in review may become by chance:
// longer than the last one if the model lengthens it, in whole days, and never shorter
// than one that is in its range (Anki rslib states/fuzz.rs).
func (p *Policy) noShorter(interval float64, last int) int {
	switch {
	case int(math.Round(interval)) > last:
		return last + 1
	case last <= p.fuzzed(interval, 1, p.options.MaxInterval).high:
		return last
	}
	return 1
}

// above is the part of a grade's window that does not lie below the days of
// the grade below it: for all but Hard above them, where the window has room.
//
// Anki makes room above the window (rslib states/review.rs). Where most
// intervals are a day or two that costs recall: 1.6 points of the 95 % asked
// for in a simulated year, instead of 0.9.
func (a *answer) above(days int, g Grade, w window) window {
	switch {
	case days == 0 || days < w.low:
	case days < w.high && g > Hard:
		w.low = days + 1
	case days <= w.high:
		w.low = days
	case a.examAhead():
		w.low = w.high // the exam does not wait
	default:
		w.low, w.high = days, days
	}
	return w
}

// fuzzed is the fuzz range of an interval (Anki rslib states/fuzz.rs). Where it
// cannot reach as far down as up, it reaches no farther up than down: Anki lets
// it, which lengthens the interval.
func (p *Policy) fuzzed(interval float64, shortest, longest int) window {
	interval = math.Min(math.Max(interval, float64(shortest)), float64(longest))
	delta := 0.0
	if p.options.Fuzz {
		delta = fuzz(interval)
	}
	low, high := int(math.Round(interval-delta)), int(math.Round(interval+delta))
	if cut := shortest - low; cut > 0 {
		high -= cut
	}
	return window{
		low:      min(max(low, shortest), longest),
		high:     min(max(high, shortest), longest),
		interval: interval,
	}
}

// fuzz is how many days an interval may move either way: none below 2.5 days,
// else one day and 15 % of its part up to 7, 10 % up to 20, 5 % beyond.
func fuzz(interval float64) float64 {
	if interval < 2.5 {
		return 0
	}
	return 1 + float64(0.15*(min(interval, 7)-2.5)) +
		float64(0.10*max(0, min(interval, 20)-7)) +
		float64(0.05*max(0, interval-20))
}

// The load balancer's reach and weights (Anki rslib load_balancer.rs).
const (
	longestBalanced = 90 // days
	siblingReach    = 5  // days
)

// siblingWeights are the weights of a day by its distance from a sibling's.
var siblingWeights = [siblingReach + 1]float64{0.000001, 0.2, 0.4, 0.6, 0.8, 1}

// draw picks a day of the window. Its dice are thrown once for a card and a
// repetition, so that preview, answer and replay agree.
func (a *answer) draw(w window) int {
	if w.low == w.high {
		return w.low
	}
	dice := Dice(a.card, uint64(a.before.Reps))
	if a.options.Balance && w.interval <= longestBalanced && (a.load.Due != nil || a.options.EasyDays != EasyDays{}) {
		return a.balanced(w, dice)
	}
	return w.low + int(math.Floor(dice*float64(w.high-w.low+1)))
}

// balanced draws with weights that prefer days with less to do, easy days
// least, days away from siblings, and shorter intervals.
func (a *answer) balanced(w window, dice float64) int {
	total := 0.0
	for days := w.low; days <= w.high; days++ {
		total += a.weight(days)
	}
	point := dice * total
	for days := w.low; days < w.high; days++ {
		point -= a.weight(days)
		if point < 0 {
			return days
		}
	}
	return w.high
}

func (a *answer) weight(days int) float64 {
	day := a.now.Day + Day(days)
	weight := a.options.EasyDays.weight(day) / float64(days)
	if i := int(day) - int(a.load.First); i >= 0 && i < len(a.load.Due) && a.load.Due[i] > 1 {
		due := float64(a.load.Due[i])
		weight /= due * due
	}
	for _, sibling := range a.load.Siblings {
		if distance := max(day-sibling, sibling-day); distance < siblingReach {
			weight *= siblingWeights[distance]
		}
	}
	return weight
}

// Dice is a number in [0, 1) that a card and a number decide: FNV-1a over the card's
// name, then the finalizer of SplitMix64 with the number.
func Dice(card string, number uint64) float64 {
	h := uint64(14695981039346656037)
	for i := range len(card) {
		h = (h ^ uint64(card[i])) * 1099511628211
	}
	h += (number + 1) * 0x9e3779b97f4a7c15
	h = (h ^ h>>30) * 0xbf58476d1ce4e5b9
	h = (h ^ h>>27) * 0x94d049bb133111eb
	h ^= h >> 31
	return float64(h>>11) / (1 << 53)
}
