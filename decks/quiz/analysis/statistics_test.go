package analysis

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// golden is a class of ten students and a test of six questions, with the figures
// that Moodle's formulas give for it.
var golden = scores("111111 111110 111101 111010 110101 111001 101000 110001 010001 100001")

func scores(rows string) *Scores {
	var marks [][]float64
	for row := range strings.FieldsSeq(rows) {
		var m []float64
		for _, c := range row {
			m = append(m, float64(c-'0'))
		}
		marks = append(marks, m)
	}
	return NewScores(marks)
}

func TestGoldenVector(t *testing.T) {
	check := func(name, format string, got float64, want string) {
		t.Helper()
		if s := fmt.Sprintf(format, got); s != want {
			t.Errorf("%s is %s, want %s", name, s, want)
		}
	}
	check("mean", "%.1f", mean(golden.totals), "3.7")
	check("standard deviation", "%.4f", golden.Deviation(), "1.4181")
	for j, want := range []string{"21.35", "39.62", "25.16", "56.87", "35.27", "-30.86"} {
		check(fmt.Sprint("discrimination of item ", j+1), "%.2f", 100*golden.Discrimination(j), want)
	}
	for j, want := range []string{"44.44", "64.29", "31.82", "73.68", "47.37", "-40.00"} {
		check(fmt.Sprint("efficiency of item ", j+1), "%.2f", 100*golden.Efficiency(j), want)
	}
	check("alpha", "%.3f", 100*golden.Alpha(), "43.757")
	check("KR-20", "%.3f", 100*golden.KR20(), "43.757")
	check("error ratio", "%.3f", 100*golden.ErrorRatio(), "74.995")
	check("standard error", "%.4f", golden.StandardError(), "1.0635")
	check("skewness", "%.4f", golden.Skewness(), "0.0760")
	check("kurtosis", "%.4f", golden.Kurtosis(), "-1.1546")
	for j, want := range []string{"31.62", "42.16", "51.64", "51.64", "48.30", "48.30"} {
		check(fmt.Sprint("deviation of item ", j+1), "%.2f", 100*golden.MarkDeviation(j), want)
	}
	for j, want := range []string{"13.49", "19.07", "20.16", "23.59", "20.43", "3.27"} {
		check(fmt.Sprint("effective weight of item ", j+1), "%.2f", 100*golden.EffectiveWeights()[j], want)
	}
	last, _ := golden.column(5)
	check("correlation of item 6 with the totals", "%.3f", correlation(last, golden.totals), "0.016")
	check("facility of item 1", "%.1f", golden.Facility(0), "0.9")
}

// By hand: of ten students the best three by total are 111111, then two of the
// three with 5 marks... the groups are of 3, ties shared.
func TestUpperLower(t *testing.T) {
	// Totals 6 5 5 4 4 4 2 3 2 2: the upper group is the first three, the lower
	// the three with 2 marks.
	for j, want := range []float64{1 - 2./3, 1 - 1./3, 1 - 1./3, 1, 2. / 3, 0} {
		if got := golden.UpperLower(j); math.Abs(got-want) > 1e-12 {
			t.Errorf("item %d: %g, want %g", j+1, got, want)
		}
	}
	// All totals equal: nothing is told apart, and no order makes it so.
	if got := scores("10 01 10 01").UpperLower(0); got != 0 {
		t.Errorf("equal totals: %g", got)
	}
}

// What does not vary has no correlation, and says so.
func TestNoVariance(t *testing.T) {
	for _, s := range []*Scores{scores("11 11 11"), scores("1"), NewScores(nil)} {
		for j := range s.questions() {
			if got := s.Discrimination(j); !math.IsNaN(got) {
				t.Errorf("discrimination %g", got)
			}
			if got := s.Efficiency(j); !math.IsNaN(got) {
				t.Errorf("efficiency %g", got)
			}
		}
		if got := s.Alpha(); !math.IsNaN(got) {
			t.Errorf("alpha %g", got)
		}
	}
	if got := NewScores([][]float64{{0.5, 1}, {1, 0}, {0, 0}}).KR20(); !math.IsNaN(got) {
		t.Errorf("KR-20 of half marks: %g", got)
	}
}

// The order of students changes nothing; correlations stay in their bounds;
// KR-20 is alpha for marks of 0 and 1; efficiency is never less than
// discrimination in size, for no pairing has a larger covariance than the
// product of the deviations.
func TestLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		k := rapid.IntRange(2, 6).Draw(t, "questions")
		mark := rapid.SampledFrom([]float64{0, 1})
		marks := rapid.SliceOfN(rapid.SliceOfN(mark, k, k), 3, 30).Draw(t, "marks")
		s := NewScores(marks)
		mixed := NewScores(rapid.Permutation(marks).Draw(t, "order"))
		equal := func(name string, a, b float64) {
			if math.IsNaN(a) != math.IsNaN(b) || math.Abs(a-b) > 1e-9 {
				t.Fatalf("%s: %g and %g", name, a, b)
			}
		}
		for j := range k {
			equal("discrimination", s.Discrimination(j), mixed.Discrimination(j))
			equal("upper-lower", s.UpperLower(j), mixed.UpperLower(j))
			r, e := s.Discrimination(j), s.Efficiency(j)
			if math.Abs(r) > 1+1e-9 || e > 1+1e-9 {
				t.Fatalf("discrimination %g, efficiency %g", r, e)
			}
			if math.Abs(r) > math.Abs(e)+1e-9 {
				t.Fatalf("discrimination %g is more than efficiency %g", r, e)
			}
		}
		equal("alpha and KR-20", s.Alpha(), s.KR20())
	})
}

// The intervals are those that the research quotes: a standard error of .145,
// .084 and .046 for a share of .7, of .30, .17 and .09 for a correlation of .3.
func TestIntervals(t *testing.T) {
	for i, n := range []int{10, 30, 100} {
		p := share(.7, float64(n))
		if half := (p.High - p.Low) / 2 / z; math.Abs(half-[]float64{.145, .084, .046}[i]) > .02 {
			t.Errorf("share of %d: %+v", n, p)
		}
		r := correlated(.3, n)
		if half := (r.High - r.Low) / 2 / z; math.Abs(half-[]float64{.30, .17, .09}[i]) > .03 {
			t.Errorf("correlation of %d: %+v", n, r)
		}
	}
	if p := share(1, 5); p.High != 1 || p.Low < .5 || p.Low > .6 {
		t.Errorf("five of five: %+v", p)
	}
	if r := correlated(1, 50); r.Value != 1 || r.Low != 1 {
		t.Errorf("a perfect correlation: %+v", r)
	}
}

// Of a thousand classes with a known alpha, the interval holds it in about 95 %.
func TestReliabilityInterval(t *testing.T) {
	dice := rand.New(rand.NewPCG(1, 1))
	const n, k, sd = 50, 10, 1.0
	truth := float64(k) * sd * sd / (float64(k)*sd*sd + 1) // parallel items with noise of variance 1
	held := 0
	for range 1000 {
		marks := make([][]float64, n)
		for i := range marks {
			ability := dice.NormFloat64() * sd
			for range k {
				marks[i] = append(marks[i], ability+dice.NormFloat64())
			}
		}
		if f := reliability(NewScores(marks).Alpha(), n, k); f.Low <= truth && truth <= f.High {
			held++
		}
	}
	if held < 925 || held > 975 {
		t.Errorf("the interval holds alpha in %d of 1000", held)
	}
}

// A question that those who do well get wrong has no weight, and takes none from
// the others; what has no spread has no shape.
func TestWeights(t *testing.T) {
	s := scores("1110 1110 1110 0001 0001 1101")
	w := s.EffectiveWeights()
	if !math.IsNaN(w[3]) {
		t.Errorf("a question against the test weighs %g", w[3])
	}
	if sum := w[0] + w[1] + w[2]; math.Abs(sum-1) > 1e-12 {
		t.Errorf("the others weigh %g", sum)
	}
	for _, s := range []*Scores{scores("11 11"), scores("11 11 11 11 11"), NewScores(nil)} {
		if !math.IsNaN(s.Skewness()) || !math.IsNaN(s.Kurtosis()) {
			t.Errorf("skewness %g, kurtosis %g", s.Skewness(), s.Kurtosis())
		}
	}
	if right, left := scores("1000 1000 1000 1000 1111").Skewness(), scores("1110 1110 1110 1110 0000").Skewness(); right <= 0 || math.Abs(right+left) > 1e-9 {
		t.Errorf("skewness %g of a test with one who is good, %g with one who is bad", right, left)
	}
}
