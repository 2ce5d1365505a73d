package fit

import (
	"kartei/scheduler/fsrs"
	"kartei/scheduler/internal/portable"
)

// firstStabilities finds the stabilities after a first answer from how often
// cards were recalled after their first interval (fsrs-rs
// parameter_initialization.rs), and says from how many cards of each grade.
func firstStabilities(groups []group, averageRecall float64) (stability [4]float64, count [4]int) {
	var byGrade [4][]group
	for _, g := range groups {
		i := g.grade - fsrs.Again
		byGrade[i] = append(byGrade[i], g)
		count[i] += g.count
	}
	usual := fsrs.Defaults(fsrs.FSRS6)
	for i, data := range byGrade {
		if len(data) > 0 {
			stability[i] = newFirstLoss(data, averageRecall, usual[i], usual[20]).lowest()
		}
	}
	return stability, count
}

// A firstLoss is what a first stability costs: the loss of its forgetting curve
// over groups of cards, and a little for each day that it differs from the
// usual one.
type firstLoss struct {
	days, count, recall []float64
	usual               float64
	decay, factor       float64
}

func newFirstLoss(groups []group, averageRecall, usual, decay float64) *firstLoss {
	f := &firstLoss{usual: usual, decay: decay, factor: portable.Pow(0.9, -1/decay) - 1}
	for _, g := range groups {
		n := float64(g.count)
		f.days = append(f.days, g.days)
		f.count = append(f.count, n)
		f.recall = append(f.recall, (float64(g.recalled)+averageRecall)/(n+1))
	}
	return f
}

func (f *firstLoss) at(stability float64) float64 {
	sum := max(stability-f.usual, f.usual-stability) / 16
	for i, days := range f.days {
		logR := -f.decay * portable.Log(1+float64(f.factor*days)/stability)
		r := min(portable.Exp(logR), 1-1e-15)
		y := f.recall[i]
		sum -= float64(f.count[i] * (float64(y*logR) + float64((1-y)*portable.Log(1-r))))
	}
	return sum
}

// lowest searches by thirds.
func (f *firstLoss) lowest() float64 {
	low, high := shortestFirst, longestFirst
	for high-low > 1e-12*high {
		third := (high - low) / 3
		if a, b := low+third, high-third; f.at(a) < f.at(b) {
			high = b
		} else {
			low = a
		}
	}
	return (low + high) / 2
}

// The bounds of first stabilities, in days.
const shortestFirst, longestFirst = 0.001, 100.0

// How the first stabilities of neighbouring grades lie to each other, on a
// logarithmic scale: Hard between Again and Good, Good between Hard and Easy.
const hardPlace, goodPlace = 0.41, 0.54

// fill makes first stabilities rise with the grade, those known from more cards
// winning, and finds those of grades that no card began with.
func fill(stability [4]float64, count [4]int) [4]float64 {
	known := 0
	for i := range stability {
		if count[i] > 0 {
			known++
		}
	}
	if known == 0 {
		return [4]float64(fsrs.Defaults(fsrs.FSRS6)[:4])
	}
	for range stability { // a change can upset a pair seen before
		stability = rising(stability, count)
	}
	if known == 1 {
		stability = scaled(stability, count)
	} else {
		stability = interpolated(stability, count)
	}
	for i := range stability {
		stability[i] = portable.Clamp(stability[i], shortestFirst, longestFirst)
	}
	return stability
}

// rising puts right each pair of known stabilities of which the lower grade has
// the higher one.
func rising(stability [4]float64, count [4]int) [4]float64 {
	for _, p := range [][2]int{{0, 1}, {1, 2}, {2, 3}, {0, 2}, {1, 3}, {0, 3}} {
		i, j := p[0], p[1]
		if count[i] == 0 || count[j] == 0 || stability[i] <= stability[j] {
			continue
		}
		if count[i] > count[j] {
			stability[j] = stability[i]
		} else {
			stability[i] = stability[j]
		}
	}
	return stability
}

// scaled stretches the usual stabilities to the one that is known.
func scaled(stability [4]float64, count [4]int) [4]float64 {
	usual := fsrs.Defaults(fsrs.FSRS6)
	for i, n := range count {
		if n > 0 {
			factor := stability[i] / usual[i]
			for j := range stability {
				stability[j] = usual[j] * factor
			}
			break
		}
	}
	return stability
}

// interpolated finds what is missing from the two nearest that are known.
func interpolated(stability [4]float64, count [4]int) [4]float64 {
	var at [4]float64 // logarithms
	var known [4]bool
	for i, n := range count {
		known[i] = n > 0
		if known[i] {
			at[i] = portable.Log(stability[i])
		}
	}
	set := func(i int, x float64) {
		if !known[i] {
			at[i], known[i] = x, true
		}
	}
	const p, q = hardPlace, goodPlace
	switch {
	case known[0] && known[3] && !known[1] && !known[2]:
		between := p + q - float64(p*q)
		set(1, float64(p/between*at[0])+float64((1-p/between)*at[3]))
		set(2, float64((1-q/between)*at[0])+float64(q/between*at[3]))
	case known[0] && known[2]:
		set(1, float64(p*at[0])+float64((1-p)*at[2]))
	case known[1] && known[3]:
		set(2, float64((1-q)*at[1])+float64(q*at[3]))
	case known[0] && known[1]:
		set(2, (at[1]-float64(p*at[0]))/(1-p))
	case known[2] && known[3]:
		set(1, (at[2]-float64(q*at[3]))/(1-q))
	}
	set(3, (at[2]-float64((1-q)*at[1]))/q)
	set(0, (at[1]-float64((1-p)*at[2]))/p)
	for i, n := range count {
		if n == 0 {
			stability[i] = portable.Exp(at[i])
		}
	}
	return stability
}
