package fsrs

import (
	"hash/fnv"
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// ts-fsrs rounds to whole days and keeps the first stability above 0.1 day;
// apart from its sets with a lower one, the days must be the same, but for
// halves that fall to either side.
func TestSixAgreesWithTSFSRSOnWholeDays(t *testing.T) {
	g := readGolden(t, "fsrs6.json.gz")
	same, other := 0, 0
	for _, v := range g.Vectors {
		if g.Parameters[v.P][0] < 0.1 {
			continue
		}
		m, err := NewSix(g.Parameters[v.P])
		if err != nil {
			t.Fatal(err)
		}
		var s State
		for j, h := range v.H {
			s = m.Step(s, Grade(h[0]), h[1])
			for k, r := range g.Retentions {
				days := math.Min(math.Max(math.Round(m.Interval(s, r)), 1), MaxInterval)
				if days == v.TS[j][2+k] {
					same++
				} else if other++; days < 2900 || math.Abs(days-v.TS[j][2+k]) > 1 {
					t.Errorf("%s: %v days, ts-fsrs has %v", v.P, days, v.TS[j][2+k])
				}
			}
		}
	}
	if same < 20_000 || other > 8 {
		t.Errorf("%d intervals agree and %d do not; upstream's own count is 24462 and 8", same, other)
	}
}

// The states of all golden histories, bit for bit: the same sums on every
// processor. A change of the formulas that is meant changes them.
func TestSameBitsEverywhere(t *testing.T) {
	for _, c := range []struct {
		model, file string
		want        uint64
	}{
		{FSRS6, "fsrs6.json.gz", 0xd4211add797dcce7},
		{FSRS7, "fsrs7.json.gz", 0x29d55f2283903df0},
	} {
		g := readGolden(t, c.file)
		h := fnv.New64a()
		write := func(x float64) {
			var b [8]byte
			for i := range b {
				b[i] = byte(math.Float64bits(x) >> (8 * i))
			}
			h.Write(b[:])
		}
		for _, v := range g.Vectors {
			m, err := New(c.model, g.Parameters[v.P])
			if err != nil {
				t.Fatal(err)
			}
			var s State
			for _, step := range v.H {
				s = m.Step(s, Grade(step[0]), step[1])
				for _, x := range []float64{s.Stability, s.Fast, s.Difficulty, m.Interval(s, 0.9), m.Recall(s, 10)} {
					write(x)
				}
			}
		}
		if got := h.Sum64(); got != c.want {
			t.Errorf("%s: digest %#x, want %#x", c.model, got, c.want)
		}
	}
}

func TestFirstStabilityFloor(t *testing.T) {
	w := Defaults(FSRS6)
	w[0] = 0.001
	m, err := NewSix(w)
	if err != nil {
		t.Fatal(err)
	}
	if s := m.Step(State{}, Again, 0); s.Stability != 0.001 {
		t.Errorf("first stability %v, want 0.001", s.Stability)
	}
}

func TestMigration(t *testing.T) {
	old := []float64{ // FSRS-5's defaults
		0.40255, 1.18385, 3.173, 15.69105, 7.1949, 0.5345, 1.4604, 0.0046, 1.54575, 0.1192, 1.01925,
		1.9395, 0.11, 0.29605, 2.2698, 0.2315, 2.9898, 0.51655, 0.6621,
	}
	w, err := migrate(old)
	if err != nil {
		t.Fatal(err)
	}
	if w[19] != 0 || w[20] != 0.5 || w[18] != old[18] {
		t.Errorf("19 parameters migrate to %v", w)
	}
	w, err = migrate(old[:17])
	if err != nil {
		t.Fatal(err)
	}
	want := map[int]float64{
		3: old[3], 4: 7.1949 + 2*0.5345, 5: math.Log(3*0.5345+1) / 3, 6: 1.9604,
		16: old[16], 17: 0, 18: 0, 19: 0, 20: 0.5,
	}
	for i, x := range want {
		if math.Abs(w[i]-x) > 1e-14 {
			t.Errorf("17 parameters: w%d is %v, want %v", i, w[i], x)
		}
	}
	m, err := NewSix(old[:17])
	if err != nil || m.ShortTerm() {
		t.Errorf("FSRS-4.5 knows nothing of the same day: %v, %v", m.ShortTerm(), err)
	}
}

func TestSinglePrecisionParameters(t *testing.T) {
	w := Defaults(FSRS6)
	w[9] = float64(float32(0.8)) // as Anki shows it: a hair above the bound
	m, err := NewSix(w)
	if err != nil || m.Parameters()[9] != 0.8 {
		t.Errorf("w9 = %v: %v", w[9], err)
	}
}

func TestParametersOutOfRange(t *testing.T) {
	with := func(model string, i int, x float64) []float64 {
		w := Defaults(model)
		w[i] = x
		return w
	}
	for _, c := range []struct {
		model string
		w     []float64
		says  string
	}{
		{FSRS6, make([]float64, 18), "18 parameters: FSRS-6 takes 21, or 19 of FSRS-5, or 17 of FSRS-4.5"},
		{FSRS6, with(FSRS6, 20, 0.9), "parameter w20 is 0.9: it must lie between 0.1 and 0.8"},
		{FSRS6, with(FSRS6, 0, 0), "parameter w0 is 0: it must lie between 0.001 and 100"},
		{FSRS6, with(FSRS6, 4, math.NaN()), "parameter w4 is NaN"},
		{FSRS6, with(FSRS6, 2, math.Inf(1)), "parameter w2 is +Inf"},
		{FSRS7, Defaults(FSRS6), "21 parameters: FSRS-7 takes 34"},
		{FSRS7, with(FSRS7, 25, 0.1), "parameter w25 is 0.1: it must lie between 0.2 and 0.85"},
		{FSRS7, with(FSRS7, 1, 0.05), "parameter w1 is 0.05: it must not be below w0, 0.1104"},
		{FSRS7, slices.Replace(with(FSRS7, 25, 0.8), 26, 27, 0.7), "parameter w26 is 0.7: it must not be below w25, 0.8"},
		{"fsrs-8", nil, `unknown memory model "fsrs-8"`},
	} {
		if _, err := New(c.model, c.w); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("error %v, want one that says %q", err, c.says)
		}
	}
}

func TestSM2(t *testing.T) {
	for _, name := range []string{FSRS6, FSRS7} {
		m, err := New(name, nil)
		if err != nil {
			t.Fatal(err)
		}
		rapid.Check(t, func(t *rapid.T) {
			ease := rapid.Float64Range(1.3, 4).Draw(t, "ease")
			interval := rapid.Float64Range(1, 3650).Draw(t, "interval")
			retention := rapid.Float64Range(0.75, 0.97).Draw(t, "retention")
			s := m.FromSM2(ease, interval, retention)
			if s.Stability < MaxInterval && s.Stability > 0.01 {
				if r := m.Recall(s, interval); math.Abs(r-retention) > 1e-6 {
					t.Fatalf("%s: recall after the interval is %v, want %v", name, r, retention)
				}
			}
			if s.Difficulty <= 1.001 || s.Difficulty >= 9.999 {
				return
			}
			next := m.Step(s, Good, interval)
			if got := next.Stability / s.Stability; math.Abs(got-ease) > 0.01*ease {
				t.Fatalf("%s: Good lengthens by %v, ease was %v", name, got, ease)
			}
		})
	}
}

// A state that no model made (a damaged database) leads back to a sound one.
func TestStepFromNonsense(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	for _, name := range []string{FSRS6, FSRS7} {
		m, err := New(name, nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range []State{
			{nan, nan, nan}, {inf, inf, inf}, {-1, -1, -1}, {1e300, 1e-300, 1e300}, {1e-320, 0, 0}, {5, nan, nan},
		} {
			for _, days := range []float64{0, -5, 1e18, nan, inf} {
				for g := range Grade(6) {
					n := m.Step(s, g, days)
					if !(n.Stability > 0 && n.Stability <= MaxInterval && n.Difficulty >= 1 && n.Difficulty <= 10) {
						t.Fatalf("%s: %v, grade %d after %v days leads to %v", name, s, g, days, n)
					}
				}
			}
		}
	}
}
