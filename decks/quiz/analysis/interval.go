package analysis

import "math"

// z is the normal quantile of 95 % intervals.
const z = 1.959963984540054

// A Figure is an estimate with its 95 % interval.
type Figure struct {
	Value float64 `json:"value"`
	Low   float64 `json:"low"`
	High  float64 `json:"high"`
}

// figure returns nil for what has no value.
func figure(value, low, high float64) *Figure {
	if math.IsNaN(value) || math.IsInf(value, 0) || math.IsNaN(low) || math.IsNaN(high) {
		return nil
	}
	return &Figure{value, low, high}
}

// share is a share of n with Wilson's interval (1927), which holds for small n
// and for shares near 0 and 1.
func share(p, n float64) *Figure {
	if n <= 0 {
		return nil
	}
	centre := (p + z*z/(2*n)) / (1 + z*z/n)
	half := z / (1 + z*z/n) * math.Sqrt(p*(1-p)/n+z*z/(4*n*n))
	return figure(p, math.Max(0, centre-half), math.Min(1, centre+half))
}

// average is a mean of marks with a normal interval, for marks that are not
// only 0 and 1.
func average(marks []float64) *Figure {
	m := mean(marks)
	half := z * math.Sqrt(covariance(marks, marks)/float64(len(marks)))
	return figure(m, math.Max(0, m-half), math.Min(1, m+half))
}

// correlated is a correlation over n pairs with Fisher's interval (1921).
func correlated(r float64, n int) *Figure {
	if n < 4 || math.IsNaN(r) {
		return nil
	}
	r = math.Max(-1, math.Min(1, r))
	centre, half := math.Atanh(r), z/math.Sqrt(float64(n-3))
	return figure(r, math.Tanh(centre-half), math.Tanh(centre+half))
}

// reliability is α over n students and k questions with Bonett's interval
// (Journal of Educational and Behavioral Statistics 27, 2002, 335-340).
func reliability(alpha float64, n, k int) *Figure {
	if n < 3 || k < 2 || math.IsNaN(alpha) || alpha >= 1 {
		return nil
	}
	half := z * math.Sqrt(2*float64(k)/(float64(k-1)*float64(n-2)))
	centre := math.Log(1 - alpha)
	return figure(alpha, 1-math.Exp(centre+half), 1-math.Exp(centre-half))
}
