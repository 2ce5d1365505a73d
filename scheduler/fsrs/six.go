package fsrs

import "kartei/scheduler/internal/portable"

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
		factor:   portable.Pow(0.9, -1/w[20]) - 1,
		growth:   portable.Exp(w[8]),
		lapseCap: portable.Exp(w[17] * w[18]),
	}
	firstDifficulty := func(g Grade) float64 { return w[4] - portable.Exp(w[5]*float64(g-1)) + 1 }
	m.reversion = w[7] * firstDifficulty(Easy)
	for g := Again; g <= Easy; g++ {
		m.first[g] = State{
			Stability:  portable.Clamp(w[g-1], minStability, MaxInterval),
			Difficulty: portable.Clamp(firstDifficulty(g), 1, 10),
		}
		m.sameDay[g] = portable.Exp(float64(w[17] * (float64(g) - 3 + w[18])))
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
	if !(s.Stability > 0) {
		return m.first[clampGrade(g)]
	}
	t := sixStep{before: s, grade: clampGrade(g), days: days}
	return m.step(&t)
}

// A sixStep is an answer to a card that has a memory, with what the way back
// of [Six.Gradient] needs to know about it.
type sixStep struct {
	before State
	days   float64
	grade  Grade
	kind   stepKind

	stuckS, stuckD bool // the new value was put back on its bound

	logS      float64 // of the stability before
	base      float64 // 1 + f t/S
	logBase   float64
	recall    float64 // base^(-w20)
	factor    float64 // sameDay: of the stability; success: S^(-w9)
	surprise  float64 // success: e^(w10 (1-R)); failure: e^(w14 (1-R)) D^(-w12)
	gain      float64 // success: by which stability grows, as a share of it
	power     float64 // failure: (S+1)^w13
	stability float64 // after
	slope     float64 // of the loss by recall
}

// A stepKind is the formula by which stability changes.
type stepKind uint8

const (
	sameDay stepKind = iota
	success
	failure
)

// step is the state after t, which has before, grade and days.
func (m *Six) step(t *sixStep) State {
	s := t.before
	t.logS = portable.Log(s.Stability)
	switch {
	case !(t.days > 0):
		t.kind = sameDay
		t.stability = s.Stability * m.sameDayGain(t)
	case t.grade == Again:
		t.kind = failure
		m.recall(t)
		t.stability = m.forgotten(t)
	default:
		t.kind = success
		m.recall(t)
		t.stability = s.Stability * m.growthBy(t)
	}
	next := State{Difficulty: m.difficulty(t), Stability: portable.Clamp(t.stability, minStability, MaxInterval)}
	t.stuckS = next.Stability != t.stability
	return next
}

// difficulty moves towards 10 or 1 by a share of the way that is left, then a
// little towards the difficulty of an easy card.
func (m *Six) difficulty(t *sixStep) float64 {
	w, d := &m.w, t.before.Difficulty
	moved := d + float64(float64(-w[6]*(float64(t.grade)-3))*((10-d)/9))
	next := m.reversion + float64((1-w[7])*moved)
	bounded := portable.Clamp(next, 1, 10)
	t.stuckD = bounded != next
	return bounded
}

// growthBy is the factor by which a success on a later day lengthens stability.
func (m *Six) growthBy(t *sixStep) float64 {
	w := &m.w
	bonus := 1.0
	switch t.grade {
	case Hard:
		bonus = w[15]
	case Easy:
		bonus = w[16]
	}
	// S^(-w9) (e^(w10 (1-R)) - 1)
	t.factor = portable.Exp(float64(-w[9] * t.logS))
	t.surprise = portable.Exp(float64(w[10] * (1 - t.recall)))
	t.gain = m.growth * (11 - t.before.Difficulty) * (t.factor * (t.surprise - 1)) * bonus
	return 1 + float64(t.gain)
}

// forgotten is the stability after a failure on a later day.
func (m *Six) forgotten(t *sixStep) float64 {
	w, s := &m.w, t.before
	t.surprise = portable.Exp(float64(w[14]*(1-t.recall)) - float64(w[12]*portable.Log(s.Difficulty)))
	t.power = portable.Pow(s.Stability+1, w[13])
	return min(w[11]*t.surprise*(t.power-1), s.Stability/m.lapseCap)
}

// sameDayGain is the factor of an answer on the same day; a success never
// shortens.
func (m *Six) sameDayGain(t *sixStep) float64 {
	t.factor = m.sameDay[t.grade] * portable.Exp(float64(-m.w[19]*t.logS))
	if t.grade >= Hard {
		return max(t.factor, 1)
	}
	return t.factor
}

// recall is how likely the answer of t was right.
func (m *Six) recall(t *sixStep) {
	t.base = 1 + float64(m.factor*t.days)/t.before.Stability
	t.logBase = portable.Log(t.base)
	t.recall = portable.Exp(float64(-m.w[20] * t.logBase))
}

// Recall is (1 + f t/S)^(-w20).
func (m *Six) Recall(s State, days float64) float64 {
	if !(s.Stability > 0) {
		return 0
	}
	if !(days > 0) {
		return 1
	}
	t := sixStep{before: s, days: days}
	m.recall(&t)
	return t.recall
}

// Interval is S/f (r^(-1/w20) - 1).
func (m *Six) Interval(s State, retention float64) float64 {
	if !(s.Stability > 0) {
		return 0
	}
	return s.Stability / m.factor * (portable.Pow(retention, -1/m.w[20]) - 1)
}

// FromSM2 puts stability where recall after the interval is retention, and
// difficulty where a Good answer then lengthens the interval by ease, as
// fsrs-rs does (memory_state_from_sm2).
func (m *Six) FromSM2(ease, interval, retention float64) State {
	w := &m.w
	s := max(interval, minStability) * m.factor / (portable.Pow(retention, -1/w[20]) - 1)
	s = portable.Clamp(s, minStability, MaxInterval)
	surprise := portable.Exp(float64(-w[9]*portable.Log(s))) * (portable.Exp(float64(w[10]*(1-retention))) - 1)
	return State{Stability: s, Difficulty: portable.Clamp(11-(ease-1)/(m.growth*surprise), 1, 10)}
}

// FromStability takes stability and difficulty as they are.
func (m *Six) FromStability(days, difficulty float64) State {
	return State{Stability: portable.Clamp(days, minStability, MaxInterval), Difficulty: knownDifficulty(difficulty)}
}

func knownDifficulty(d float64) float64 {
	if d == 0 {
		return 5
	}
	return portable.Clamp(d, 1, 10)
}

func clampGrade(g Grade) Grade { return min(max(g, Again), Easy) }
