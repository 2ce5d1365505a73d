package fit

import (
	"math"
	"math/rand/v2"
	"slices"

	"kartei/scheduler/fsrs"
	"kartei/scheduler/internal/portable"
)

// A method is how a model's parameters are trained.
type method struct {
	epochs     int     // at least, and
	steps      int     // so many of the optimizer: a short log is read more often
	rate       float64 // of learning at the start; falls to 0 by half a cosine
	beta1      float64 // of Adam
	beta2      float64
	pull       float64   // towards the parameters at the start
	deviations []float64 // of each parameter between learners; 0: not pulled
	oldest     float64   // weight of the oldest item; the newest has 1
	recency    float64   // the power by which weights rise
}

// sixMethod is that of fsrs-rs 6.6 (training.rs), but for steps: the five epochs
// of fsrs-rs are a dozen steps each on a log of 6,000 items, and end far from
// where they lead.
func sixMethod() *method {
	return &method{
		epochs: 5, steps: 150, rate: 0.04, beta1: 0.9, beta2: 0.999, pull: 1, oldest: 0.25, recency: 3,
		deviations: []float64{
			6.43, 9.66, 17.58, 27.85, 0.57, 0.28, 0.6, 0.12, 0.39, 0.18, 0.33,
			0.3, 0.09, 0.16, 0.57, 0.25, 1.03, 0.31, 0.32, 0.14, 0.27,
		},
	}
}

// sevenMethod is that of srs-benchmark (models/fsrs_v7.py), but for a higher
// rate and for steps.
func sevenMethod() *method {
	return &method{
		epochs: 9, steps: 180, rate: 0.03, beta1: 0.7, beta2: 0.98, pull: 0.3333, oldest: 0.0667, recency: 11.25,
		deviations: []float64{
			0, 0, 0, 0, 0.523, 0.2528, 0.4329, 0.2966, 0.2139, 0.2889, 0.1862, 0.175,
			0.3812, 0.3013, 0.9104, 0.3234, 0.2448, 0.3273, 0.1842, 0.1735, 0.4608, 0.311,
			0.864, 0.0418, 0.2596, 0.0798, 0.0682, 0.1282, 0.1397, 0.1407, 0.1489, 0.2, 0.15, 0.15,
		},
	}
}

// weights are those of n items in the order of the log.
func (m *method) weights(n int) []float64 {
	w := make([]float64, n)
	for i := range w {
		age := float64(i) / max(float64(n-1), 1)
		w[i] = m.oldest
		if i > 0 {
			w[i] += float64((1 - m.oldest) * portable.Pow(age, m.recency))
		}
	}
	return w
}

// A training moves the parameters of a model from a start to where they fit.
type training struct {
	*method
	model  string
	start  []float64       // pulled to
	origin []float64       // begun with; none: start
	limit  func([]float64) // puts parameters within their bounds
	team   *team
}

// train moves by Adam (Kingma and Ba 2014) over batches in random order.
func (t *training) train(lessons []lesson) ([]float64, error) {
	dice := rand.New(rand.NewPCG(2023, 0))
	batches := batches(lessons, dice)
	total := 0
	for _, b := range batches {
		total += b.items
	}
	w, gradient := slices.Clone(t.start), make([]float64, len(t.start))
	if t.origin != nil {
		copy(w, t.origin)
	}
	moments := newMoments(t.method, len(w))
	epochs := max(t.epochs, (t.steps+len(batches)-1)/max(len(batches), 1))
	for range epochs {
		for _, i := range dice.Perm(len(batches)) {
			b := &batches[i]
			if err := t.team.gradient(gradient, t.model, w, b); err != nil {
				return nil, err
			}
			t.pulled(w, gradient, float64(b.items)/float64(total))
			moments.step(w, gradient, float64(t.rate*halfCosine(moments.steps, epochs*len(batches))))
			t.limit(w)
		}
	}
	return w, nil
}

// pulled adds the derivatives of what it costs to differ from the start, in a
// share of all items.
func (t *training) pulled(w, gradient []float64, share float64) {
	for i, deviation := range t.deviations {
		if deviation > 0 {
			gradient[i] += float64(2 * t.pull * share * (w[i] - t.start[i]) / (deviation * deviation))
		}
	}
}

// halfCosine falls from 1 to 0 over some steps.
func halfCosine(step, steps int) float64 {
	x := math.Pi * min(float64(step)/float64(steps), 1)
	sum, term := 1.0, 1.0
	for i := 2.0; i < 40; i += 2 { // the series of the cosine
		term *= -(x * x) / (i * (i - 1))
		sum += float64(term)
	}
	return (1 + sum) / 2
}

// moments are Adam's running means of the gradient and of its square.
type moments struct {
	*method
	steps        int
	mean, square []float64
	left1, left2 float64 // beta^steps
}

func newMoments(m *method, n int) *moments {
	return &moments{method: m, mean: make([]float64, n), square: make([]float64, n), left1: 1, left2: 1}
}

func (a *moments) step(w, gradient []float64, rate float64) {
	const epsilon = 1e-8
	a.steps++
	a.left1 *= a.beta1
	a.left2 *= a.beta2
	for i, g := range gradient {
		a.mean[i] = float64(a.beta1*a.mean[i]) + float64((1-a.beta1)*g)
		a.square[i] = float64(a.beta2*a.square[i]) + float64((1-a.beta2)*g*g)
		w[i] -= float64(rate * (a.mean[i] / (1 - a.left1)) / (math.Sqrt(a.square[i]/(1-a.left2)) + epsilon))
	}
}

// modelOf is the model of a name with parameters.
func modelOf(name string, w []float64) (fsrs.Trainable, error) {
	if name == fsrs.FSRS7 {
		return fsrs.NewSeven(w)
	}
	return fsrs.NewSix(w)
}
