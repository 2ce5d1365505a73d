package fit

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"

	"kartei/scheduler/fsrs"
	"kartei/scheduler/internal/portable"
	"kartei/scheduler/stats"
)

// A judge compares what was expected with what happened.
type judge struct {
	items     []item
	recalled  []float64
	bins      []int32 // by item: the bin of RMSE(bins)
	binCount  int
	cards     []int32 // by item: a number of its card, from 0
	cardCount int
	draws     [][]uint8 // by resample: how often each card was drawn; none of too few cards
}

func newJudge(h *histories, items []item) *judge {
	j := &judge{items: items}
	bins, cards := map[[3]int]int32{}, map[int32]int32{}
	keys := h.binKeys(items)
	for i, it := range items {
		j.recalled = append(j.recalled, one(h.recalled(it)))
		j.bins = append(j.bins, numbered(bins, keys[i]))
		j.cards = append(j.cards, numbered(cards, it.card))
	}
	j.binCount, j.cardCount = len(bins), len(cards)
	if j.cardCount < LeastToRange {
		return j
	}
	n := resamples
	if len(items) > largeLog {
		n = largeResamples
	}
	dice := rand.New(rand.NewPCG(11, 0))
	for range n {
		draw := make([]uint8, len(cards))
		for range cards {
			draw[dice.IntN(len(cards))]++
		}
		j.draws = append(j.draws, draw)
	}
	return j
}

// numbered is the number of a key: that it has, or the next one.
func numbered[K comparable](numbers map[K]int32, key K) int32 {
	n, known := numbers[key]
	if !known {
		n = int32(len(numbers))
		numbers[key] = n
	}
	return n
}

// binKeys are the bins of items: how long the pause was, how many answers of
// later days came before, and how many of them were lapses, each on a
// logarithmic scale (srs-benchmark).
func (h *histories) binKeys(items []item) [][3]int {
	keys := make(map[int32][3]int, len(items))
	for _, it := range items {
		keys[it.review] = [3]int{}
	}
	for _, s := range h.cards {
		later, lapses := 0, 0
		for i := s.start; i < s.end; i++ {
			r := &h.reviews[i]
			if r.Days == 0 {
				continue
			}
			later++
			if _, wanted := keys[i]; wanted {
				keys[i] = [3]int{step(r.Days, 3.62), step(float64(later+1), 1.89), step(float64(lapses), 1.73)}
			}
			if r.Grade == fsrs.Again {
				lapses++
			}
		}
	}
	all := make([][3]int, len(items))
	for i, it := range items {
		all[i] = keys[it.review]
	}
	return all
}

// step is the floor of the logarithm of x; of nothing it is -1.
func step(x, base float64) int {
	if x <= 0 {
		return -1
	}
	return int(math.Floor(portable.Log(x)/portable.Log(base) + 1e-9))
}

// method judges what a method expected.
func (j *judge) method(name string, expected []float64) Method {
	order := make([]int32, len(expected))
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortStableFunc(order, func(a, b int32) int { return cmp.Compare(expected[a], expected[b]) })
	losses := make([]float64, len(expected))
	for i, p := range expected {
		losses[i] = LogLoss(p, j.recalled[i] == 1)
	}
	measure := func(draw []uint8) (loss, rmse, auc float64) {
		return j.loss(losses, draw), j.rmse(expected, draw), j.auc(expected, order, draw)
	}
	m := Method{Name: name}
	m.Loss.Value, m.RMSE.Value, m.AUC.Value = measure(nil)
	var l, r, a []float64
	for _, draw := range j.draws {
		loss, rmse, auc := measure(draw)
		l, r, a = append(l, loss), append(r, rmse), append(a, auc)
	}
	m.Loss.between(l)
	m.RMSE.between(r)
	m.AUC.between(a)
	return m
}

// between sets the interval to the middle 95 % of resamples, if there are any.
func (e *Estimate) between(resampled []float64) {
	if len(resampled) == 0 {
		e.Low, e.High = math.NaN(), math.NaN()
		return
	}
	slices.Sort(resampled)
	n := len(resampled)
	e.Low, e.High = min(e.Value, resampled[n/40]), max(e.Value, resampled[n-1-n/40])
}

// weight is how often an item counts; draw is nil for the log as it is.
func (j *judge) weight(i int32, draw []uint8) float64 {
	if draw == nil {
		return 1
	}
	return float64(draw[j.cards[i]])
}

func (j *judge) loss(losses []float64, draw []uint8) float64 {
	sum, total := 0.0, 0.0
	for i, loss := range losses {
		w := j.weight(int32(i), draw)
		sum += float64(w * loss)
		total += w
	}
	return sum / max(total, 1)
}

func (j *judge) rmse(expected []float64, draw []uint8) float64 {
	type bin struct{ off, count float64 }
	bins, total := make([]bin, j.binCount), 0.0
	for i, p := range expected {
		w := j.weight(int32(i), draw)
		b := &bins[j.bins[i]]
		b.off += float64(w * (p - j.recalled[i]))
		b.count += w
		total += w
	}
	sum := 0.0
	for _, b := range bins {
		if b.count > 0 {
			sum += float64(b.off * b.off / b.count)
		}
	}
	return math.Sqrt(sum / max(total, 1))
}

// auc is the probability that of two items, one recalled and one not, more was
// expected of the former; a tie is half.
func (j *judge) auc(expected []float64, order []int32, draw []uint8) float64 {
	var below, pairs, hits, misses float64 // below: misses of which less was expected
	for i := 0; i < len(order); {
		tiedHits, tiedMisses := 0.0, 0.0
		k := i
		for ; k < len(order) && expected[order[k]] == expected[order[i]]; k++ {
			w := j.weight(order[k], draw)
			tiedHits += float64(w * j.recalled[order[k]])
			tiedMisses += float64(w * (1 - j.recalled[order[k]]))
		}
		pairs += float64(tiedHits * (below + float64(tiedMisses/2)))
		below += tiedMisses
		hits += tiedHits
		misses += tiedMisses
		i = k
	}
	if hits == 0 || misses == 0 {
		return 0.5
	}
	return pairs / (hits * misses)
}

// curveEdges divide what may be expected into the bins of the curve.
var curveEdges = []float64{0.5, 0.6, 0.7, 0.8, 0.85, 0.875, 0.925, 0.95, 0.975, 1.001}

// leastInBin is how many answers a bin of the curve has.
const leastInBin = 20

// curve is how much was recalled of what was expected.
func (j *judge) curve(expected []float64) []Bin {
	type bin struct {
		sum         float64
		n, recalled int
	}
	bins := make([]bin, len(curveEdges))
	for i, p := range expected {
		b := &bins[sort(p)]
		b.sum += p
		b.n++
		b.recalled += int(j.recalled[i])
	}
	var curve []Bin
	for _, b := range bins {
		if b.n >= leastInBin {
			curve = append(curve, Bin{b.sum / float64(b.n), stats.ShareOf(b.recalled, b.n)})
		}
	}
	return curve
}

func sort(p float64) int {
	i := 0
	for i < len(curveEdges)-1 && p >= curveEdges[i] {
		i++
	}
	return i
}
