package fsrs

// Six is FSRS-6: 21 parameters, whole days. The formulas are those of fsrs-rs
// src/model.rs, in double precision.
type Six struct {
	w [21]float64

	// Derived from w once.
	first     [5]State   // after the first answer, by grade
	sameDay   [5]float64 // e^(w17 (grade-3+w18))
	factor    float64    // f of the forgetting curve: 0.9^(-1/w20) - 1
	growth    float64    // e^w8
	lapseCap  float64    // e^(w17 w18)
	reversion float64    // w7 D0(Easy)
}

const minStability = 0.001

// NewSix returns FSRS-6 with 21 parameters, or 19 or 17 of its forerunners,
// which are migrated, or the default ones if there are none.
func NewSix(parameters []float64) (*Six, error) {
	w, err := migrate(parameters)
	if err != nil {
		return nil, err
	}
	m := &Six{
		w:        w,
		factor:   pow(0.9, -1/w[20]) - 1,
		growth:   exp(w[8]),
		lapseCap: exp(w[17] * w[18]),
	}
	firstDifficulty := func(g Grade) float64 { return w[4] - exp(w[5]*float64(g-1)) + 1 }
	m.reversion = w[7] * firstDifficulty(Easy)
	for g := Again; g <= Easy; g++ {
		m.first[g] = State{
			Stability:  clamp(w[g-1], minStability, MaxInterval),
			Difficulty: clamp(firstDifficulty(g), 1, 10),
		}
		m.sameDay[g] = exp(float64(w[17] * (float64(g) - 3 + w[18])))
	}
	return m, nil
}

// Name returns "fsrs-6".
func (m *Six) Name() string { return FSRS6 }

// Parameters returns the 21 weights.
func (m *Six) Parameters() []float64 { return append([]float64(nil), m.w[:]...) }

// WholeDays reports true: FSRS-6 knows days only.
func (m *Six) WholeDays() bool { return true }

// ShortTerm reports whether same-day answers change stability: w17 and w18 are
// positive.
func (m *Six) ShortTerm() bool { return m.w[17] > 0 && m.w[18] > 0 }

// Step returns the state after an answer, whole days after the one before.
func (m *Six) Step(s State, g Grade, days float64) State {
	g = clampGrade(g)
	if !(s.Stability > 0) {
		return m.first[g]
	}
	logS := log(s.Stability)
	next := State{Difficulty: m.difficulty(s.Difficulty, g)}
	switch {
	case !(days > 0):
		next.Stability = s.Stability * m.sameDayGain(logS, g)
	case g == Again:
		next.Stability = m.forgotten(s, m.Recall(s, days))
	default:
		next.Stability = s.Stability * m.gain(logS, s.Difficulty, m.Recall(s, days), g)
	}
	next.Stability = clamp(next.Stability, minStability, MaxInterval)
	return next
}

// difficulty moves towards 10 or 1 by a share of the way that is left, then a
// little towards the difficulty of an easy card.
func (m *Six) difficulty(d float64, g Grade) float64 {
	w := &m.w
	moved := d + float64(float64(-w[6]*(float64(g)-3))*((10-d)/9))
	return clamp(m.reversion+float64((1-w[7])*moved), 1, 10)
}

// gain is the factor by which a success on a later day lengthens stability.
func (m *Six) gain(logS, difficulty, recall float64, g Grade) float64 {
	w := &m.w
	bonus := 1.0
	switch g {
	case Hard:
		bonus = w[15]
	case Easy:
		bonus = w[16]
	}
	// S^(-w9) (e^(w10 (1-R)) - 1)
	surprise := exp(float64(-w[9]*logS)) * (exp(float64(w[10]*(1-recall))) - 1)
	return 1 + float64(m.growth*(11-difficulty)*surprise*bonus)
}

// forgotten is the stability after a failure on a later day.
func (m *Six) forgotten(s State, recall float64) float64 {
	w := &m.w
	hard := exp(float64(w[14]*(1-recall)) - float64(w[12]*log(s.Difficulty)))
	return min(w[11]*hard*(pow(s.Stability+1, w[13])-1), s.Stability/m.lapseCap)
}

// sameDayGain is the factor of an answer on the same day; a success never
// shortens.
func (m *Six) sameDayGain(logS float64, g Grade) float64 {
	k := m.sameDay[g] * exp(float64(-m.w[19]*logS))
	if g >= Hard {
		return max(k, 1)
	}
	return k
}

// Recall is (1 + f t/S)^(-w20).
func (m *Six) Recall(s State, days float64) float64 {
	if !(s.Stability > 0) {
		return 0
	}
	if !(days > 0) {
		return 1
	}
	return exp(float64(-m.w[20] * log(1+float64(m.factor*days)/s.Stability)))
}

// Interval is S/f (r^(-1/w20) - 1).
func (m *Six) Interval(s State, retention float64) float64 {
	if !(s.Stability > 0) {
		return 0
	}
	return s.Stability / m.factor * (pow(retention, -1/m.w[20]) - 1)
}

// FromSM2 puts stability where recall after the interval is retention, and
// difficulty where a Good answer then lengthens the interval by ease, as
// fsrs-rs does (memory_state_from_sm2).
func (m *Six) FromSM2(ease, interval, retention float64) State {
	w := &m.w
	s := max(interval, minStability) * m.factor / (pow(retention, -1/w[20]) - 1)
	s = clamp(s, minStability, MaxInterval)
	surprise := exp(float64(-w[9]*log(s))) * (exp(float64(w[10]*(1-retention))) - 1)
	return State{Stability: s, Difficulty: clamp(11-(ease-1)/(m.growth*surprise), 1, 10)}
}

// FromStability takes stability and difficulty as they are.
func (m *Six) FromStability(days, difficulty float64) State {
	return State{Stability: clamp(days, minStability, MaxInterval), Difficulty: knownDifficulty(difficulty)}
}

func knownDifficulty(d float64) float64 {
	if d == 0 {
		return 5
	}
	return clamp(d, 1, 10)
}

func clampGrade(g Grade) Grade { return min(max(g, Again), Easy) }
