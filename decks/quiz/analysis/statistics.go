package analysis

import (
	"math"
	"slices"
)

// The formulas of this file are those of Moodle's quiz report (its developer
// documentation, "Quiz report statistics"; variances and covariances divide by
// N-1), but for KR-20, which is defined with N. A student's rest score is the
// total without the question at hand: a question must not be correlated with
// itself.

// Scores are marks of students (rows) on questions (columns), 0 to 1.
type Scores struct {
	marks  [][]float64
	totals []float64
}

// NewScores adds up the totals. Rows must be of one length.
func NewScores(marks [][]float64) *Scores {
	s := &Scores{marks: marks, totals: make([]float64, len(marks))}
	for i, row := range marks {
		for _, x := range row {
			s.totals[i] += x
		}
	}
	return s
}

func (s *Scores) students() int { return len(s.marks) }

func (s *Scores) questions() int {
	if len(s.marks) == 0 {
		return 0
	}
	return len(s.marks[0])
}

// column returns the marks on question j and the rest scores beside them.
func (s *Scores) column(j int) (marks, rest []float64) {
	marks, rest = make([]float64, len(s.marks)), make([]float64, len(s.marks))
	for i, row := range s.marks {
		marks[i], rest[i] = row[j], s.totals[i]-row[j]
	}
	return marks, rest
}

// Facility is the mean mark on question j: 1 is easy.
func (s *Scores) Facility(j int) float64 {
	marks, _ := s.column(j)
	return mean(marks)
}

// Discrimination is Moodle's discrimination index of question j: the
// correlation of its marks with the rest scores. NaN if either does not vary.
func (s *Scores) Discrimination(j int) float64 {
	return correlation(s.column(j))
}

// Efficiency is Moodle's discriminative efficiency of question j: the
// covariance with the rest scores as a share of the most that these marks and
// rest scores could have. NaN if that is nothing.
func (s *Scores) Efficiency(j int) float64 {
	marks, rest := s.column(j)
	is := covariance(marks, rest)
	slices.Sort(marks)
	slices.Sort(rest)
	return ratio(is, covariance(marks, rest))
}

// UpperLower is the facility of question j among the best 27 % of students less
// that among the worst (Kelley 1939). Students who share the total at the edge
// of a group count in it by equal parts, so the order of the files is of no
// account. NaN without students.
func (s *Scores) UpperLower(j int) float64 {
	size := math.Round(0.27 * float64(s.students()))
	if s.students() > 1 {
		size = math.Max(size, 1)
	}
	order := make([]int, s.students())
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return compare(s.totals[b], s.totals[a]) })
	upper := s.group(order, j, size)
	slices.Reverse(order)
	return ratio(upper-s.group(order, j, size), size)
}

// group sums the marks of the first students up to size, with those who tie at
// its edge taken in part.
func (s *Scores) group(order []int, j int, size float64) float64 {
	sum, taken := 0.0, 0.0
	for from := 0; from < len(order) && taken < size; {
		to := from
		marks := 0.0
		for to < len(order) && compare(s.totals[order[to]], s.totals[order[from]]) == 0 {
			marks += s.marks[order[to]][j]
			to++
		}
		part := math.Min(float64(to-from), size-taken)
		sum += marks * part / float64(to-from)
		taken += part
		from = to
	}
	return sum
}

// compare orders totals; sums of the same marks in another order are equal.
func compare(a, b float64) int {
	switch {
	case math.Abs(a-b) < 1e-9:
		return 0
	case a < b:
		return -1
	}
	return 1
}

// Alpha is Cronbach's α, which Moodle calls the coefficient of internal
// consistency. NaN for one question, or if the totals do not vary.
func (s *Scores) Alpha() float64 {
	sum := 0.0
	for j := range s.questions() {
		marks, _ := s.column(j)
		sum += covariance(marks, marks)
	}
	return s.consistency(sum, covariance(s.totals, s.totals))
}

// KR20 is Kuder and Richardson's formula 20, which is α for marks of 0 and 1.
// NaN for other marks.
func (s *Scores) KR20() float64 {
	sum := 0.0
	for j := range s.questions() {
		if !s.binary(j) {
			return math.NaN()
		}
		p := s.Facility(j)
		sum += p * (1 - p)
	}
	n := float64(s.students())
	return s.consistency(sum, covariance(s.totals, s.totals)*(n-1)/n)
}

func (s *Scores) consistency(variances, total float64) float64 {
	k := float64(s.questions())
	return k / (k - 1) * (1 - ratio(variances, total))
}

// binary reports whether all marks on question j are 0 or 1.
func (s *Scores) binary(j int) bool {
	for _, row := range s.marks {
		if row[j] != 0 && row[j] != 1 {
			return false
		}
	}
	return true
}

// Deviation is the standard deviation of the totals.
func (s *Scores) Deviation() float64 { return math.Sqrt(covariance(s.totals, s.totals)) }

// moment is the mean of the n-th powers of the totals' distances from their mean.
func (s *Scores) moment(n float64) float64 {
	m := mean(s.totals)
	sum := 0.0
	for _, t := range s.totals {
		sum += math.Pow(t-m, n)
	}
	return sum / float64(s.students())
}

// Skewness is that of the totals, from k-statistics as Moodle's: below 0 more
// students are far below the mean than far above. NaN for fewer than three
// students, or if the totals do not vary.
func (s *Scores) Skewness() float64 {
	n := float64(s.students())
	if n < 3 {
		return math.NaN()
	}
	k2, k3 := covariance(s.totals, s.totals), n*n*s.moment(3)/((n-1)*(n-2))
	return ratio(k3, math.Pow(k2, 1.5))
}

// Kurtosis is that of the totals, from k-statistics as Moodle's, 0 for a normal
// distribution. NaN for fewer than four students, or if the totals do not vary.
func (s *Scores) Kurtosis() float64 {
	n := float64(s.students())
	if n < 4 {
		return math.NaN()
	}
	m2, m4 := s.moment(2), s.moment(4)
	k2, k4 := covariance(s.totals, s.totals), n*n*((n+1)*m4-3*(n-1)*m2*m2)/((n-1)*(n-2)*(n-3))
	return ratio(k4, k2*k2)
}

// MarkDeviation is the standard deviation of the marks on question j.
func (s *Scores) MarkDeviation(j int) float64 {
	marks, _ := s.column(j)
	return math.Sqrt(covariance(marks, marks))
}

// EffectiveWeights are the shares that questions have in the spread of the
// totals, as in Moodle: square roots of the covariances with the totals, which
// add up to 1. NaN for a question with a negative covariance, which takes part
// in no sum, and for all if the totals do not vary.
func (s *Scores) EffectiveWeights() []float64 {
	weights := make([]float64, s.questions())
	sum := 0.0
	for j := range weights {
		marks, _ := s.column(j)
		c := covariance(marks, s.totals)
		if weights[j] = math.Sqrt(c); c >= 0 {
			sum += weights[j]
		}
	}
	for j := range weights {
		weights[j] = ratio(weights[j], sum)
	}
	return weights
}

// ErrorRatio is the share of the totals' spread that is chance: √(1-α).
func (s *Scores) ErrorRatio() float64 { return math.Sqrt(1 - s.Alpha()) }

// StandardError is by how much, in marks, a student's total would spread if
// the test could be taken anew.
func (s *Scores) StandardError() float64 { return s.Deviation() * s.ErrorRatio() }

// Difficulties are Rasch difficulties in logits, 0 on average, by the normal
// approximation PROX (Wright and Stone, Best Test Design, 1979). Questions that
// everyone or no one answered are given half a point of doubt. NaN where the
// spread of students and questions is too large for the approximation.
func (s *Scores) Difficulties() []float64 {
	n, k := float64(s.students()), float64(s.questions())
	hard := make([]float64, s.questions())
	for j := range hard {
		points := s.Facility(j) * n
		hard[j] = math.Log((n - points + 0.5) / (points + 0.5))
	}
	centre := mean(hard)
	able := make([]float64, 0, s.students())
	for _, t := range s.totals {
		if t > 0 && t < k {
			able = append(able, math.Log(t/(k-t)))
		}
	}
	u, v := covariance(able, able)/2.89, covariance(hard, hard)/2.89
	expansion := math.Sqrt((1 + u) / (1 - u*v))
	for j := range hard {
		hard[j] = expansion * (hard[j] - centre)
	}
	return hard
}

func mean(x []float64) float64 {
	sum := 0.0
	for _, v := range x {
		sum += v
	}
	return ratio(sum, float64(len(x)))
}

func covariance(x, y []float64) float64 {
	mx, my := mean(x), mean(y)
	sum := 0.0
	for i := range x {
		sum += (x[i] - mx) * (y[i] - my)
	}
	return ratio(sum, float64(len(x)-1))
}

func correlation(x, y []float64) float64 {
	return ratio(covariance(x, y), math.Sqrt(covariance(x, x)*covariance(y, y)))
}

// ratio is a/b, NaN where b is nothing but rounding.
func ratio(a, b float64) float64 {
	if math.Abs(b) < 1e-12 {
		return math.NaN()
	}
	return a / b
}
