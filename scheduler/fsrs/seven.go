package fsrs

import "fmt"

// Seven is FSRS-7: 34 parameters, fractional days, a slow and a fast
// stability. Experimental: upstream has not released it. The formulas are
// those of srs-benchmark models/fsrs_v7.py and fsrs-rs src/model_v7.rs.
type Seven struct {
	w     [34]float64
	first [5]State // after the first answer, by grade

	fastBase   float64 // -ln w25
	slowDecay  float64 // b
	slowFactor float64 // m: w26^(-1/b) - 1
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
	m.fastBase = -log(w[25])
	m.slowDecay = clamp(w[24], 0.01, 0.95)
	m.slowFactor = pow(w[26], -1/m.slowDecay) - 1
	firstDifficulty := func(g Grade) float64 { return w[4] - exp(w[5]*float64(g-1)) + 1 }
	m.reversion = 0.01 * firstDifficulty(Easy)
	for g := Again; g <= Easy; g++ {
		m.first[g] = State{
			Stability:  clamp(w[g-1], minStabilitySeven, MaxInterval),
			Fast:       clamp(0.8*w[g-1], minStabilitySeven, MaxInterval),
			Difficulty: clamp(firstDifficulty(g), 1, 10),
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
	days = clamp(days, 0, MaxInterval)
	c := m.curve(s)
	recall, fastRecall := c.at(days)
	next := State{
		Stability:  m.stability(7, s.Stability, s.Difficulty, recall, g),
		Fast:       m.stability(15, s.Fast, s.Difficulty, fastRecall, g),
		Difficulty: m.difficulty(s.Difficulty, recall, g),
	}
	if g == Again {
		next.Fast = min(next.Fast, 0.8*next.Stability)
	}
	next.Fast = clamp(next.Fast, minStabilitySeven, MaxInterval)
	return next
}

// stability is the new value of the slow (block 7) or fast (block 15)
// stability, with the recall that belongs to it.
func (m *Seven) stability(block int, old, difficulty, recall float64, g Grade) float64 {
	w := m.w[block : block+8]
	fail := w[3] * (pow(old+1, w[4]) - 1) * exp(float64((1-recall)*w[5]))
	next := min(old, fail)
	if g > Again {
		bonus := 1.0
		switch g {
		case Hard:
			bonus = w[6]
		case Easy:
			bonus = w[7]
		}
		gain := exp(w[0]-1.5) * (11 - difficulty) * pow(old, -w[1]) * (exp(float64((1-recall)*w[2])) - 1) * bonus
		next = max(next, old*(1+float64(gain)))
	}
	return clamp(next, minStabilitySeven, MaxInterval)
}

func (m *Seven) difficulty(d, recall float64, g Grade) float64 {
	change := -m.w[6] * (float64(g) - 3)
	if g == Again {
		change *= recall + 0.1
	}
	moved := d + float64(float64(change)*((10-d)/9))
	return clamp(m.reversion+float64(0.99*moved), 1, 10)
}

// A curve is the forgetting curve of one state: a mixture of two power laws.
type curve struct {
	fastDecay, fastRate float64 // r1 = (1 + fastRate t)^(-fastDecay)
	slowDecay, slowRate float64
	share               float64 // of r1 in the mixture
}

func (m *Seven) curve(s State) curve {
	w := &m.w
	fast := clamp(s.Fast, minStabilitySeven, MaxInterval)
	logF, logS := log(fast), log(s.Stability)
	a := clamp(w[23]*exp(float64((w[33]-0.3)*logF)), 0.01, 0.95)
	k := exp(min(m.fastBase/a, 60)) - 1
	u := float64(w[27] * exp(float64(-w[29]*logF)))
	hardness := s.Difficulty - 5
	v := float64(w[28] * exp(float64(w[30]*logS)+float64(hardness*(w[31]-0.5))))
	return curve{
		fastDecay: a,
		fastRate:  k / fast,
		slowDecay: m.slowDecay,
		slowRate:  m.slowFactor * exp(float64(hardness*(w[32]-0.3))) / s.Stability,
		share:     u / (u + v),
	}
}

// at returns recall after t days, of the whole and of the fast part.
func (c *curve) at(t float64) (recall, fast float64) {
	fast = pow(1+float64(c.fastRate*t), -c.fastDecay)
	slow := pow(1+float64(c.slowRate*t), -c.slowDecay)
	mixed := float64(c.share*fast) + float64((1-c.share)*slow)
	return 1e-5 + float64((1-2e-5)*mixed), fast
}

// Recall is the mixture of fast and slow recall.
func (m *Seven) Recall(s State, days float64) float64 {
	if !(s.Stability > 0) {
		return 0
	}
	c := m.curve(s)
	recall, _ := c.at(clamp(days, 0, MaxInterval))
	return recall
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
	if r, _ := c.at(MaxInterval); r >= retention {
		return MaxInterval
	}
	low, high := log(shortest), log(MaxInterval)
	x := clamp(log(guess), low, high)
	for range rounds {
		t := exp(x)
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
	return exp(x)
}

// slope returns recall at t and its derivative by ln t.
func (c *curve) slope(t float64) (recall, slope float64) {
	fast, slow := float64(c.fastRate*t), float64(c.slowRate*t)
	r1, r2 := pow(1+fast, -c.fastDecay), pow(1+slow, -c.slowDecay)
	mixed := float64(c.share*r1) + float64((1-c.share)*r2)
	bend := float64(c.share*r1*c.fastDecay*fast/(1+fast)) + float64((1-c.share)*r2*c.slowDecay*slow/(1+slow))
	return 1e-5 + float64((1-2e-5)*mixed), float64((2e-5 - 1) * bend)
}

// FromSM2 puts the slow stability where recall after the interval is
// retention, and difficulty where a Good answer then lengthens it by ease.
func (m *Seven) FromSM2(ease, interval, retention float64) State {
	interval = clamp(interval, minStabilitySeven, MaxInterval)
	low, high := 1.0, 10.0 // difficulty: the higher, the less a success lengthens
	for range 25 {
		d := (low + high) / 2
		s := m.stretched(d, interval, retention)
		if m.stability(7, s.Stability, d, retention, Good) > float64(ease*s.Stability) {
			low = d
		} else {
			high = d
		}
	}
	return m.stretched((low+high)/2, interval, retention)
}

// FromStability puts the stabilities where recall after so many days is 90 %.
func (m *Seven) FromStability(days, difficulty float64) State {
	return m.stretched(knownDifficulty(difficulty), clamp(days, minStabilitySeven, MaxInterval), 0.9)
}

// stretched has the stabilities with which recall after the interval is
// retention, as near as their bounds allow.
func (m *Seven) stretched(difficulty, interval, retention float64) State {
	s := State{Difficulty: difficulty}
	low, high := log(minStabilitySeven), log(MaxInterval)
	for range 50 {
		middle := (low + high) / 2
		s.Stability = exp(middle)
		s.Fast = clamp(0.8*s.Stability, minStabilitySeven, MaxInterval)
		if m.Recall(s, interval) < retention {
			low = middle
		} else {
			high = middle
		}
	}
	return s
}
