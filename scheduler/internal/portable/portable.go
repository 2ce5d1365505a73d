// Package portable computes exponentials and logarithms with the same bits on
// every processor.
//
// math.Exp and fused instructions differ in the last bit between processors,
// and a replayed log has to give the same bits on all of them. So this package
// and those that build on it use no function of math but those that are exact
// (Sqrt, Floor and the like), and never let a product and a sum be fused: every
// product that enters a sum is rounded by an explicit conversion.
// (GOARCH=arm64 go build -gcflags=-S shows no FMADD; tests pin the bits.)
package portable

import "math"

const (
	ln2High = 0x1.62e42fee00000p-1     // upper 33 bits: k*ln2High is exact for every exponent k
	ln2Low  = 0x1.a39ef35793c76p-33    // ln 2 - ln2High
	log2e   = 1.4426950408889634073599 // 1/ln 2
	maxExp  = 700                      // exp saturates beyond ±maxExp
)

// Exp returns e^x to about one unit in the last place, for |x| ≤ 700; beyond,
// it saturates.
func Exp(x float64) float64 {
	x = min(max(x, -maxExp), maxExp)
	k := math.RoundToEven(float64(x * log2e))
	r := x - float64(k*ln2High) - float64(k*ln2Low)
	// Taylor series for |r| ≤ ln(2)/2, even and odd terms apart.
	z := float64(r * r)
	even := float64(z*(1.0/87178291200)) + 1.0/479001600
	even = float64(even*z) + 1.0/3628800
	even = float64(even*z) + 1.0/40320
	even = float64(even*z) + 1.0/720
	even = float64(even*z) + 1.0/24
	even = float64(even*z) + 1.0/2
	odd := float64(z*(1.0/6227020800)) + 1.0/39916800
	odd = float64(odd*z) + 1.0/362880
	odd = float64(odd*z) + 1.0/5040
	odd = float64(odd*z) + 1.0/120
	odd = float64(odd*z) + 1.0/6
	tail := float64(z*even) + float64(float64(odd*z)*r)
	return (1 + (r + tail)) * math.Float64frombits(uint64(int64(k)+1023)<<52)
}

// Log returns the natural logarithm of x to about one unit in the last place,
// for positive normal x; smaller x count as the smallest normal number.
func Log(x float64) float64 {
	x = min(max(x, 0x1p-1022), math.MaxFloat64)
	bits := math.Float64bits(x)
	k := int64(bits>>52) - 1023
	m := math.Float64frombits(bits&(1<<52-1) | 1023<<52) // 1 ≤ m < 2
	if m > math.Sqrt2 {
		m /= 2
		k++
	}
	// log m = 2 artanh s, |s| ≤ 0.172.
	f := m - 1
	s := f / (m + 1)
	z := float64(s * s)
	y := float64(z * z)
	a := float64(y*(1.0/21)) + 1.0/17
	a = float64(a*y) + 1.0/13
	a = float64(a*y) + 1.0/9
	a = float64(a*y) + 1.0/5
	b := float64(y*(1.0/19)) + 1.0/15
	b = float64(b*y) + 1.0/11
	b = float64(b*y) + 1.0/7
	b = float64(b*y) + 1.0/3
	tail := 2 * float64(s*(float64(a*y)+float64(b*z)))
	kf := float64(k)
	return float64(kf*ln2High) + (2*s + (tail + float64(kf*ln2Low)))
}

// Pow returns x^y for positive x.
func Pow(x, y float64) float64 { return Exp(float64(y * Log(x))) }

// Clamp forces x into [low, high]; what is not a number becomes low.
func Clamp(x, low, high float64) float64 {
	if !(x > low) {
		return low
	}
	return min(x, high)
}
