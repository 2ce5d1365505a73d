package portable

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

func TestElementaryFunctions(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := rapid.Float64Range(-700, 700).Draw(t, "x")
		if got, want := Exp(x), math.Exp(x); math.Abs(got-want) > 4e-16*want {
			t.Fatalf("Exp(%v) = %v, want %v", x, got, want)
		}
		y := rapid.Float64Range(1e-300, 1e300).Draw(t, "y")
		if got, want := Log(y), math.Log(y); math.Abs(got-want) > 4e-16*math.Abs(want) {
			t.Fatalf("Log(%v) = %v, want %v", y, got, want)
		}
	})
	for _, x := range []float64{math.Inf(1), math.Inf(-1), 1e10} {
		if y := Exp(x); math.IsInf(y, 0) || math.IsNaN(y) {
			t.Errorf("Exp(%v) = %v", x, y)
		}
	}
}
