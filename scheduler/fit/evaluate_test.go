package fit

import (
	"context"
	"math"
	"slices"
	"testing"

	"kartei/scheduler"
	"kartei/scheduler/fsrs"
)

// evaluated is [Evaluate] where it cannot fail.
func evaluated(t *testing.T, l *Log, o Options) map[string]Method {
	t.Helper()
	e, err := Evaluate(context.Background(), l, o, nil)
	if err != nil {
		t.Fatal(err)
	}
	methods := map[string]Method{}
	for _, m := range e.Methods {
		methods[m.Name] = m
		t.Logf("%-10s log loss %.4f [%.4f, %.4f]  RMSE %.4f [%.4f, %.4f]  AUC %.3f [%.3f, %.3f]", m.Name,
			m.Loss.Value, m.Loss.Low, m.Loss.High, m.RMSE.Value, m.RMSE.Low, m.RMSE.High, m.AUC.Value, m.AUC.Low, m.AUC.High)
	}
	for _, b := range e.Curve {
		t.Logf("expected %.3f: %+v", b.Expected, b.Recalled)
	}
	if len(methods) != 6 || e.Missing != 0 {
		t.Fatalf("%+v", e)
	}
	return methods
}

// On a real log the figures are those of the design: the baselines as others
// found them, parameters no worse than fsrs-rs (.4429), the predictor no worse
// than its prototype (.4316).
func TestEvaluateRealLog(t *testing.T) {
	l := josh(t)
	if l == nil {
		t.Skip("the real log is missing")
	}
	m := evaluated(t, l, Options{})
	for name, want := range map[string][3]float64{Average: {0.5116, 0.1242, 0.512}, FSRS6: {0.4422, 0.0622, 0.679}} {
		got := m[name]
		if math.Abs(got.Loss.Value-want[0]) > 2e-4 || math.Abs(got.RMSE.Value-want[1]) > 2e-3 || math.Abs(got.AUC.Value-want[2]) > 2e-3 {
			t.Errorf("%s: %.4f, %.4f, %.3f, want %v", name, got.Loss.Value, got.RMSE.Value, got.AUC.Value, want)
		}
	}
	if got := m[Fitted].Loss.Value; got > 0.4429+0.001 {
		t.Errorf("fitted parameters: log loss %.4f, fsrs-rs has .4429", got)
	}
	if got := m[Predicted].Loss.Value; got > 0.4316 {
		t.Errorf("predictor: log loss %.4f, its prototype had .4316", got)
	}
	for name, e := range m {
		for _, x := range []Estimate{e.Loss, e.RMSE, e.AUC} {
			if !(x.Low <= x.Value && x.Value <= x.High) {
				t.Errorf("%s: %v", name, x)
			}
		}
	}
}

// For no kind of learner is what Kartei makes of the log worse than the
// defaults by more than chance.
func TestEvaluateLearners(t *testing.T) {
	for _, l := range learners()[:6] {
		if testing.Short() && l.name != "drifting" {
			continue
		}
		t.Log(l.name)
		m := evaluated(t, l.log(t, 5), Options{})
		for _, name := range []string{Fitted, Predicted} {
			if m[name].Loss.Value > m[FSRS6].Loss.Value+0.003 {
				t.Errorf("%s, %s: %.4f, the defaults have %.4f", l.name, name, m[name].Loss.Value, m[FSRS6].Loss.Value)
			}
		}
	}
}

// The predictor that is fed answer by answer expects what the one that goes
// through a log does, and its question costs nothing: asking changes no answer.
func TestPredictorIsTheOneEvaluated(t *testing.T) {
	l := learners()[5].log(t, 2)
	h := l.histories(true)
	by6, by7 := h.predict(must(fsrs.NewSix(nil))), l.histories(false).predict(must(fsrs.NewSeven(nil)))
	r := newReplayed(l, h)
	want := r.advance(len(h.items), by6, by7)
	p := NewPredictor(nil, []float64{math.NaN()})
	var got []float64
	for i, a := range l.answers {
		m := scheduler.Moment{At: a.at, Day: scheduler.Day(a.day)}
		if i%3 == 0 {
			p.Recall(int64(a.card), m)
		}
		expected, known := p.Recall(int64(a.card), m)
		recall, ok := p.Add(Answer{Card: int64(a.card), Moment: m, Grade: a.grade, Seconds: float64(a.seconds)})
		if ok {
			got = append(got, recall)
			if !known || expected != recall {
				t.Fatalf("answer %d: asked %v, expected %v", i, expected, recall)
			}
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("%d answers foretold one by one, %d from the log: they differ", len(got), len(want))
	}
	if _, ok := p.Recall(-1, scheduler.Moment{}); ok {
		t.Error("a card that was never answered is foretold")
	}
	p.Reset(0)
	if _, ok := p.Recall(0, scheduler.Moment{}); ok {
		t.Error("a card that was reset is foretold")
	}
}

func must[T any](x T, err error) T {
	if err != nil {
		panic(err)
	}
	return x
}

func TestTooLittleToEvaluate(t *testing.T) {
	l := learner{answers: 60, fresh: 5, truth: steady(parameters(1, 0))}.log(t, 1)
	e, err := Evaluate(context.Background(), l, Options{}, nil)
	if err != nil || e.Missing != LeastToEvaluate-e.Items || e.Methods != nil {
		t.Errorf("%+v, %v", e, err)
	}
	if _, err := Evaluate(context.Background(), l, Options{Model: "fsrs-5"}, nil); err == nil {
		t.Error("a model that does not exist was evaluated")
	}
}

// A range by resampling takes some cards: of one there is none to draw in its place.
func TestFewCardsHaveNoRange(t *testing.T) {
	for cards, ranged := range map[int]bool{1: false, LeastToRange - 1: false, LeastToRange: true} {
		l := &Log{}
		for i := range 2 * LeastToEvaluate / cards * cards {
			day := scheduler.Day(20_000 + 3*(i/cards))
			g := scheduler.Good
			if i*i%7 == 1 {
				g = scheduler.Again
			}
			l.Add(Answer{Card: int64(i % cards), Moment: scheduler.Moment{At: int64(day)*86_400_000 + int64(i), Day: day}, Grade: g, Seconds: 5})
		}
		e, err := Evaluate(context.Background(), l, Options{}, nil)
		if err != nil || e.Cards != cards {
			t.Fatalf("%d cards, not %d (%v)", e.Cards, cards, err)
		}
		for _, m := range e.Methods {
			for _, x := range []Estimate{m.Loss, m.RMSE, m.AUC} {
				if x.Ranged() != ranged || ranged && !(x.Low <= x.Value && x.Value <= x.High) || math.IsNaN(x.Value) {
					t.Errorf("%d cards, %s: %+v", cards, m.Name, x)
				}
			}
		}
	}
}

// Measures of a handful of answers, by hand.
func TestMeasures(t *testing.T) {
	j := &judge{
		recalled: []float64{1, 0, 1, 1}, bins: []int32{0, 0, 1, 1}, binCount: 2, cards: []int32{0, 0, 1, 1},
		draws: [][]uint8{{1, 1}, {2, 0}},
	}
	m := j.method("x", []float64{0.9, 0.8, 0.9, 0.5})
	if want := -(math.Log(0.9) + math.Log(0.2) + math.Log(0.9) + math.Log(0.5)) / 4; math.Abs(m.Loss.Value-want) > 1e-12 {
		t.Errorf("log loss %v, want %v", m.Loss.Value, want)
	}
	if want := math.Sqrt((0.35*0.35 + 0.3*0.3) / 2); math.Abs(m.RMSE.Value-want) > 1e-12 {
		t.Errorf("RMSE %v, want %v", m.RMSE.Value, want)
	}
	if want := 2.0 / 3; math.Abs(m.AUC.Value-want) > 1e-12 {
		t.Errorf("AUC %v, want %v", m.AUC.Value, want)
	}
	if want := -(math.Log(0.9) + math.Log(0.2)) / 2; math.Abs(m.Loss.High-want) > 1e-12 {
		t.Errorf("log loss of the first card twice %v, want %v", m.Loss.High, want)
	}
	if flat := j.auc([]float64{1, 1, 1, 1}, []int32{0, 1, 2, 3}, nil); flat != 0.5 {
		t.Errorf("AUC of no opinion is %v", flat)
	}
}

// A day has one sine.
func TestHourWave(t *testing.T) {
	for h, got := range hourWave {
		if want := math.Sin(2 * math.Pi * float64(h) / 24); math.Abs(got-want) > 1e-15 {
			t.Errorf("hour %d: %v, want %v", h, got, want)
		}
	}
	if h := hourOf(scheduler.Moment{At: -1}); h != 23 {
		t.Errorf("just before 1970 it is %d", h)
	}
}
