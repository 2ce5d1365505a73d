package fit

import (
	"kartei/scheduler/fsrs"
	"kartei/scheduler/internal/portable"
)

// LogLoss is what a prediction costs, given whether the card was recalled:
// -ln of the probability given to what happened, at most 16.
func LogLoss(recall float64, recalled bool) float64 {
	if !recalled {
		recall = 1 - recall
	}
	return -portable.Log(portable.Clamp(recall, 1e-7, 1))
}

// losses are the log losses of items with parameters.
func (t *trainer) losses(w []float64, items []item) ([]float64, error) {
	if err := t.team.ctx.Err(); err != nil {
		return nil, err
	}
	m, err := modelOf(t.name, w)
	if err != nil {
		return nil, err
	}
	recall, losses := t.predict(m), make([]float64, len(items))
	for i, it := range items {
		losses[i] = LogLoss(recall[it.review], t.recalled(it))
	}
	return losses, nil
}

func mean(x []float64) float64 {
	sum := 0.0
	for _, v := range x {
		sum += v
	}
	return sum / float64(max(len(x), 1))
}

func (h *histories) recalled(it item) bool { return h.reviews[it.review].Grade > fsrs.Again }
