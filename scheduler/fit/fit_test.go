package fit

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"math"
	"slices"
	"testing"

	"kartei/scheduler"
	"kartei/scheduler/fsrs"
)

// fitted is [Fit] where it cannot fail.
func fitted(t testing.TB, l *Log, o Options) *Result {
	t.Helper()
	r, err := Fit(context.Background(), l, o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// meanLoss is that of items, foretold with parameters of FSRS-6.
func meanLoss(t testing.TB, h *histories, items []item, w []float64) float64 {
	t.Helper()
	m, err := fsrs.NewSix(w)
	if err != nil {
		t.Fatal(err)
	}
	recall, sum := h.predict(m), 0.0
	for _, it := range items {
		sum += LogLoss(recall[it.review], h.recalled(it))
	}
	return sum / float64(len(items))
}

// What is fitted on the first four fifths of a log foretells the last no worse
// than the defaults do, whatever the learner is like; and much better where the
// learner is unlike the usual one.
func TestFitIsNeverWorse(t *testing.T) {
	for _, l := range learners() {
		var before, after float64
		logs := 64_000 / l.answers
		chosen := map[string]int{}
		for seed := range uint64(logs) {
			head, whole, tail := l.log(t, seed).head(0.8)
			r := fitted(t, head, Options{})
			before += meanLoss(t, whole, tail, nil) / float64(logs)
			after += meanLoss(t, whole, tail, r.Parameters) / float64(logs)
			chosen[r.Chosen]++
		}
		t.Logf("%-16s %.4f with the defaults, %.4f fitted %v", l.name, before, after, chosen)
		if after > before+0.002 {
			t.Errorf("%s: %.4f fitted, %.4f with the defaults", l.name, after, before)
		}
		if l.name == "forgetful" && after > before-0.01 {
			t.Errorf("%s: %.4f fitted, %.4f with the defaults: nothing was learned", l.name, after, before)
		}
	}
}

// The bits of the result do not depend on the number of processors, nor on the
// kind of them.
func TestSameBits(t *testing.T) {
	l := learners()[1].log(t, 7)
	for _, c := range []struct {
		model string
		want  uint64
	}{{fsrs.FSRS6, 0x120431a6e740ac12}, {fsrs.FSRS7, 0x3a8a81dc4cabec5}} {
		var first []float64
		for _, processors := range []int{1, 2, 3, 16} {
			w := fitted(t, l, Options{Model: c.model, Processors: processors}).Parameters
			if first == nil {
				first = w
			}
			if !slices.Equal(first, w) {
				t.Errorf("%s on %d processors: %v\non one: %v", c.model, processors, w, first)
			}
		}
		h := fnv.New64a()
		for _, x := range first {
			fmt.Fprintf(h, "%x ", math.Float64bits(x))
		}
		if got := h.Sum64(); got != c.want {
			t.Errorf("%s: digest %#x, want %#x", c.model, got, c.want)
		}
	}
}

// Parameters in use that are better than all others stay as they are.
func TestPresentStays(t *testing.T) {
	truth := parameters(0.3, -0.6)
	l := learners()[1].log(t, 3)
	if r := fitted(t, l, Options{Present: truth}); r.Changed() || !slices.Equal(r.Parameters, truth) || r.After != r.Before {
		t.Errorf("the true parameters were given up: %+v", r)
	}
	if r := fitted(t, l, Options{}); !r.Changed() || r.Chosen != All || !(r.After < r.Before) {
		t.Errorf("the defaults were kept: %+v", r)
	}
	// Parameters that have seen the newest answers make way, though they foretell them
	// better; where nothing is better than the defaults, they stay.
	overfitted := fitted(t, l, Options{}).Parameters
	now := l.answers[len(l.answers)-1].at
	if r := fitted(t, l, Options{Present: overfitted, Seen: now}); r.Changed() || !slices.Equal(r.Parameters, overfitted) {
		t.Errorf("fitted twice to the same log, they changed: %+v", r)
	}
	overfitted[8] += 0.01
	if r := fitted(t, l, Options{Present: overfitted, Seen: now}); r.Chosen != All || !r.Candidates[0].Seen || r.Candidates[1].Seen {
		t.Errorf("what has seen the answers that judge was judged by them: %+v", r)
	}
	if r := fitted(t, l, Options{Present: overfitted, Seen: 1}); r.Candidates[0].Seen {
		t.Errorf("%+v has not seen the answers", r)
	}
	usual := learners()[0].log(t, 3)
	if r := fitted(t, usual, Options{Present: overfitted, Seen: usual.answers[len(usual.answers)-1].at}); r.Changed() {
		t.Errorf("nothing is better than the defaults, and yet: %+v", r)
	}
	// What is not a parameter counts as the defaults.
	r := fitted(t, l, Options{Present: []float64{math.NaN()}})
	if want := fitted(t, l, Options{}); !slices.Equal(r.Parameters, want.Parameters) {
		t.Errorf("after nonsense %v, want %v", r.Parameters, want.Parameters)
	}
}

// Too little changes nothing and says how much is missing.
func TestTooLittle(t *testing.T) {
	for n := range Least + 2 {
		var l Log
		for i := range n {
			l.Add(Answer{Card: int64(i), Moment: scheduler.Moment{Day: 1}, Grade: fsrs.Good})
			l.Add(Answer{Card: int64(i), Moment: scheduler.Moment{Day: 3, At: 3}, Grade: fsrs.Good})
		}
		r := fitted(t, &l, Options{})
		if r.Missing != max(0, Least-n) || r.Items != n {
			t.Errorf("%d items: %+v", n, r)
		}
		if n < Least && (r.Changed() || !slices.Equal(r.Parameters, fsrs.Defaults(fsrs.FSRS6))) {
			t.Errorf("%d items changed something: %+v", n, r)
		}
	}
}

// Logs that nobody would wish for are fitted without a crash, in bounded time,
// to sound parameters.
func TestBadLogs(t *testing.T) {
	const day = 86_400_000
	at := func(d int) scheduler.Moment { return scheduler.Moment{At: int64(d) * day, Day: scheduler.Day(d)} }
	logs := map[string]func(add func(card int, m scheduler.Moment, g scheduler.Grade)){
		"all Again": func(add func(int, scheduler.Moment, scheduler.Grade)) {
			for i := range 3000 {
				add(i%100, at(i/100), fsrs.Again)
			}
		},
		"all Easy": func(add func(int, scheduler.Moment, scheduler.Grade)) {
			for i := range 3000 {
				add(i%100, at(i/100*5), fsrs.Easy)
			}
		},
		"no grades": func(add func(int, scheduler.Moment, scheduler.Grade)) {
			for i := range 3000 {
				add(i%100, at(i/100), scheduler.Grade(5*(i%2)))
			}
		},
		"one answer a card": func(add func(int, scheduler.Moment, scheduler.Grade)) {
			for i := range 3000 {
				add(i, at(i/100), fsrs.Good)
			}
		},
		"one card": func(add func(int, scheduler.Moment, scheduler.Grade)) {
			for i := range 100_000 {
				add(1, at(i), fsrs.Good-fsrs.Grade(i%3))
			}
		},
		"one card on one day": func(add func(int, scheduler.Moment, scheduler.Grade)) {
			for i := range 100_000 {
				add(1, scheduler.Moment{At: int64(i), Day: 5}, fsrs.Good)
			}
			for i := range 2000 {
				add(1, at(i+6), fsrs.Good-fsrs.Grade(i%3))
			}
		},
		"backwards": func(add func(int, scheduler.Moment, scheduler.Grade)) {
			for i := range 3000 {
				add(i%100, at(3000-i), fsrs.Good)
			}
		},
		"holes and leaps": func(add func(int, scheduler.Moment, scheduler.Grade)) {
			for i := range 3000 {
				m := at(i / 100)
				switch i % 7 {
				case 0:
					m = scheduler.Moment{At: math.MaxInt64, Day: math.MaxInt32}
				case 1:
					m = scheduler.Moment{At: math.MinInt64, Day: math.MinInt32, Zone: math.MinInt32}
				}
				add(i%50, m, fsrs.Good-fsrs.Grade(i%3))
			}
		},
	}
	for name, make := range logs {
		for _, model := range []string{fsrs.FSRS6, fsrs.FSRS7} {
			var l Log
			make(func(card int, m scheduler.Moment, g scheduler.Grade) {
				l.Add(Answer{Card: int64(card), Moment: m, Grade: g, Seconds: math.NaN()})
			})
			r := fitted(t, &l, Options{Model: model})
			if _, err := fsrs.New(model, r.Parameters); err != nil {
				t.Errorf("%s, %s: %v", name, model, err)
			}
			if math.IsNaN(r.Before) || math.IsNaN(r.After) || r.After > r.Before {
				t.Errorf("%s, %s: %+v", name, model, r)
			}
			t.Logf("%-20s %s: %d items, %d missing, %s, %.4f to %.4f", name, model, r.Items, r.Missing, r.Chosen, r.Before, r.After)
		}
	}
}

// What a card went through before it was reset teaches nothing about it.
func TestReset(t *testing.T) {
	var l Log
	moment := func(d int) scheduler.Moment {
		return scheduler.Moment{At: int64(d) * 86_400_000, Day: scheduler.Day(d)}
	}
	l.Add(Answer{Card: 1, Moment: moment(1), Grade: fsrs.Again})
	l.Add(Answer{Card: 1, Moment: moment(9), Grade: fsrs.Again})
	l.Reset(1)
	l.Add(Answer{Card: 1, Moment: moment(20), Grade: fsrs.Good})
	l.Add(Answer{Card: 1, Moment: moment(22), Grade: fsrs.Easy})
	h := l.histories(true)
	want := []fsrs.Review{{Grade: fsrs.Good}, {Grade: fsrs.Easy, Days: 2}}
	if !slices.Equal(h.reviews, want) || len(h.items) != 1 {
		t.Errorf("%v with %d items, want %v with 1", h.reviews, len(h.items), want)
	}
}

func TestInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Fit(ctx, learners()[0].log(t, 1), Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("%v, want %v", err, context.Canceled)
	}
	if _, err := Fit(context.Background(), &Log{}, Options{Model: "fsrs-5"}); err == nil {
		t.Error("a model that does not exist was fitted")
	}
}

// The examples of fsrs-rs (parameter_initialization.rs, cosine_annealing.rs).
func TestFirstStabilities(t *testing.T) {
	var groups []group
	for i, recall := range []float64{0.86666667, 0.90721649, 0.73015873, 0.76315789, 0.67857143} {
		n := []int{435, 97, 63, 38, 28}[i]
		groups = append(groups, group{firstInterval{fsrs.Again, float64(i + 1)}, n, int(math.Round(recall * float64(n)))})
	}
	s, count := firstStabilities(groups, 0.94302857)
	if math.Abs(s[0]-0.7355089) > 1e-5 || count != [4]int{661} {
		t.Errorf("first stability %v of %v cards, want 0.7355089 of 661", s[0], count)
	}
	for _, c := range []struct {
		stability [4]float64
		count     [4]int
		want      [4]float64
	}{
		{[4]float64{0.4, 0, 2.3, 10.9}, [4]int{1, 0, 1, 1}, [4]float64{0.4, 1.1227008, 2.3, 10.9}},
		{[4]float64{0, 0.35, 0, 0}, [4]int{0, 1, 0, 0}, [4]float64{0.05738148, 0.35, 0.6242943, 2.2453482}},
		{[4]float64{5, 1, 2, 3}, [4]int{1, 9, 9, 9}, [4]float64{1, 1, 2, 3}},
		{[4]float64{5, 1, 2, 3}, [4]int{9, 1, 1, 1}, [4]float64{5, 5, 5, 5}},
		{[4]float64{}, [4]int{}, [4]float64(fsrs.Defaults(fsrs.FSRS6)[:4])},
	} {
		got := fill(c.stability, c.count)
		for i := range got {
			if math.Abs(got[i]-c.want[i]) > 1e-6*c.want[i] {
				t.Errorf("%v of %v cards fill to %v, want %v", c.stability, c.count, got, c.want)
				break
			}
		}
	}
	for i, want := range []float64{1, 0.03618033988749895 / 0.04, 0.026180339887498946 / 0.04, 0.013819660112501051 / 0.04, 0.0038196601125010526 / 0.04, 0} {
		if got := halfCosine(i, 5); math.Abs(got-want) > 1e-12 {
			t.Errorf("the rate falls to %v after step %d of 5, want %v", got, i, want)
		}
	}
}

// Whatever two grades a log knows, the other two are found between or beyond.
func TestFillRises(t *testing.T) {
	for known := range 16 {
		var s [4]float64
		var count [4]int
		for i := range 4 {
			if known>>i&1 == 1 {
				s[i], count[i] = []float64{0.5, 1.5, 4, 9}[i], 10
			}
		}
		if got := fill(s, count); !slices.IsSorted(got[:]) || got[0] < 0.001 || got[3] > 100 {
			t.Errorf("from %v: %v", s, got)
		}
	}
}

// Ways to begin that few cards took are left out, those of a long interval
// first (fsrs-rs dataset.rs).
func TestOutliers(t *testing.T) {
	outliers := map[firstInterval]bool{}
	var in []group
	for days, n := range map[float64]int{1: 300, 2: 50, 3: 5, 4: 6, 5: 7, 120: 40} {
		in = append(in, group{firstInterval{fsrs.Good, days}, n, n})
	}
	var days []float64
	for _, g := range sift(in, outliers) {
		days = append(days, g.days)
	}
	if want := []float64{1, 2}; !slices.Equal(days, want) {
		t.Errorf("kept %v, want %v", days, want)
	}
	if len(outliers) != 4 {
		t.Errorf("left out %v", outliers)
	}
}

func TestWeights(t *testing.T) {
	if w := sixMethod().weights(3); w[0] != 0.25 || math.Abs(w[1]-(0.25+0.75/8)) > 1e-12 || w[2] != 1 {
		t.Errorf("weights %v", w)
	}
	if w := sixMethod().weights(1); w[0] != 0.25 {
		t.Errorf("weight of one: %v", w)
	}
}

// What the figures of the package's notes are measured with: training as often
// over the log as fsrs-rs, on one processor; and all that a fit does.
func BenchmarkTrain(b *testing.B) {
	logs := map[string]*Log{
		"100000": learner{answers: 100_000, fresh: 40, truth: steady(parameters(0.5, -0.3))}.log(b, 1),
	}
	if l := josh(b); l != nil {
		logs["josh"] = l
	}
	for name, l := range logs {
		for _, model := range []string{fsrs.FSRS6, fsrs.FSRS7} {
			b.Run(name+"/"+model, func(b *testing.B) {
				for b.Loop() {
					tr, err := newTrainer(context.Background(), l, Options{Model: model, Processors: 1})
					if err != nil {
						b.Fatal(err)
					}
					tr.method.steps = 0
					if _, err := tr.train(All, tr.items); err != nil {
						b.Fatal(err)
					}
					tr.team.dismiss()
				}
			})
			b.Run(name+"/"+model+"/all", func(b *testing.B) {
				for b.Loop() {
					fitted(b, l, Options{Model: model})
				}
			})
		}
	}
}

// A gain counts if it is worth a change, and is more than half of what chance does.
func TestBetter(t *testing.T) {
	losses := func(n int, gain, noise float64) (present, losses []float64) {
		for i := range n {
			present = append(present, 0.4)
			losses = append(losses, 0.4-gain+noise*float64(1-2*(i%2)))
		}
		return present, losses
	}
	for _, c := range []struct {
		n           int
		gain, noise float64
		want        bool
	}{
		{1000, 0.0005, 0, false}, {1000, 0.0015, 0, true}, {1000, -0.01, 0, false},
		{100, 0.004, 0.1, false}, {100, 0.006, 0.1, true}, {10_000, 0.0015, 0.1, true},
	} {
		present, l := losses(c.n, c.gain, c.noise)
		if got := better(l, present); got != c.want {
			t.Errorf("%+v: %t", c, got)
		}
	}
}
