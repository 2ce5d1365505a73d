package fsrs

import (
	"fmt"
	"kartei/scheduler/internal/portable"
	"slices"
)

var defaultSix = [21]float64{
	0.212, 1.2931, 2.3065, 8.2956, 6.4133, 0.8334, 3.0194, 0.001, 1.8722, 0.1666, 0.796,
	1.4835, 0.0614, 0.2629, 1.6483, 0.6014, 1.8729, 0.5425, 0.0912, 0.0658, 0.1542,
}

var defaultSeven = [34]float64{
	0.1104, 2.2395, 3.9221, 11.7841, 6.1686, 0.6457, 3.6807,
	1.9795, 0, 1.3826, 0.7024, 0.5999, 0.8146, 0.6398, 1,
	1.3207, 0.6707, 3.8668, 0.4416, 0.0934, 1.8631, 0.6162, 1.0869,
	0.1567, 0.0801, 0.2421, 0.9464, 0.1433, 0.7145, 0, 0.5667, 0.3734, 0.5333, 0.3048,
}

// Defaults returns a model's default parameters, nil for an unknown name.
func Defaults(model string) []float64 {
	switch model {
	case FSRS6:
		return slices.Clone(defaultSix[:])
	case FSRS7:
		return slices.Clone(defaultSeven[:])
	}
	return nil
}

// A bound is the range of one parameter, both ends included.
type bound struct{ low, high float64 }

var boundsSix = [21]bound{
	{0.001, 100}, {0.001, 100}, {0.001, 100}, {0.001, 100},
	{1, 10}, {0.001, 4}, {0.001, 4}, {0.001, 0.75},
	{0, 4.5}, {0, 0.8}, {0.001, 3.5}, {0.001, 5},
	{0.001, 0.25}, {0.001, 0.9}, {0, 4}, {0, 1},
	{1, 6}, {0, 2}, {0, 2}, {0, 0.8}, {0.1, 0.8},
}

var boundsSeven = [34]bound{
	{1e-4, 50}, {1e-4, 100}, {1e-4, 100}, {1e-4, 100},
	{1, 10}, {0.001, 4}, {0.1, 4},
	{0, 4}, {0, 1.2}, {0.3, 3}, {0.01, 1.5}, {0.1, 1}, {0, 3.5}, {0, 1}, {1, 7},
	{0, 4}, {0, 2}, {0.5, 6}, {0.001, 1.5}, {0.001, 1}, {0, 5}, {0, 1}, {1, 7},
	{0.01, 0.25}, {0.01, 0.95}, {0.2, 0.85}, {0.5, 0.99}, {0.01, 1}, {0.1, 1},
	{0, 0.9}, {0.1, 1.1}, {0, 1}, {0, 0.6}, {0, 0.6},
}

func boundsOf(model string) []bound {
	switch model {
	case FSRS6:
		return boundsSix[:]
	case FSRS7:
		return boundsSeven[:]
	}
	return nil
}

// Limit puts a model's parameters within their bounds and, for FSRS-7, in their
// order. What is not a number becomes the lowest value.
func Limit(model string, w []float64) {
	for i, b := range boundsOf(model) {
		w[i] = portable.Clamp(w[i], b.low, b.high)
	}
	if model != FSRS7 {
		return
	}
	for i := 1; i < 4; i++ {
		w[i] = max(w[i], w[i-1])
	}
	w[26] = max(w[26], w[25])
}

// migrate makes FSRS-6 parameters of none (the defaults), of 21, of 19 of
// FSRS-5 or of 17 of FSRS-4.5.
func migrate(parameters []float64) ([21]float64, error) {
	var w [21]float64
	copy(w[:], parameters)
	switch len(parameters) {
	case 0:
		return defaultSix, nil
	case 17:
		w[4] += float64(2 * w[5])
		w[5] = portable.Log(float64(3*w[5])+1) / 3
		w[6] += 0.5
		w[20] = 0.5
	case 19:
		w[20] = 0.5
	case 21:
	default:
		return w, fmt.Errorf("%d parameters: FSRS-6 takes 21, or 19 of FSRS-5, or 17 of FSRS-4.5", len(parameters))
	}
	return w, within(w[:], boundsSix[:])
}

// within checks parameters against their bounds. Values that single precision
// pushed a hair over a bound are put back on it.
func within(w []float64, bounds []bound) error {
	const hair = 1e-6
	for i, b := range bounds {
		if !(w[i] >= b.low-hair && w[i] <= b.high+hair) {
			return fmt.Errorf("parameter w%d is %v: it must lie between %v and %v", i, w[i], b.low, b.high)
		}
		w[i] = portable.Clamp(w[i], b.low, b.high)
	}
	return nil
}
