package stats

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"kartei/scheduler"
	"kartei/scheduler/fsrs"
)

func Example() {
	items := NewItems()
	for day, right := range []bool{false, true, false} {
		items.Add(Answer{Card: "hard", Day: scheduler.Day(20000 + 3*day), Right: right, Wrong: []string{"Brunssum"}[:1-b2i(right)]})
		items.Add(Answer{Card: "easy", Day: scheduler.Day(20000 + 3*day), Right: true})
	}
	all := items.Hardest()
	for _, i := range all {
		fmt.Printf("%s: missed %d of %d, known at first: %t, %v\n", i.Card, i.Missed, i.Answers, i.Known, i.Confused)
	}
	first := FirstExposure(all)
	fmt.Printf("%d of %d known at first (%.0f to %.0f %%)\n", first.Part, first.Of, 100*first.Low, 100*first.High)
	// Output:
	// hard: missed 2 of 3, known at first: false, [{Brunssum 2}]
	// easy: missed 0 of 3, known at first: true, []
	// 1 of 2 known at first (9 to 91 %)
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

// A simulated learner: recall after a pause is that of an average card, harder
// or easier by what the card has in logits; half of the cards are asked early,
// when much is recalled, and half late. The Elo difficulty finds the order of
// the cards again, and better than the share of misses, which takes those that
// are asked late for hard ones.
func TestDifficultyIsRecovered(t *testing.T) {
	model, err := fsrs.New(fsrs.FSRS6, fsrs.Defaults(fsrs.FSRS6))
	if err != nil {
		t.Fatal(err)
	}
	for seed := range uint64(3) {
		dice := rand.New(rand.NewPCG(seed, 3))
		const cards, answers = 300, 25
		items := NewItems()
		truth := map[string]float64{}
		type state struct {
			memory        fsrs.State
			due, interval int
		}
		learner := make([]state, cards)
		for i := range learner {
			truth[fmt.Sprint(i)] = dice.NormFloat64()
			learner[i].due = dice.IntN(100)
		}
		for range cards * answers {
			i := 0 // the card that is due next
			for j := range learner {
				if learner[j].due < learner[i].due {
					i = j
				}
			}
			s := &learner[i]
			day := s.due
			recall := 0.0
			if s.interval > 0 {
				recall = logit(model.Recall(s.memory, float64(s.interval)))
			}
			name := fmt.Sprint(i)
			right := dice.Float64() < 1/(1+math.Exp(truth[name]-0.5-recall))
			items.Add(Answer{Card: name, Day: scheduler.Day(20000 + day), Right: right})
			s.memory = model.Step(s.memory, fsrs.Good, float64(s.interval))
			wanted := []float64{0.9, 0.5}[i%2]
			s.interval = max(1, int(model.Interval(s.memory, wanted)))
			s.due = day + s.interval
		}
		var want, elo, missed []float64
		for _, i := range items.Hardest() {
			want, elo = append(want, truth[i.Card]), append(elo, i.Difficulty)
			missed = append(missed, float64(i.Missed)/float64(i.Answers))
		}
		e, m := correlation(ranks(want), ranks(elo)), correlation(ranks(want), ranks(missed))
		t.Logf("seed %d: rank correlation with the truth: Elo %.3f, share missed %.3f", seed, e, m)
		if e < 0.7 || e < m+0.1 {
			t.Errorf("seed %d: Elo %.3f, share missed %.3f", seed, e, m)
		}
	}
}

func ranks(x []float64) []float64 {
	sorted := slices.Sorted(slices.Values(x))
	r := make([]float64, len(x))
	for i, v := range x {
		low, _ := slices.BinarySearch(sorted, v)
		high := low
		for high < len(sorted) && sorted[high] == v {
			high++
		}
		r[i] = float64(low+high-1) / 2
	}
	return r
}

func correlation(x, y []float64) float64 {
	mean := func(v []float64) (m float64) {
		for _, a := range v {
			m += a / float64(len(v))
		}
		return m
	}
	mx, my := mean(x), mean(y)
	var xy, xx, yy float64
	for i := range x {
		xy, xx, yy = xy+(x[i]-mx)*(y[i]-my), xx+(x[i]-mx)*(x[i]-mx), yy+(y[i]-my)*(y[i]-my)
	}
	return xy / math.Sqrt(xx*yy)
}

// Within a day only the first answer moves a rating, a clock that was set back
// moves none, and a right guess among few options moves less.
func TestAdd(t *testing.T) {
	rate := func(answers ...Answer) Item {
		items := NewItems()
		for _, a := range answers {
			a.Card = "c"
			items.Add(a)
		}
		return items.Hardest()[0]
	}
	once := rate(Answer{Day: 9, Right: false})
	if again := rate(Answer{Day: 9}, Answer{Day: 9, Right: true}, Answer{Day: 8, Right: true}); again.Difficulty != once.Difficulty || again.Answers != 1 || again.Missed != 1 {
		t.Errorf("later the same day: %+v, after one answer %+v", again, once)
	}
	typed, picked := rate(Answer{Day: 9, Right: true}), rate(Answer{Day: 9, Right: true, Options: 2})
	if !(typed.Difficulty < picked.Difficulty && picked.Difficulty < 0) || !typed.Known {
		t.Errorf("typed %+v, picked from two %+v", typed, picked)
	}
	got := rate(Answer{Day: 1, Wrong: []string{"Bern", "Berlin"}}, Answer{Day: 1, Wrong: []string{"berlin"}}).Confused
	if want := []Confusion{{"Berlin", 2}, {"Bern", 1}}; !slices.Equal(got, want) {
		t.Errorf("confusions %v, want %v", got, want)
	}
	if s := FirstExposure(nil); s != (Share{}) {
		t.Errorf("of nothing: %+v", s)
	}
	if s := FirstExposure(make([]Item, 10)); s.Part != 0 || s.Low != 0 || math.Abs(s.High-0.2775) > 1e-4 {
		t.Errorf("none of ten: %+v", s) // Wilson's upper end for 0 of 10
	}
}

// Half a million answers are rated as fast as they are read.
func BenchmarkAdd(b *testing.B) {
	names := make([]string, 5000)
	for i := range names {
		names[i] = fmt.Sprint("card ", i)
	}
	items := NewItems()
	i := 0
	for b.Loop() {
		items.Add(Answer{Card: names[i%len(names)], Day: scheduler.Day(i / len(names)), Right: i%7 > 0})
		i++
	}
}
