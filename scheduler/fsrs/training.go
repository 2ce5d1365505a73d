package fsrs

import "kartei/scheduler/internal/portable"

// A Review is an answer to a card, as a model learns from it.
type Review struct {
	Grade  Grade
	Days   float64 // since the answer before, as the model counts them
	Weight float64 // of the prediction of this answer in the loss; 0: it is history only
}

// A Node is an answer in a tree of histories: cards whose histories begin alike
// share the nodes of that beginning, and their weights add up.
type Node struct {
	Review
	Parent int32 // index of the answer before, which stands before it in the tree; below 0: none
}

// A Trainable is a model whose parameters can be learned from a log.
type Trainable interface {
	Model
	// Predict sets recall[i] to the recall that the model expects of the i-th
	// answer to a card, given those before it. The first has none: 0.
	Predict(recall []float64, history []Review)
	// Gradient returns the loss of a tree and adds its derivatives by each
	// parameter to gradient. The loss is the sum over all answers but the first
	// of each history of -Weight (y ln R + (1-y) ln (1-R)), y = 1 for a recall,
	// with R kept between 1e-7 and 1-1e-7.
	//
	// It is quickest if neighbours in the tree do not depend on each other.
	Gradient(gradient []float64, tree []Node, work *Work) (loss float64)
}

// Work is memory that [Trainable.Gradient] uses again. The zero value is ready.
type Work struct {
	after  []State
	slopes []slopes
	six    []sixStep
	seven  []sevenStep
}

// slopes are the derivatives of a loss by a state.
type slopes struct{ s, f, d float64 }

// start makes room for a tree.
func (w *Work) start(n int) {
	w.after = grown(w.after, n)
	w.slopes = grown(w.slopes, n)
	clear(w.slopes)
}

// certain bounds the recall that the loss is told, so that it stays finite.
const (
	certain    = 1e-7
	logCertain = -16.11809565095832
)

// loss is what a review costs at a predicted recall, and its derivative by
// that recall. logR is the logarithm of recall.
func (r *Review) loss(recall, logR float64) (loss, slope float64) {
	switch {
	case r.Weight == 0:
		return 0, 0
	case r.Grade > Again && recall > certain:
		return -r.Weight * max(logR, logCertain), -r.Weight / recall
	case r.Grade == Again && recall < 1-certain:
		return -r.Weight * portable.Log(1-recall), r.Weight / (1 - recall)
	}
	return -r.Weight * logCertain, 0
}

// grown returns a slice of n elements, of no particular values, in the memory
// of s if that is large enough.
func grown[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n)
	}
	return s[:n]
}
