package fsrs

// A Review is an answer to a card, as a model learns from it.
type Review struct {
	Grade  Grade
	Days   float64 // since the answer before, as the model counts them
	Weight float64 // of the prediction of this answer in the loss; 0: it is history only
}

// recalled is 1 if the card was recalled, else 0.
func (r *Review) recalled() float64 {
	if r.Grade > Again {
		return 1
	}
	return 0
}

// A Trainable is a model whose parameters can be learned from a log.
type Trainable interface {
	Model
	// Predict sets recall[i] to the recall that the model expects of the i-th
	// answer to a card, given those before it. The first has none: 0.
	Predict(recall []float64, history []Review)
	// Gradient adds the derivatives of a loss by each parameter to gradient. The
	// loss is the sum over all reviews of the cards, but their first, of
	// -Weight (y ln R + (1-y) ln (1-R)), y = 1 for a recall, with R kept between
	// 1e-7 and 1-1e-7.
	Gradient(gradient []float64, cards [][]Review, work *Work)
}

// Work is memory that [Trainable.Gradient] uses again. The zero value is ready.
type Work struct {
	states []State
	six    []sixStep
	seven  []sevenStep
}

// certain bounds the recall that the loss is told, so that it stays finite.
const certain = 1e-7

// lossSlope is the derivative of a review's loss by the recall predicted.
func lossSlope(r *Review, recall float64) float64 {
	switch {
	case r.Weight == 0 || !(recall > certain && recall < 1-certain):
		return 0
	case r.Grade > Again:
		return -r.Weight / recall
	}
	return r.Weight / (1 - recall)
}

// grown returns a slice of n elements, of no particular values, in the memory
// of s if that is large enough.
func grown[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n)
	}
	return s[:n]
}
