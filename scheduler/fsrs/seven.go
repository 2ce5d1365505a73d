package fsrs

import (
	"fmt"
	"kartei/scheduler/internal/portable"
)

// Seven is FSRS-7: 34 parameters, fractional days, a slow and a fast
// stability. Experimental: upstream has not released it. The formulas are
// those of srs-benchmark models/fsrs_v7.py and fsrs-rs src/model_v7.rs.
type Seven struct {
	w     [34]float64
	first [5]State // after the first answer, by grade

	fastBase   float64 // -ln w25
	slowDecay  float64 // b
	slowFactor float64 // m: w26^(-1/b) - 1
	slowGrowth float64 // e^(w7-1.5)
	fastGrowth float64 // e^(w15-1.5)
	reversion  float64 // 0.01 D0(Easy)
}

const minStabilitySeven = 0.0001

// NewSeven returns FSRS-7 with 34 parameters, or the default ones if there are
// none.
func NewSeven(parameters []float64) (*Seven, error) {
	m := &Seven{w: defaultSeven}
	if len(parameters) != 0 && len(parameters) != len(m.w) {
		return nil, fmt.Errorf("%d parameters: FSRS-7 takes 34", len(parameters))
	}
	copy(m.w[:], parameters)
	if err := ordered(m.w[:]); err != nil {
		return nil, err
	}
	w := &m.w
	m.fastBase = -portable.Log(w[25])
	m.slowDecay = portable.Clamp(w[24], 0.01, 0.95)
	m.slowFactor = portable.Pow(w[26], -1/m.slowDecay) - 1
	m.slowGrowth = portable.Exp(w[7] - 1.5)
	m.fastGrowth = portable.Exp(w[15] - 1.5)
	firstDifficulty := func(g Grade) float64 { return w[4] - portable.Exp(w[5]*float64(g-1)) + 1 }
	m.reversion = 0.01 * firstDifficulty(Easy)
	for g := Again; g <= Easy; g++ {
		m.first[g] = State{
			Stability:  portable.Clamp(w[g-1], minStabilitySeven, MaxInterval),
			Fast:       portable.Clamp(0.8*w[g-1], minStabilitySeven, MaxInterval),
			Difficulty: portable.Clamp(firstDifficulty(g), 1, 10),
		}
	}
	return m, nil
}

// ordered checks bounds and the two orders that FSRS-7 asks of its parameters.
func ordered(w []float64) error {
	if err := within(w, boundsSeven[:]); err != nil {
		return err
	}
	for i := 1; i < 4; i++ {
		if w[i] < w[i-1] {
			return fmt.Errorf("parameter w%d is %v: it must not be below w%d, %v", i, w[i], i-1, w[i-1])
		}
	}
	if w[26] < w[25] {
		return fmt.Errorf("parameter w26 is %v: it must not be below w25, %v", w[26], w[25])
	}
	return nil
}

// Name returns "fsrs-7".
func (m *Seven) Name() string { return FSRS7 }

// Parameters returns the 34 weights.
func (m *Seven) Parameters() []float64 { return append([]float64(nil), m.w[:]...) }

// WholeDays reports false: FSRS-7 counts exact time.
func (m *Seven) WholeDays() bool { return false }

// ShortTerm reports true: FSRS-7 plans within the day.
func (m *Seven) ShortTerm() bool { return true }

// Step returns the state after an answer, exact days after the one before.
func (m *Seven) Step(s State, g Grade, days float64) State {
	g = clampGrade(g)
	if !(s.Stability > 0) {
		return m.first[g]
	}
	t := sevenStep{before: s, grade: g, days: portable.Clamp(days, 0, MaxInterval)}
	return m.step(&t)
}

// A sevenStep is an answer to a card that has a memory, with what the way back
// of [Seven.Gradient] needs to know about it.
type sevenStep struct {
	before State
	days   float64
	grade  Grade

	stuckS, stuckF, stuckD bool // the new value was put back on its bound
	followed               bool // the fast stability was pulled down after the slow one

	curve        curve
	recall       float64
	fastR, slowR float64 // recall of either part
	fastL, slowL float64 // ln (1 + rate t) of either part
	slow, fast   strengthening
	slope        float64 // of the loss by recall
}

// A strengthening is how an answer changes one of the two stabilities.
type strengthening struct {
	log      float64 // success: of the stability before; failure: of it and 1
	factor   float64 // success: S^(-w1); failure: (S+1)^w4
	surprise float64 // success: e^((1-r) w2); failure: e^((1-r) w5)
	gain     float64 // success: by which stability grows, as a share of it; failure: the new stability
	capped   bool    // failure: the stability stays as it was
}

// step is the state after t, which has before, grade and days.
func (m *Seven) step(t *sevenStep) State {
	s := t.before
	t.curve = m.curve(s)
	t.curve.at(t)
	slow := m.stability(7, s.Stability, t.curve.logS, s.Difficulty, t.recall, t.grade, &t.slow)
	fast := m.stability(15, s.Fast, t.curve.logF, s.Difficulty, t.fastR, t.grade, &t.fast)
	next := State{
		Stability:  portable.Clamp(slow, minStabilitySeven, MaxInterval),
		Fast:       portable.Clamp(fast, minStabilitySeven, MaxInterval),
		Difficulty: m.difficulty(t),
	}
	t.stuckS, t.stuckF = next.Stability != slow, next.Fast != fast
	if limit := 0.8 * next.Stability; t.grade == Again && limit < next.Fast {
		next.Fast, t.followed = limit, true
	}
	floored := portable.Clamp(next.Fast, minStabilitySeven, MaxInterval)
	t.stuckF = t.stuckF && !t.followed || floored != next.Fast
	next.Fast = floored
	return next
}

// stability is the new value of the slow (block 7) or fast (block 15)
// stability, with the recall that belongs to it, unbounded.
func (m *Seven) stability(block int, old, logOld, difficulty, recall float64, g Grade, t *strengthening) float64 {
	w := m.w[block : block+8]
	if g == Again {
		t.log = portable.Log(old + 1)
		t.factor = portable.Exp(float64(w[4] * t.log))
		t.surprise = portable.Exp(float64((1 - recall) * w[5]))
		t.gain = w[3] * (t.factor - 1) * t.surprise
		t.capped = !(t.gain < old)
		return min(old, t.gain)
	}
	bonus := 1.0
	switch g {
	case Hard:
		bonus = w[6]
	case Easy:
		bonus = w[7]
	}
	t.log = logOld
	t.factor = portable.Exp(float64(-w[1] * t.log))
	t.surprise = portable.Exp(float64((1 - recall) * w[2]))
	t.gain = m.growth(block) * (11 - difficulty) * t.factor * (t.surprise - 1) * bonus
	return old * (1 + float64(t.gain))
}

// growth is e^(w-1.5) of a block.
func (m *Seven) growth(block int) float64 {
	if block == 7 {
		return m.slowGrowth
	}
	return m.fastGrowth
}

func (m *Seven) difficulty(t *sevenStep) float64 {
	d := t.before.Difficulty
	change := -m.w[6] * (float64(t.grade) - 3)
	if t.grade == Again {
		change *= t.recall + 0.1
	}
	moved := d + float64(float64(change)*((10-d)/9))
	next := m.reversion + float64(0.99*moved)
	bounded := portable.Clamp(next, 1, 10)
	t.stuckD = bounded != next
	return bounded
}

// A curve is the forgetting curve of one state: a mixture of two power laws.
type curve struct {
	fastDecay, fastRate float64 // r1 = (1 + fastRate t)^(-fastDecay)
	slowDecay, slowRate float64
	share               float64 // of r1 in the mixture
	logF, logS          float64 // of the stabilities
	stretch             float64 // of the fast part: fastRate F + 1
	stuck               bool    // fastDecay lies on its bound
}

func (m *Seven) curve(s State) curve {
	w := &m.w
	fast := portable.Clamp(s.Fast, minStabilitySeven, MaxInterval)
	c := curve{logF: portable.Log(fast), logS: portable.Log(s.Stability), slowDecay: m.slowDecay}
	decay := w[23] * portable.Exp(float64((w[33]-0.3)*c.logF))
	c.fastDecay = portable.Clamp(decay, 0.01, 0.95)
	c.stuck = c.fastDecay != decay
	c.stretch = portable.Exp(min(m.fastBase/c.fastDecay, 60))
	c.fastRate = (c.stretch - 1) / fast
	hardness := s.Difficulty - 5
	c.slowRate = m.slowFactor * portable.Exp(float64(hardness*(w[32]-0.3))) / s.Stability
	u := float64(w[27] * portable.Exp(float64(-w[29]*c.logF)))
	v := float64(w[28] * portable.Exp(float64(w[30]*c.logS)+float64(hardness*(w[31]-0.5))))
	c.share = u / (u + v)
	return c
}

// at sets the recall of t, of the whole and of the parts.
func (c *curve) at(t *sevenStep) {
	t.fastL, t.slowL = portable.Log(1+float64(c.fastRate*t.days)), portable.Log(1+float64(c.slowRate*t.days))
	t.fastR, t.slowR = portable.Exp(float64(-c.fastDecay*t.fastL)), portable.Exp(float64(-c.slowDecay*t.slowL))
	mixed := float64(c.share*t.fastR) + float64((1-c.share)*t.slowR)
	t.recall = 1e-5 + float64((1-2e-5)*mixed)
}

// recall is that after some days.
func (c *curve) recall(days float64) float64 {
	t := sevenStep{days: days}
	c.at(&t)
	return t.recall
}

// Recall is the mixture of fast and slow recall.
func (m *Seven) Recall(s State, days float64) float64 {
	if !(s.Stability > 0) {
		return 0
	}
	c := m.curve(s)
	return c.recall(portable.Clamp(days, 0, MaxInterval))
}

// Interval solves Recall for the time, which has no closed form.
func (m *Seven) Interval(s State, retention float64) float64 {
	if !(s.Stability > 0) {
		return 0
	}
	c := m.curve(s)
	return c.solve(retention, s.Stability)
}

// solve finds the time at which recall falls to retention by Newton's method
// on ln t, kept between bounds that close in, so that it always arrives.
func (c *curve) solve(retention, guess float64) float64 {
	const shortest, closeEnough, rounds = 1e-12, 1e-15, 100
	if c.recall(MaxInterval) >= retention {
		return MaxInterval
	}
	low, high := portable.Log(shortest), portable.Log(MaxInterval)
	x := portable.Clamp(portable.Log(guess), low, high)
	for range rounds {
		t := portable.Exp(x)
		recall, slope := c.slope(t)
		if recall > retention {
			low = x
		} else {
			high = x
		}
		step := (recall - retention) / slope // slope is negative
		next := x - step
		if !(next > low && next < high) {
			next = (low + high) / 2
		}
		if moved := next - x; moved < closeEnough && moved > -closeEnough {
			break
		}
		x = next
	}
	return portable.Exp(x)
}

// slope returns recall at t and its derivative by ln t.
func (c *curve) slope(t float64) (recall, slope float64) {
	fast, slow := float64(c.fastRate*t), float64(c.slowRate*t)
	r1, r2 := portable.Pow(1+fast, -c.fastDecay), portable.Pow(1+slow, -c.slowDecay)
	mixed := float64(c.share*r1) + float64((1-c.share)*r2)
	bend := float64(c.share*r1*c.fastDecay*fast/(1+fast)) + float64((1-c.share)*r2*c.slowDecay*slow/(1+slow))
	return 1e-5 + float64((1-2e-5)*mixed), float64((2e-5 - 1) * bend)
}

// FromSM2 puts the slow stability where recall after the interval is
// retention, and difficulty where a Good answer then lengthens it by ease.
func (m *Seven) FromSM2(ease, interval, retention float64) State {
	interval = portable.Clamp(interval, minStabilitySeven, MaxInterval)
	low, high := 1.0, 10.0 // difficulty: the higher, the less a success lengthens
	for range 25 {
		d := (low + high) / 2
		s := m.stretched(d, interval, retention)
		var t strengthening
		longer := m.stability(7, s.Stability, portable.Log(s.Stability), d, retention, Good, &t)
		if portable.Clamp(longer, minStabilitySeven, MaxInterval) > float64(ease*s.Stability) {
			low = d
		} else {
			high = d
		}
	}
	return m.stretched((low+high)/2, interval, retention)
}

// FromStability puts the stabilities where recall after so many days is 90 %.
func (m *Seven) FromStability(days, difficulty float64) State {
	return m.stretched(knownDifficulty(difficulty), portable.Clamp(days, minStabilitySeven, MaxInterval), 0.9)
}

// stretched has the stabilities with which recall after the interval is
// retention, as near as their bounds allow.
func (m *Seven) stretched(difficulty, interval, retention float64) State {
	s := State{Difficulty: difficulty}
	low, high := portable.Log(minStabilitySeven), portable.Log(MaxInterval)
	for range 50 {
		middle := (low + high) / 2
		s.Stability = portable.Exp(middle)
		s.Fast = portable.Clamp(0.8*s.Stability, minStabilitySeven, MaxInterval)
		if m.Recall(s, interval) < retention {
			low = middle
		} else {
			high = middle
		}
	}
	return s
}
