package fsrs

import (
	"math"
	"math/rand/v2"
	"testing"
)

// trainable returns the model of a name with parameters.
func trainable(t testing.TB, name string, w []float64) Trainable {
	t.Helper()
	m, err := New(name, w)
	if err != nil {
		t.Fatal(err)
	}
	return m.(Trainable)
}

// lossOf is the loss that [Trainable.Gradient] differentiates.
func lossOf(m Trainable, cards [][]Review) (sum float64) {
	for _, history := range cards {
		recall := make([]float64, len(history))
		m.Predict(recall, history)
		for i := 1; i < len(history); i++ {
			r := recall[i]
			if history[i].Grade == Again {
				r = 1 - r
			}
			sum -= history[i].Weight * math.Log(math.Max(r, certain))
		}
	}
	return sum
}

// someCards are histories of all kinds of answers, whole days apart or not.
func someCards(dice *rand.Rand, whole bool) [][]Review {
	cards := make([][]Review, 1+dice.IntN(4))
	for c := range cards {
		for range dice.IntN(12) {
			r := Review{Grade: Grade(1 + dice.IntN(4)), Days: math.Exp(10*dice.Float64() - 5), Weight: dice.Float64()}
			if dice.IntN(3) > 0 {
				r.Grade = Good
			}
			if whole {
				r.Days = math.Floor(r.Days)
			}
			if r.Days == 0 {
				r.Weight = 0
			}
			cards[c] = append(cards[c], r)
		}
	}
	return cards
}

// treeOf is a tree of histories, level by level, in which cards that begin alike
// share their beginning.
func treeOf(cards [][]Review) []Node {
	type key struct {
		parent int32
		grade  Grade
		days   float64
	}
	var tree []Node
	nodes := map[key]int32{}
	last := make([]int32, len(cards))
	for i, more := 0, true; more; i++ {
		more = false
		for c, history := range cards {
			if i >= len(history) {
				continue
			}
			more = true
			k := key{last[c], history[i].Grade, history[i].Days}
			if i == 0 {
				k.parent, k.days = -1, 0
			}
			n, shared := nodes[k]
			if !shared {
				n = int32(len(tree))
				nodes[k] = n
				tree = append(tree, Node{Parent: k.parent, Review: Review{Grade: k.grade, Days: k.days}})
			}
			tree[n].Weight += history[i].Weight
			last[c] = n
		}
	}
	return tree
}

// someParameters are the defaults, each moved a part of the way to a bound.
func someParameters(dice *rand.Rand, name string) []float64 {
	w := Defaults(name)
	for i, b := range boundsOf(name) {
		if i < 4 {
			continue // ordered; steps move them
		}
		to := b.low + (b.high-b.low)*dice.Float64()
		w[i] += 0.3 * dice.Float64() * (to - w[i])
		inset := 1e-3 * (b.high - b.low)
		w[i] = math.Min(math.Max(w[i], b.low+inset), b.high-inset)
	}
	return w
}

// The analytic gradient is the numeric one, to a millionth. A parameter near
// which the loss has a kink (the numeric slopes of two widths differ) says
// nothing; such are few.
func TestGradientIsNumeric(t *testing.T) {
	for _, name := range []string{FSRS6, FSRS7} {
		checked, kinks, worst := 0, 0, 0.0
		bounds := boundsOf(name)
		for seed := range uint64(150) {
			dice := rand.New(rand.NewPCG(seed, 6))
			w := someParameters(dice, name)
			cards := someCards(dice, name == FSRS6)
			m := trainable(t, name, w)
			got := make([]float64, len(w))
			var work Work
			loss := m.Gradient(got, treeOf(cards), &work)
			if want := lossOf(m, cards); math.Abs(loss-want) > 1e-10*(1+want) {
				t.Fatalf("%s seed %d: loss %v, want %v", name, seed, loss, want)
			}
			total := 0.0
			for _, g := range got {
				total = math.Max(total, math.Abs(g))
			}
			for i := range w {
				slope := func(h float64) float64 {
					up, down := append([]float64(nil), w...), append([]float64(nil), w...)
					up[i] += h
					down[i] -= h
					return (lossOf(trainable(t, name, up), cards) - lossOf(trainable(t, name, down), cards)) / (up[i] - down[i])
				}
				h := 9e-4 * (bounds[i].high - bounds[i].low)
				if i < 4 {
					h = 1e-3 * w[i]
				}
				wide, narrow, narrowest := slope(h), slope(h/2), slope(h/4)
				first, second := narrow+(narrow-wide)/3, narrowest+(narrowest-narrow)/3
				want := second + (second-first)/15 // Romberg
				scale := math.Max(1e-3*total, math.Max(math.Abs(want), 1e-6))
				if math.Abs(second-first) > 1e-6*scale {
					kinks++
					continue
				}
				checked++
				off := math.Abs(got[i]-want) / scale
				worst = math.Max(worst, off)
				if off > 1e-6 {
					t.Fatalf("%s seed %d w%d: %v, numeric %v", name, seed, i, got[i], want)
				}
			}
		}
		t.Logf("%s: %d slopes checked, worst off by %.1e, %d at kinks", name, checked, worst, kinks)
		if kinks*50 > checked {
			t.Errorf("%s: %d of %d slopes lie at kinks", name, kinks, checked)
		}
	}
}

// Predict says of each answer what Recall says before it.
func TestPredict(t *testing.T) {
	for _, name := range []string{FSRS6, FSRS7} {
		m := trainable(t, name, nil)
		dice := rand.New(rand.NewPCG(1, 2))
		for range 100 {
			for _, history := range someCards(dice, name == FSRS6) {
				got := make([]float64, len(history))
				m.Predict(got, history)
				var s State
				for i, r := range history {
					if want := m.Recall(s, r.Days); got[i] != want {
						t.Fatalf("%s answer %d: %v, want %v", name, i, got[i], want)
					}
					s = m.Step(s, r.Grade, r.Days)
				}
			}
		}
	}
}

func BenchmarkGradient(b *testing.B) {
	for _, name := range []string{FSRS6, FSRS7} {
		b.Run(name, func(b *testing.B) {
			m := trainable(b, name, nil)
			dice := rand.New(rand.NewPCG(1, 1))
			var cards [][]Review
			for range 64 {
				var history []Review
				for i := range 10 {
					r := Review{Grade: Good, Days: float64(dice.IntN(2) * dice.IntN(20)), Weight: 1}
					if i%7 == 4 {
						r.Grade = Again
					}
					history = append(history, r)
				}
				cards = append(cards, history)
			}
			w := make([]float64, len(m.Parameters()))
			var work Work
			tree := treeOf(cards)
			n := len(tree)
			b.ReportAllocs()
			for b.Loop() {
				m.Gradient(w, tree, &work)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/review")
		})
	}
}
