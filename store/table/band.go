package table

import "math"

// bandBounds part an octave of stability, as math.Frexp gives it, into four.
var bandBounds = [4]float64{0.5, 0.5946035575013605, 0.7071067811865476, 0.8408964152537145}

// Band is the narrow band that a stability is in, which column class of table memory
// keeps: see room queue, which finds the most urgent cards by it. It is exact on every
// machine.
func Band(stability float64) int {
	if stability <= 0 {
		return math.MinInt32
	}
	fraction, exponent := math.Frexp(stability)
	i := 3
	for fraction < bandBounds[i] {
		i--
	}
	return 4*exponent + i
}

// LowestOf is the lowest stability of a band.
func LowestOf(band int) float64 {
	exponent := band >> 2
	return math.Ldexp(bandBounds[band-4*exponent], exponent)
}
